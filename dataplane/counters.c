#include "dataplane/counters.h"

#include <stddef.h>

#define WAY_NAME(id, text) [id] = text,

const char *
way_text(enum way w)
{
	static const char *const names[WAYS_N] = {WAYS(WAY_NAME)};

	return names[w];
}

void
counters_sum(struct counters *sum, const struct counters *one)
{
	const counter *from = (const counter *)one;
	counter *to = (counter *)sum;

	/* Nothing but counters in it, and padding that stays zero. */
	for (size_t i = 0; i < sizeof(*sum) / sizeof(counter); i++)
		count_add(&to[i], count_get(&from[i]));
}
