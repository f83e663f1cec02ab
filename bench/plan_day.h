/* plan_day.h - a day's names, counted by the suffixes of the family's generator. */
#pragma once

#include "bench/plan.h"

struct dga_family;
struct names_store;

/* The suffix that a canonical name is below, the longest, as its place in the generator's order;
 * negative: none. */
int plan_suffix_of(const struct dga_family *f, const uint8_t *name);

/* Counts.  *foreign: names below no suffix of the family, which do not count.
 * Returns 0, or -ERR_UNKNOWN when none is the family's. */
int plan_day_of(struct plan_day *out, const struct plan_family *family,
    const struct names_store *names, uint64_t *foreign);

/* Reads "YYYY-MM-DD" or "today".  Returns 0 or -ERR_DATE. */
int plan_date(int32_t *day, const char *text);
