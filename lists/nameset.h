/* nameset.h - a set of many names, in an index, asked one name at a time.
 *
 * A name may be in several groups and, within a group, in several slots: small numbers whose
 * meaning is the caller's. */
#pragma once

#include "lists/index.h"

#define NAMESET_GROUPS 16
#define NAMESET_SLOTS  4

struct nameset;

/*   key  random bytes, new for each set */
int nameset_new(struct nameset **out, const struct hash_key *key);

/* Before nameset_end.  Returns 0, or as index_loader_add. */
int nameset_add(struct nameset *s, const uint8_t *name, size_t len, unsigned group, unsigned slot);

/* From here on the set can be asked.  Returns 0, or as index_loader_finish. */
int nameset_end(struct nameset *s);

/* One of the names asked for, or one above it, that is in the set. */
struct nameset_hit {
	unsigned depth; /* labels */
	uint32_t class; /* for nameset_places */
};

/* Finds the name and those above it, shallow before deep.  Names over INDEX_LABELS_MAX labels
 * are looked for by their last ones.  Returns how many. */
unsigned nameset_find(
    const struct nameset *s, const uint8_t *name, struct nameset_hit out[INDEX_LABELS_MAX]);

/* One bit for each group of a hit, and the number of its (group, slot) places. */
uint64_t nameset_groups(const struct nameset *s, uint32_t class, unsigned *places);

/* Distinct names, and names added. */
uint64_t nameset_names(const struct nameset *s);
uint64_t nameset_added(const struct nameset *s);

void nameset_free(struct nameset *s);
