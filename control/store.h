/* store.h - the hub's state: feeds, updates, zones, deliveries, receipts and the audit, in SQLite.
 *
 * One process writes.  A change is one transaction, on disk when the call returns; whoever is
 * killed in between finds the state before it.  Zone files lie beside the database by the digest of
 * their bytes (store_file.h) and are complete before a row names them.
 *
 *   DIR/cordond.db  DIR/zones/ab/DIGEST.zone  DIR/spool/  DIR/drop/  DIR/book.json
 *
 * Times are Unix seconds.  Calls return 0 or a count, or a negative code: -ENOSPC, -EROFS, -EIO,
 * -EBUSY (another process writes), -ERR_FORMAT (the database is damaged), -ENOMEM, -ERR_LIBRARY. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_SCHEMA     3
#define STORE_NAME_MAX   64   /* bytes, feeds, registries, publishers, NUL included */
#define STORE_ORIGIN_MAX 1010 /* as NAME_TEXT_MAX */
#define STORE_DIGEST_HEX 97   /* SHA-384 and a NUL */
#define STORE_WHY_MAX    512

struct store;

/* Makes what is missing in dir (which exists), locks it, and checks the database from end to end.
 *   why  STORE_WHY_MAX bytes: after an error, what is wrong with which file and what to do */
int store_open(struct store **out, const char *dir, char *why);
void store_close(struct store *s);

const char *store_dir(const struct store *s);

/* What the last failed call was about, for the log. */
const char *store_error(const struct store *s);

/* What is several changes or none.  Not nested. */
int store_begin(struct store *s);
int store_commit(struct store *s);
void store_rollback(struct store *s);

/* The time of the last audit record: clocks that went back are noticed by it.  0: none. */
int64_t store_last_time(struct store *s);
