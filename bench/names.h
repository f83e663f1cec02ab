/* names.h - names in the shape of Conficker.C's, drawn from a seed: 4 to 9 letters under one of 110
 * two-letter suffixes.  For benchmarks. */
#pragma once

#include "lists/index.h"

#include <stdint.h>
#include <time.h>

struct names {
	uint64_t state;
};

static inline uint64_t
names_random(struct names *s)
{
	uint64_t z = (s->state += 0x9e3779b97f4a7c15u); /* SplitMix64 */

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Writes the next name, at most 15 bytes.  Returns its length in bytes. */
static inline unsigned
names_next(struct names *s, uint8_t *out)
{
	uint64_t r = names_random(s), tld = names_random(s) % 110;
	unsigned len = 4 + (unsigned)(r % 6);

	r /= 6;
	out[0] = (uint8_t)len;
	for (unsigned i = 1; i <= len; i++, r /= 26)
		out[i] = (uint8_t)('a' + r % 26);
	out[len + 1] = 2;
	out[len + 2] = (uint8_t)('a' + tld / 26);
	out[len + 3] = (uint8_t)('a' + tld % 26);
	out[len + 4] = 0;
	return len + 5;
}

static inline struct entry
names_entry(struct names *s)
{
	struct entry e = {.from = DAY_FIRST, .until = DAY_NEVER, .action = ACTION_INHERIT};

	e.name_len = (uint8_t)names_next(s, e.name);
	return e;
}

static inline double
bench_now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* For qsort. */
static inline int
bench_by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}
