/* build_parts.h - the zone files that `cordon build` makes, one for each suffix.
 *
 * A part is written to a temporary file beside its own, which is put in place only when
 * all parts are complete and on disk.  One thread. */
#pragma once

#include "lists/zone.h"

#include <stdbool.h>
#include <stddef.h>

#define PARTS_MAX 4096

struct part {
	struct zone_writer w;
	char *path, *temporary; /* ours; temporary is NULL while there is no such file */
	FILE *f;                /* ours; NULL: not open */
	uint8_t suffix_len;
	uint8_t suffix[NAME_LEN_MAX];
};

struct parts {
	struct part *part; /* ours; sorted by parts_prepare */
	size_t n, room;
	struct list_meta meta; /* of every part; suffix and origin are filled in for each */
	uint8_t hub[NAME_LEN_MAX];
	uint8_t hub_len;
	const char *failed; /* path that the last -errno is about, borrowed until parts_free */
};

/* Adds a part that will be written to path (copied).  Returns 0, -ERR_FULL, -ENOMEM. */
int parts_add(struct parts *p, const uint8_t *suffix, size_t len, const char *path);

/* To be called once, when all parts are added and meta is filled.  Returns 0, -EEXIST when a
 * suffix was given twice (failed is its path), -EMFILE when the process may not open so many
 * files, -ERR_NAME or -ERR_RANGE when the metadata or a zone's name cannot be written. */
int parts_prepare(struct parts *p);

/* Writes an entry to the part of the longest suffix that it is below.  Returns 0, -ERR_UNKNOWN
 * when it is below none, -ERR_REFUSED when it is a suffix itself, -ERR_NAME or -ERR_RANGE as
 * zone_write_entry does, or -errno. */
int parts_write(struct parts *p, const struct entry *e);

/* Completes every part, the empty ones too, and puts them in place.  Returns 0 or -errno. */
int parts_commit(struct parts *p);

/* Removes what is not in place, and frees. */
void parts_free(struct parts *p);
