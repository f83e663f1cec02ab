/* record.h - what a run leaves: one JSON object of schema RECORD_SCHEMA, and its trials as CSV.
 *
 * {"schema", "scenario", "label", "started", "environment": {...}, "config": {...},
 *  "trials": [{"point", ...}, ...], "summary": {...}} */
#pragma once

#include "bench/gen.h"
#include "bench/load_options.h"

#include <jansson.h>

#define RECORD_SCHEMA "cordon-bench/1"

/* The machine, the programs, the command.  New reference. */
json_t *record_environment(int argc, char **argv);

/* The load that was asked for; the list by its digest. */
json_t *record_config(
    const struct load_options *o, const struct names_store *names, const struct pool *pool);

/* One trial: counts, rates in queries a second, latency in ns by percentile, seconds. */
json_t *record_trial(const struct gen_trial *t, const struct gen_result *r);

/* Writes DIR/SCENARIO-LABEL-TIME.json and .csv, and says so on standard error.
 * Returns 0 or -errno. */
int record_write(const json_t *record, const char *dir);
