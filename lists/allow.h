/* allow.h - files of names that a list must not hit, in the forms in which they come.
 *
 * The first line that is no comment decides:
 *   csv    fields with commas: the first field with a dot that is a name ("1,google.com",
 *          "1,1,com,google.com", quoted or not); a line without such a field is passed over
 *   zone   a master file (RFC 1035 5): owners of NS, DS, A, AAAA, CNAME and MX records;
 *          owners must be absolute, or $ORIGIN come first.  $INCLUDE is not followed
 *   names  one name a line, `*.` and a leading dot left out
 * `#` begins a comment, in zones `;`. */
#pragma once

#include "lists/name.h"

#include <stdint.h>
#include <stdio.h>

/* One name, canonical, never the root; borrowed until the return.  A return other than 0
 * stops the reading. */
typedef int allow_fn(void *ctx, const uint8_t *name, size_t len);

struct allow_counts {
	uint64_t names;    /* taken; repeats among them */
	uint64_t bad;      /* lines without a name where one was expected */
	uint64_t bad_line; /* the first of them, from 1 */
};

/* Reads f to its end; a bad line is counted and passed over.
 * Returns 0, -ERR_FORMAT when there were bad lines and no names at all, -errno, or what take
 * returned. */
int allow_read(FILE *f, allow_fn *take, void *ctx, struct allow_counts *counts);
