/* load_options.h - the options that every command with a generator has. */
#pragma once

#include "bench/pool.h"
#include "bench/rig.h"

#include <argp.h>

#define TRIALS_MAX   1000
#define SEARCHES_MAX 100

/* Of the family's hosts, in numbers of the real world. */
struct bots_options {
	double hosts, resolvers, ttl;
	double scale;    /* share of them that is simulated */
	double compress; /* seconds of theirs in one of ours */
	int32_t day;     /* whose names; without --list */
};

struct load_options {
	struct bots_options bots;
	const char *list; /* file; NULL: names made up */
	uint64_t names;
	struct pool_mix mix;
	struct rig_config rig;
	double rate, rate_max, seconds, timeout_s;
	unsigned trials;            /* of a scenario that repeats, 1..TRIALS_MAX */
	unsigned searches;          /* of ndr and pdr, 1..SEARCHES_MAX */
	uint64_t delta;             /* names that an update adds and removes */
	double precision;           /* of a search, relative */
	const char *points;         /* "10k,50k": of list-size, hit-ratio, cores */
	const char *update_command; /* run by `update` beside a running load */
	const char *output;         /* directory; "-": none */
	const char *label;          /* whom the figures are of */
	double patience_s;          /* for a quiet machine: waits, and trials made again */
	bool is_json;
};

extern const struct argp load_argp; /* child; its input is a struct load_options */

void load_defaults(struct load_options *o);
