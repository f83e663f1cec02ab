/* tally.h - names per suffix and day. */
#pragma once

#include "lists/name.h"

#include <stdbool.h>

#define TALLY_SUFFIXES_MAX 65536
#define TALLY_SPAN_MAX     40000      /* days between a suffix's first and last */
#define TALLY_CELLS_MAX    (1u << 25) /* days of all suffixes */
#define TALLY_NO_DAY       (-1)
#define TALLY_OUTLIER      5.0 /* standard deviations */

struct tally;

struct tally_row {
	uint8_t suffix_len;
	uint8_t suffix[NAME_LEN_MAX];
	uint64_t names;       /* with a day or without */
	double odds;          /* sum of what tally_add was given */
	uint32_t days;        /* that have names */
	uint32_t least, most; /* names on one of those days; 0 when there are none */
	uint32_t outliers;    /* days */
	double median;        /* of the days that have names */
	int32_t first;        /* UTC day */
	uint32_t span, room;  /* days in count; days it has room for */
	uint32_t *count;      /* names on day first + i */
};

/* Whether so many names on a day are far from the median. */
bool tally_is_outlier(const struct tally_row *r, uint32_t names);

int tally_new(struct tally **out); /* 0 or -ENOMEM */

/* Counts a name.  Returns 0, -ENOMEM, or -ERR_LIMIT when the tables are full. */
int tally_add(struct tally *t, const uint8_t *suffix, size_t len, int32_t day, double odds);

/* A day on which a suffix has many more or fewer names than on its other days.
 * A return other than 0 stops tally_end. */
typedef int tally_outlier_fn(
    void *ctx, const struct tally_row *r, int32_t day, uint32_t names, double expected);

/* Fills days, least, most, median and outliers, sorts the rows by names, most first, and reports
 * the outliers: with m the median of the suffix's days, |names - m| > TALLY_OUTLIER * sqrt(m), for
 * suffixes that have names on at least three days.  Days without names are not looked at:
 * many families make a list for several days.  Returns 0, -ENOMEM, or what take
 * returned. */
int tally_end(struct tally *t, tally_outlier_fn *take, void *ctx);

/* Returns how many rows.  Ours. */
size_t tally_rows(const struct tally *t, const struct tally_row **out);

void tally_free(struct tally *t);
