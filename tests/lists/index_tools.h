/* index_tools.h - what the tests of the index share. */
#pragma once

#include "lists/index.h"
#include "lists/name.h"

#include <string.h>

static const struct hash_key index_key = {
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}};

static inline struct entry
entry_of(const char *name, int32_t from, int32_t until, enum action action)
{
	struct entry e = {.from = from, .until = until, .action = (uint8_t)action};
	int len = name_from_text(e.name, name, strlen(name));

	e.name_len = (uint8_t)len;
	return e;
}

/* What a responder does with the probes: the rule that wins, and at which depth. */
static inline const struct index_rule *
decide(const struct index *ix, const char *text, int32_t day, unsigned *depth)
{
	uint8_t name[NAME_LEN_MAX + 16] = {0};
	struct hash_name h;
	struct probe probe[HASH_LABELS_MAX];
	const struct index_rule *best = NULL;
	unsigned n;

	name_from_text(name, text, strlen(text));
	hash_name_set(&h, name);
	n = index_find(ix, &h, 1, probe);
	for (unsigned i = 0; i < n; i++) {
		const struct index_rule *rule = index_decide(ix, probe[i].class, day);

		if (!rule || (best && index_rule_before(best, rule)))
			continue;
		best = rule;
		*depth = probe[i].depth;
	}
	return best;
}
