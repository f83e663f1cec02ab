/* load_options.h - the options that every command with a generator has. */
#pragma once

#include "bench/pool.h"
#include "bench/rig.h"

#include <argp.h>

struct load_options {
	const char *list; /* file; NULL: names made up */
	uint64_t names;
	struct pool_mix mix;
	struct rig_config rig;
	double rate, rate_max, seconds, timeout_s;
	unsigned trials;            /* of a scenario that repeats */
	uint64_t delta;             /* names that an update adds and removes */
	double precision;           /* of a search, relative */
	const char *points;         /* "10k,50k": of list-size, hit-ratio, cores */
	const char *update_command; /* run by `update` beside a running load */
	const char *output;         /* directory; "-": none */
	const char *label;          /* whom the figures are of */
	bool is_json;
};

extern const struct argp load_argp; /* child; its input is a struct load_options */

void load_defaults(struct load_options *o);
