/* store_file.h - zone files by the SHA-384 of their bytes, and files that appear whole.
 *
 * A zone file is written under another name and renamed; from then on it never changes.  Before a
 * row names it, store_file_sync has put it and its name on disk: so a digest in the database is a
 * file that is whole. */
#pragma once

#include "control/store.h"

/* Stores len bytes; nothing is written when a file has them already.  Fills digest. */
int store_file_put(struct store *s, const void *bytes, size_t len, char digest[STORE_DIGEST_HEX]);

/* Puts on disk what store_file_put has written: once for all of an update's files, since a sync of
 * each and of its folder takes seconds for a hundred. */
int store_file_sync(const struct store *s);

/* Where a digest's file is, "zones/ab/....zone", relative to the state directory. */
#define STORE_FILE_PATH_MAX 128
void store_file_path(char out[STORE_FILE_PATH_MAX], const char *digest);

/* Opens it for reading.  Returns a descriptor, the caller's, or -errno. */
int store_file_open(const struct store *s, const char *digest);

/* A new file without a name beside the zones, for reading and writing.  Returns a descriptor, the
 * caller's, or -errno. */
int store_file_nameless(const struct store *s);

/* Puts text in place of the file `name` of the state directory, at once and synced. */
int store_file_replace(const struct store *s, const char *name, const char *text, size_t len);

/* Reads every file that a zone or its history names, and compares.  Returns how many, or
 * -ERR_FORMAT (why: STORE_WHY_MAX bytes, which file and what to do) or -errno. */
int64_t store_file_check(struct store *s, char *why);

/* Removes files that nothing names and that are older than age_s; what writers left behind too.
 * Returns how many, or -errno. */
int64_t store_file_sweep(struct store *s, int64_t now, int64_t age_s);
