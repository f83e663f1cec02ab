/* bootstrap.h - how far a ratio of medians may be off, from the measurements alone.  Pure. */
#pragma once

#include <stddef.h>

struct bootstrap {
	double ratio;     /* median of b to median of a */
	double low, high; /* of its confidence interval */
};

/* Draws both samples again, with replacement, 10000 times, always the same way.
 *   a, b        values above 0, a_n and b_n of them, 1 or more
 *   confidence  0..1, e.g. 0.95
 * Returns 0 or -ENOMEM. */
struct bootstrap_samples {
	const double *a, *b;
	size_t a_n, b_n;
};
int bootstrap_ratio(struct bootstrap *out, const struct bootstrap_samples *s, double confidence);

/* The median; sorts v. */
double bootstrap_median(double *v, size_t n);
