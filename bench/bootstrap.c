#include "bench/bootstrap.h"

#include "bench/draw.h"
#include "bench/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 10000
#define SEED   20091121

double
bootstrap_median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), bench_by_value);
	return n ? (v[(n - 1) / 2] + v[n / 2]) / 2 : 0;
}

static double
draw_median(double *room, const double *from, size_t n, struct draw *d)
{
	for (size_t i = 0; i < n; i++)
		room[i] = from[draw_below(d, n)];
	return bootstrap_median(room, n);
}

int
bootstrap_ratio(struct bootstrap *out, const struct bootstrap_samples *s, double confidence)
{
	size_t most = s->a_n > s->b_n ? s->a_n : s->b_n;
	double *room = malloc((most + ROUNDS) * sizeof(*room)), *ratio = room + most, a;
	struct draw d = {SEED};

	if (!room)
		return -ENOMEM;
	for (unsigned i = 0; i < ROUNDS; i++) {
		a = draw_median(room, s->a, s->a_n, &d);
		ratio[i] = draw_median(room, s->b, s->b_n, &d) / a;
	}
	qsort(ratio, ROUNDS, sizeof(*ratio), bench_by_value);
	out->low = ratio[(size_t)((1 - confidence) / 2 * (ROUNDS - 1))];
	out->high = ratio[(size_t)((1 + confidence) / 2 * (ROUNDS - 1))];
	memcpy(room, s->a, s->a_n * sizeof(*room));
	a = bootstrap_median(room, s->a_n);
	memcpy(room, s->b, s->b_n * sizeof(*room));
	out->ratio = bootstrap_median(room, s->b_n) / a;
	free(room);
	return 0;
}
