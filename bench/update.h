/* update.h - a delta for the scenario `update`: names that come, as many that go, and two of them
 * that are watched. */
#pragma once

#include "bench/rig.h"

#include <jansson.h>

struct update {
	struct options *options; /* ours */
	struct pool pool;        /* of the watched names */
	struct gen_watch watch;
	char path[32];              /* of the delta file; "": none */
	uint64_t n;                 /* names that come; as many go */
	uint64_t handed_over, done; /* ticks */
	int64_t cpu_ns;             /* that it took */
};

/* Brings the names that will go onto the list that the ring serves, and writes the delta to a file.
 * Returns 0, -errno or an error of deltas_take_file. */
int update_new(struct update **out, struct rig *r, uint64_t n);
void update_free(struct update *u); /* NULL is allowed */

/* Hands the file over.  Returns when it is acknowledged. */
int update_apply(struct update *u, struct rig *r);

/* The CPU time that applying took; from handing over to the acknowledgement, the first answer with
 * what comes, and the last with what goes, in ms (null: never); and whether anything asked after
 * the acknowledgement was answered as before. */
json_t *update_times(const struct update *u);
