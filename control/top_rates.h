/* top_rates.h - rates out of two replies to `status`. */
#pragma once

#include <jansson.h>
#include <stdio.h>

/* What happened between two replies, a second: {"seconds", "queries", "way": {...}, "rcode": {...},
 * "feed": {...}}; what did not happen is left out of the last three.  NULL when the two are not of
 * one process, or no time is between them. */
json_t *top_rates(const json_t *before, const json_t *after, double seconds);

/* For people: most frequent first. */
void top_print(const json_t *status, json_t *rates, FILE *to);
