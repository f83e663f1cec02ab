/* scenario.h - what cordon-bench measures with its generator: one row each in scenario.c. */
#pragma once

#include "bench/session.h"

/* scenario_rate.c */
scenario_fn scenario_load, scenario_mrr, scenario_ndr, scenario_pdr, scenario_latency;
/* scenario_sweep.c */
scenario_fn scenario_list_size, scenario_hit_ratio, scenario_cores;
/* scenario_stress.c */
scenario_fn scenario_update, scenario_flood, scenario_soak;

/* scenario_bots.c */
scenario_fn scenario_bots;

/* The rate answered in one trial at the highest rate, or negative: an error. */
double scenario_mrr_once(struct session *s, const char *point);

/* The points of --points, or of `by_default`, as numbers from min to max; n: in, room; out, count.
 * Returns 0 or -ERR_RANGE, said on standard error. */
int scenario_points(const struct session *s, const char *by_default, double *out, unsigned *n);
