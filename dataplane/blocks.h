/* blocks.h - the names that the operator of this responder blocks, and the file that keeps them.
 *
 * The file is CSV as lists/read.h reads it, and may be edited by hand; a reload takes that over.
 * A block's comment says when, who and why: "2026-11-21T08:00:00Z alice(0): ticket 4711".  Small
 * and unsorted: every call looks at all of it. */
#pragma once

#include "lists/entry.h"

#include <stdbool.h>
#include <stddef.h>

#define BLOCKS_MAX  10000
#define BLOCKS_FEED 0 /* of an image that has blocks: before all others but `pass` */
#define BLOCKS_NAME "operator"

struct block {
	struct entry entry; /* its comment is NULL, its comment_len that of: */
	char comment[ENTRY_COMMENT_MAX + 1];
};

struct blocks {
	struct block *item;
	size_t n, room;
};

/* Add a copy.  Return 0, -ENOMEM or -ERR_FULL. */
int blocks_add(struct blocks *b, const struct entry *e);
int blocks_add_block(struct blocks *b, const struct block *k);

/* The first block of exactly this name from number *at on, and *at behind it; NULL: no more. */
const struct block *blocks_next(
    const struct blocks *b, const uint8_t *name, size_t len, size_t *at);

/* Takes out all of this name.  Returns how many. */
size_t blocks_remove(struct blocks *b, const uint8_t *name, size_t len);

/* Reads path into an empty b.  Returns 0; or an error of list_read, blocks_add or open, and what
 * is wrong in why. */
int blocks_read(struct blocks *b, const char *path, char *why, size_t size);

/* Puts a file with all of b in the place of path, synced.  No name has a byte that
 * list_odd_byte finds.  Returns 0 or -errno; then the file is
 * what it was. */
int blocks_write(const struct blocks *b, const char *path);

void blocks_free(struct blocks *b); /* leaves it empty */
