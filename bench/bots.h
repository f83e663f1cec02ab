/* bots.h - a day of Conficker.C: hosts that each ask for names of their own, and the caches of the
 * resolvers between them and us (plan.h has the formula; this is the simulation).
 *
 * A host begins at its local midnight; which zones hosts live in follows from the hours in which
 * the plan expects their queries.  It tries its names, drawn from the day's without repetition,
 * with a pause of 10 to 50 s after each.  What reaches past midnight UTC counts for the day's
 * beginning, where the stragglers of the day before would stand.  Pure. */
#pragma once

#include "bench/plan.h"

#include <stddef.h>
#include <stdint.h>

#define BOTS_DAY_MS     86400000u
#define BOTS_EVENTS_MAX (1u << 26)

struct bots_config {
	uint32_t hosts, resolvers; /* 1 or more */
	uint32_t names, asked;     /* of the day; of a host, at most names, below 2^16 */
	uint32_t ttl_s;            /* 0: nothing is cached */
	double shape[PLAN_HOURS];  /* of the queries, mean 1 (plan_shape) */
	uint64_t seed;
};

struct bots_event {
	uint32_t ms;   /* of the day */
	uint32_t name; /* 0..names - 1 */
	uint32_t resolver;
};

struct bots {
	struct bots_event *event; /* what leaves the resolvers, in order of time */
	size_t events_n;
	uint64_t asked; /* by hosts, before the caches */
};

/* Returns 0, -ENOMEM, or -ERR_LIMIT when there are more than BOTS_EVENTS_MAX events. */
int bots_make(struct bots *b, const struct bots_config *c);
void bots_free(struct bots *b);

/* Queries of each hour. */
void bots_hours(const struct bots *b, uint64_t hours[PLAN_HOURS]);
