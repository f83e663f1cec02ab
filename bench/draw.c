#include "bench/draw.h"

#include <math.h>

#define NEAR_ONE 1e-8 /* where the formula for s = 1 is the more exact */

uint64_t
draw_u64(struct draw *d)
{
	uint64_t z = (d->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

double
draw_part(struct draw *d)
{
	return (double)(draw_u64(d) >> 11) * 0x1p-53;
}

uint64_t
draw_below(struct draw *d, uint64_t n)
{
	return (uint64_t)(((unsigned __int128)draw_u64(d) * n) >> 64);
}

bool
draw_chance(struct draw *d, double share)
{
	return draw_part(d) < share;
}

/* The integral of x^-s, and its inverse. */
static double
integral(double s, double x)
{
	double t = (1 - s) * log(x);

	return fabs(t) < NEAR_ONE ? log(x) * (1 + t / 2) : expm1(t) / (1 - s);
}

static double
inverse(double s, double y)
{
	double t = y * (1 - s);

	return fabs(t) < NEAR_ONE ? exp(y * (1 - t / 2)) : exp(log1p(t) / (1 - s));
}

struct zipf
zipf_new(uint64_t n, double s)
{
	struct zipf z = {.n = n, .s = s};

	z.low = integral(s, 1.5) - 1;
	z.high = integral(s, (double)n + 0.5);
	z.skip = 2 - inverse(s, integral(s, 2.5) - pow(2, -s));
	return z;
}

uint64_t
zipf_draw(const struct zipf *z, struct draw *d)
{
	for (;;) {
		double y = z->high + draw_part(d) * (z->low - z->high);
		double x = inverse(z->s, y), k = floor(x + 0.5);

		k = k < 1 ? 1 : k > (double)z->n ? (double)z->n : k;
		if (k - x <= z->skip || y >= integral(z->s, k + 0.5) - pow(k, -z->s))
			return (uint64_t)k - 1;
	}
}
