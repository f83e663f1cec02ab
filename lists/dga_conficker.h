/* dga_conficker.h - the generator of Conficker A, B and C, for its rows and its tests. */
#pragma once

#include "lists/dga_sine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conficker {
	uint64_t mul, div, add; /* from the day to the seed */
	uint64_t k;             /* multiplier of a step */
	double cadd;
	bool is_c; /* lengths and suffixes are drawn in another way */
	unsigned suffixes;
	const char *const *suffix;
};

extern const struct conficker conficker_a, conficker_b, conficker_c;

/* Their suffixes, NULL-terminated, in the generator's order. */
extern const char *const conficker_suffixes_a[], *const conficker_suffixes_b[],
						     *const conficker_suffixes_c[];

#define CONFICKER_NAME_MAX 32 /* bytes, more than any name has */

/* The state that a UTC day begins with, 1 or more. */
uint64_t conficker_seed(const struct conficker *c, int32_t day);

/* One step in full.  k >= 1, and below 2^63 unless it is a seed. */
uint64_t conficker_step_full(const struct conficker *c, dga_sine_fn *sine, uint64_t k);

/* The same, without the parts that rounding takes away. */
uint64_t conficker_step(const struct conficker *c, dga_sine_fn *sine, uint64_t k);

/* Draws the next name, without a NUL.  Returns its length in bytes. */
size_t conficker_name(
    char name[CONFICKER_NAME_MAX], const struct conficker *c, dga_sine_fn *sine, uint64_t *k);
