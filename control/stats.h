/* stats.h - counters and stages of a responder, as `cordon stats` shows them. */
#pragma once

#include <jansson.h>
#include <stdio.h>

/* Takes what the stop watches showed before off what they show after; both replies to `stages`. */
void stats_since(json_t *after, const json_t *before);

/* A table for each worker; a stage that never ran has none of its rates. */
void stats_print_stages(const json_t *reply, FILE *to);

/* Every counter that is not 0: group and name, number. */
void stats_print(json_t *counters, FILE *to);
