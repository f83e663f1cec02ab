/* engine.h - the whole answer path on one core, without network I/O.
 *
 * Each frame is copied into a receive buffer, as a device would write it, then parsed (IP and UDP
 * sums too), looked up, answered in place and turned round.  The queries are drawn at random over
 * the whole list.  The copying is the device's part: it is measured, but not in mqps. */
#pragma once

#include "dataplane/stages.h"

#include <stdint.h>

#define ENGINE_PASSES_MAX 1000

struct engine_config {
	uint64_t names;   /* on the list, 1 or more */
	uint64_t frames;  /* a pass, a multiple of VEC_MAX */
	double hit_ratio; /* share of queries for listed names, 0..1 */
	unsigned passes;  /* 1..ENGINE_PASSES_MAX */
};

struct engine_result {
	double mqps[ENGINE_PASSES_MAX]; /* of each pass, in rising order */
	double mqps_with_copy;          /* of all passes together */
	double cycles[STAGES_N]; /* of the TSC a frame, in a pass with the stop watch of stages.h,
				  * which takes some itself; rx is the copying, tx is not there */
	double tsc_mhz;
	double sinkholed; /* share of the queries that got a listed name's answer */
	double load_s;
	double bytes_per_name; /* of the index */
	const char *hash;      /* implementation */
};

/* Returns 0, -ENOMEM, or an error of the index. */
int engine_run(const struct engine_config *config, struct engine_result *out);
