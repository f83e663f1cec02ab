/* pace.h - when the queries of an open loop are due, exactly, in ticks of a clock.
 *
 * Query i is due at start + i * hz / rate, rounded down.  Nothing accumulates: the millionth query
 * is as exact as the first.  Valid for 2^40 queries, rates to 10^9 and clocks to 10^10 Hz.  Pure.
 */
#pragma once

#include <stdint.h>

struct pace {
	uint64_t start;
	uint64_t step_whole, step_part; /* ticks between two queries, and 2^-64 of a tick */
};

/* rate: queries a second, above 0; hz: ticks a second. */
static inline struct pace
pace_new(uint64_t start, double rate, uint64_t hz)
{
	long double step = (long double)hz / (long double)rate;
	struct pace p = {.start = start, .step_whole = (uint64_t)step};

	p.step_part = (uint64_t)((step - (long double)p.step_whole) * 18446744073709551616.0L);
	return p;
}

/* The tick at which query i, 0, 1, ..., is due.  Hot. */
static inline uint64_t
pace_due(const struct pace *p, uint64_t i)
{
	return p->start + i * p->step_whole +
	       (uint64_t)(((unsigned __int128)i * p->step_part) >> 64);
}

/* How many of at most `most` queries from number i on are due at a tick.  Hot. */
static inline unsigned
pace_ready(const struct pace *p, uint64_t i, uint64_t now, unsigned most)
{
	unsigned n = 0;

	while (n < most && pace_due(p, i + n) <= now)
		n++;
	return n;
}
