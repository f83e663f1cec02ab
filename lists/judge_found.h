/* judge_found.h - the findings of one kind: all counted, the first ones kept.  For judge*.c. */
#pragma once

#include "lists/judge.h"

struct found {
	uint64_t total;
	struct judge_finding *item; /* ours, as are their texts */
	size_t items, room;
};

/* Wire-form names; other may be NULL. */
struct found_names {
	const uint8_t *name, *other;
	int source;
};

/* Each counts one finding, and keeps it while there are fewer than limit.
 * Return 0 or -ENOMEM. */
int found_names(struct found *f, uint32_t limit, const struct found_names *names, double value);
int found_value(
    struct found *f, uint32_t limit, const uint8_t *name, const struct judge_finding *like);

/* Keeps a name that is kept already no second time. */
int found_once(struct found *f, uint32_t limit, const struct found_names *names);

void found_free(struct found *f);
