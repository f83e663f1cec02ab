/* examine_impl.h - what runs inside the process of examine.h. */
#pragma once

#include "control/examine.h"
#include "lists/verify.h"

#include <stdio.h>

struct examine_old { /* a part in force */
	const struct examine_zone *zone;
	FILE *f;
	bool is_seen;
};

struct examining {
	const struct examine_task *task;
	struct verify verify;
	struct guard guard;
	struct guard_scope scope;
	struct guard_change change;
	struct examine_old *old;
	size_t olds;
	FILE *out;                  /* parts in normal form */
	FILE *body;                 /* of the part at hand */
	uint64_t written, manifest; /* bytes of it, which stands in front */
	uint8_t key[16];            /* of the entries' hashes */
	struct examine_hashes {
		uint64_t *item;
		size_t n, room;
	} fresh, before; /* entries of the part at hand, and of the one in force */
	json_t *parts, *gone;
	size_t names_room; /* bytes of names that a dry run may still show */
};

/* The difference of the part whose entries are in x->fresh against the one in force with this
 * suffix.  Sorts x->fresh and x->before.  Returns 0, -ENOMEM, -ERR_FORMAT. */
int examine_diff(
    struct examining *x, const uint8_t *suffix, size_t len, uint64_t *added, uint64_t *removed);

/* The names of that difference, from both files, either NULL: {"added", "removed", "changed",
 * "names": {"added": [NAME], ...}}, numbers, and of each the first few.  NULL with *rc. */
json_t *examine_names(struct examining *x, FILE *fresh, FILE *before, int *rc);

/* The part in force with this suffix, or NULL. */
struct examine_old *examine_find(struct examining *x, const uint8_t *suffix, size_t len);

uint64_t examine_hash(const struct examining *x, const struct entry *e);
int examine_push(struct examine_hashes *h, uint64_t hash); /* 0 or -ENOMEM */

/* Notes an entry of the update. */
int examine_note(struct examining *x, const struct entry *e);

/* Counts what is in force and not in the update at all; fills x->gone. */
int examine_gone(struct examining *x);

/* The verdict as JSON, the caller's; NULL: no memory. */
json_t *examine_verdict(struct examining *x);
