/* draw.h - random draws for query mixes.  Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* SplitMix64: any seed is good. */
struct draw {
	uint64_t state;
};

uint64_t draw_u64(struct draw *d);
double draw_part(struct draw *d);                /* [0, 1) */
uint64_t draw_below(struct draw *d, uint64_t n); /* [0, n), n > 0 */
bool draw_chance(struct draw *d, double share);  /* true in that share of the calls */

/* Zipf's law over ranks 0..n-1: P(k) ~ 1 / (k + 1)^s, by rejection from its integral (Hoermann and
 * Derflinger 1996): constant time and memory. */
struct zipf {
	uint64_t n;
	double s, low, high, skip;
};

/* n 1 or more; s above 0. */
struct zipf zipf_new(uint64_t n, double s);
uint64_t zipf_draw(const struct zipf *z, struct draw *d);
