#include "bench/search.h"

#include "base/err.h"

#include <math.h>
#include <stdlib.h>

#define PHASES_MAX 16
#define SAME       1e-9 /* relative difference of equal loads */
#define WIDEN      2    /* times the width, each step away from a bound that is not there yet */

/* A search as it runs: its record, its configuration, the caller's measurer. */
struct hunt {
	struct search *s;
	const struct search_config *c;
	search_measure_fn *measure;
	void *ctx;
};

/* One phase of it for one goal. */
struct phase {
	const struct search_goal *goal;
	double seconds, width;
};

static bool
is_same(double a, double b)
{
	return fabs(a - b) <= SAME * fmax(a, b);
}

/* RFC 9971 Appendix A: a load is decided once the trials that may still come to make the duration
 * sum whole cannot turn the outcome.  Short trials only count in the phases that made them: in the
 * last one they weigh as much as the full ones that they may only have been bad (A.2). */
enum search_verdict
search_judge(const struct search *s, const struct search_goal *g, double load, double seconds)
{
	double good = 0, bad = 0,
	       sum = fmax(seconds < g->seconds ? seconds : g->seconds_sum, seconds);
	double short_good = 0, short_bad = 0, balanced, excess, missing, optimistic, pessimistic;

	for (unsigned i = 0; i < s->trials_n; i++) {
		const struct search_trial *t = &s->trial[i];
		bool is_good = t->loss <= g->loss, is_full = t->seconds >= seconds * (1 - SAME);

		if (!is_same(t->load, load))
			continue;
		*(is_full     ? is_good ? &good : &bad
		    : is_good ? &short_good
			      : &short_bad) += t->seconds;
	}
	/* The good short trials excuse as much bad short time as the exceed ratio lets them. */
	balanced = short_good * g->exceed / (1 - g->exceed);
	excess = fmax(short_bad - balanced, 0);
	bad += excess;
	missing = fmax(sum - good - bad, 0);
	optimistic = bad / (good + bad + missing);
	pessimistic = (bad + missing) / (good + bad + missing);
	if (pessimistic <= g->exceed)
		return SEARCH_LOWER;
	return optimistic > g->exceed ? SEARCH_UPPER : SEARCH_UNDECIDED;
}

struct search_bounds
search_bounds(const struct search *s, const struct search_goal *g, double seconds)
{
	struct search_bounds b = {0};

	for (unsigned i = 0; i < s->trials_n; i++) {
		double load = s->trial[i].load;

		if (search_judge(s, g, load, seconds) == SEARCH_UPPER &&
		    (!b.has_upper || load < b.upper)) {
			b.has_upper = true;
			b.upper = load;
		}
	}
	for (unsigned i = 0; i < s->trials_n; i++) {
		double load = s->trial[i].load;

		/* A lower bound at or above the smallest upper one is not relevant (4.7). */
		if ((b.has_upper && load >= b.upper * (1 - SAME)) ||
		    (b.has_lower && load <= b.lower))
			continue;
		if (search_judge(s, g, load, seconds) == SEARCH_LOWER) {
			b.has_lower = true;
			b.lower = load;
		}
	}
	return b;
}

static int
by_loss(const void *a, const void *b)
{
	const struct search_trial *const *x = a, *const *y = b;

	return ((*x)->loss > (*y)->loss) - ((*x)->loss < (*y)->loss);
}

/* Appendix B: the loss at the quantile 1 - exceed of the duration sum, missing time counted as the
 * worst. */
double
search_throughput(const struct search *s, const struct search_goal *g, double load)
{
	const struct search_trial *full[SEARCH_TRIALS_MAX];
	double sum = 0, left, loss = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < s->trials_n; i++)
		if (is_same(s->trial[i].load, load) &&
		    s->trial[i].seconds >= g->seconds * (1 - SAME)) {
			full[n++] = &s->trial[i];
			sum += s->trial[i].seconds;
		}
	qsort(full, n, sizeof(full[0]), by_loss);
	left = fmax(sum, g->seconds_sum) * (1 - g->exceed);
	for (unsigned i = 0; i < n && left > SAME; i++) {
		loss = full[i]->loss;
		left -= full[i]->seconds;
	}
	return load * (1 - (left > SAME * sum ? 1 : loss));
}

struct phases {
	unsigned n;
	double seconds[PHASES_MAX], width[PHASES_MAX];
};

/* From the first trial duration to the full one, at most ten times longer each, while the width
 * narrows to the goal's. */
static struct phases
plan_phases(const struct search_goal *g)
{
	double first =
	    g->first_seconds > 0 && g->first_seconds < g->seconds ? g->first_seconds : g->seconds;
	struct phases p = {.n = 1 + (unsigned)ceil(log10(g->seconds / first) - SAME)};

	p.n = p.n > PHASES_MAX ? PHASES_MAX : p.n;
	for (unsigned i = 0; i < p.n; i++) {
		double part = p.n == 1 ? 1 : (double)i / (p.n - 1);

		p.seconds[i] = first * pow(g->seconds / first, part);
		p.width[i] = g->width * pow(2, p.n - 1 - i);
	}
	p.seconds[p.n - 1] = g->seconds;
	return p;
}

static double
clip(const struct search_config *c, double load)
{
	return fmin(fmax(load, c->min_load), c->max_load);
}

/* Step away from the only bound there is, ever wider until the other one is found. */
static double
away(const struct search_config *c, double from, double width, unsigned steps, int direction)
{
	double factor = pow(1 - fmin(width, 0.45), pow(WIDEN, fmin(steps, 6)));

	return clip(c, direction < 0 ? from * factor : from / factor);
}

/* The next load to try, or a negative number when the phase is done. */
static double
next_load(const struct search_config *c, const struct search_bounds *b, double width,
    unsigned steps, double start)
{
	double middle;

	if (!b->has_lower && !b->has_upper)
		return clip(c, start);
	if (!b->has_lower)
		return b->upper <= c->min_load * (1 + SAME) ? -1
							    : away(c, b->upper, width, steps, -1);
	if (!b->has_upper)
		return b->lower >= c->max_load * (1 - SAME) ? -1
							    : away(c, b->lower, width, steps, 1);
	if ((b->upper - b->lower) / b->upper <= width * (1 + SAME))
		return -1;
	middle = sqrt(b->lower * b->upper); /* equal widths on both sides, relatively */
	return middle > b->lower && middle < b->upper ? middle : -1;
}

static int
measure_once(const struct hunt *h, double load, double seconds)
{
	struct search *s = h->s;
	struct search_trial *t = &s->trial[s->trials_n];
	int rc;

	if (s->trials_n >= h->c->trials_max || s->trials_n >= SEARCH_TRIALS_MAX)
		return -ERR_LIMIT;
	*t = (struct search_trial){.load = load, .seconds = seconds};
	rc = h->measure(h->ctx, t);
	if (rc == 0)
		s->trials_n++;
	return rc;
}

/* Repeats a load until its trials decide. */
static int
decide(const struct hunt *h, const struct phase *p, double load)
{
	int rc = 0;

	while (rc == 0 && search_judge(h->s, p->goal, load, p->seconds) == SEARCH_UNDECIDED)
		rc = measure_once(h, load, p->seconds);
	return rc;
}

/* *load begins where the phase before ended. */
static int
run_phase(const struct hunt *h, const struct phase *p, double *load)
{
	unsigned steps = 0;

	for (;;) {
		struct search_bounds b = search_bounds(h->s, p->goal, p->seconds);
		double next = next_load(h->c, &b, p->width, steps, *load);
		int rc;

		if (next < 0) {
			*load = b.has_lower ? b.lower : h->c->min_load;
			return 0;
		}
		steps++;
		rc = decide(h, p, next);
		if (rc < 0)
			return rc;
	}
}

/* A short trial at the highest load tells where to look: at what it forwarded. */
static int
look_first(const struct hunt *h, double *load)
{
	int rc = 0;

	for (unsigned i = 0; i < 2 && rc == 0; i++) {
		rc = measure_once(h, *load, plan_phases(&h->c->goal[0]).seconds[0]);
		if (rc == 0)
			*load = clip(h->c, *load * (1 - h->s->trial[i].loss));
	}
	return rc;
}

int
search_run(struct search *s, const struct search_config *c, search_measure_fn *measure, void *ctx)
{
	const struct hunt h = {s, c, measure, ctx};
	double load = c->max_load;
	int rc;

	s->trials_n = 0;
	rc = look_first(&h, &load);
	for (unsigned i = 0; i < c->goals_n; i++) {
		const struct search_goal *g = &c->goal[i];
		struct phases p = plan_phases(g);

		for (unsigned k = 0; k < p.n && rc == 0; k++)
			rc = run_phase(&h, &(struct phase){g, p.seconds[k], p.width[k]}, &load);
		s->result[i] = search_bounds(s, g, g->seconds);
		if (s->result[i].has_lower)
			s->result[i].throughput = search_throughput(s, g, s->result[i].lower);
	}
	return rc;
}
