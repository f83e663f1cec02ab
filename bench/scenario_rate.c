#include "bench/scenario.h"

#include "base/err.h"
#include "bench/names.h"
#include "bench/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SKIP_MUCH  0.05 /* share of a trial that the generator may skip */
#define SKIP_TRIES 3
#define FIRST_PART 0.1  /* of the first trials of a search */
#define MIN_PART   1e-4 /* of the highest load */
#define PDR_LOSS   0.005
#define EXCEED     0.5

static void
put(struct session *s, const char *name, double value)
{
	json_object_set_new(s->summary, name, json_real(value));
}

static double
median(double *v, unsigned n)
{
	qsort(v, n, sizeof(*v), bench_by_value);
	return n ? (v[(n - 1) / 2] + v[n / 2]) / 2 : 0;
}

static double
answered_qps(const struct session *s)
{
	return (double)s->result->answered / s->result->seconds;
}

int
scenario_load(struct session *s)
{
	struct gen_trial t = session_at(s, s->options.rate);
	const struct gen_result *r = s->result;
	int rc = session_trial(s, "load", &t);

	put(s, "sent_qps", (double)r->sent / r->seconds);
	put(s, "answered_qps", answered_qps(s));
	put(s, "loss", gen_loss(r));
	put(s, "skipped", (double)r->skipped);
	put(s, "wrong", (double)r->wrong);
	put(s, "p50_ns", (double)hdr_percentile(&r->latency, 0.5));
	put(s, "p99_ns", (double)hdr_percentile(&r->latency, 0.99));
	put(s, "p99_9_ns", (double)hdr_percentile(&r->latency, 0.999));
	return rc;
}

double
scenario_mrr_of(struct session *s, const char *point)
{
	struct gen_trial t = session_at(s, s->options.rate_max);
	double qps[1000];

	for (unsigned i = 0; i < s->options.trials; i++) {
		int rc = session_trial(s, point, &t);

		if (rc < 0)
			return rc;
		qps[i] = answered_qps(s);
	}
	return median(qps, s->options.trials);
}

int
scenario_mrr(struct session *s)
{
	double qps = scenario_mrr_of(s, "mrr");

	if (qps < 0)
		return (int)qps;
	put(s, "mrr_qps", qps);
	return 0;
}

/* A search_measure_fn.  A generator that was kept from sending makes the trial void. */
static int
measure(void *ctx, struct search_trial *out)
{
	struct session *s = ctx;
	struct gen_trial t = {out->load, out->seconds, s->options.timeout_s};
	double skipped = 0;

	for (unsigned i = 0; i < SKIP_TRIES; i++) {
		int rc = session_trial(s, "search", &t);

		if (rc < 0)
			return rc;
		out->loss = gen_loss(s->result);
		skipped = (double)s->result->skipped / (double)(s->result->intended + 1);
		if (skipped <= SKIP_MUCH)
			return 0;
	}
	/* It cannot offer so much: what it could not send is lost, which ends the search below. */
	out->loss = skipped + (1 - skipped) * out->loss;
	json_object_set_new(s->summary, "limited_by_generator", json_true());
	return 0;
}

static struct search_goal
goal(const struct session *s, double loss)
{
	const struct load_options *o = &s->options;

	return (struct search_goal){.loss = loss,
	    .exceed = EXCEED,
	    .seconds = o->seconds,
	    .seconds_sum = o->seconds * o->trials,
	    .first_seconds = o->seconds * FIRST_PART,
	    .width = o->precision};
}

static void
put_bounds(struct session *s, const char *name, const struct search_bounds *b)
{
	json_object_set_new(s->summary, name,
	    json_pack("{sf sf sf}", "lower_qps", b->has_lower ? b->lower : 0, "upper_qps",
		b->has_upper ? b->upper : 0, "conditional_throughput_qps", b->throughput));
}

/* The goals in one search, the strictest first.  Returns the first one's lower bound, or negative.
 */
static double
search(struct session *s, const double *loss, const char *const *names, unsigned n)
{
	struct search_config c = {.min_load = s->options.rate_max * MIN_PART,
	    .max_load = s->options.rate_max,
	    .goals_n = n,
	    .trials_max = SEARCH_TRIALS_MAX};
	struct search *found = calloc(1, sizeof(*found));
	double lower;
	int rc;

	if (!found)
		return -ERR_LIMIT;
	for (unsigned i = 0; i < n; i++)
		c.goal[i] = goal(s, loss[i]);
	rc = search_run(found, &c, measure, s);
	for (unsigned i = 0; i < n && rc == 0; i++)
		put_bounds(s, names[i], &found->result[i]);
	put(s, "trials", found->trials_n);
	lower = found->result[0].has_lower ? found->result[0].lower : 0;
	free(found);
	return rc < 0 ? rc : lower;
}

int
scenario_ndr(struct session *s)
{
	double rc =
	    search(s, (const double[]){0, PDR_LOSS}, (const char *const[]){"ndr", "pdr"}, 2);

	return rc < 0 ? (int)rc : 0;
}

int
scenario_pdr(struct session *s)
{
	double rc = search(s, (const double[]){PDR_LOSS}, (const char *const[]){"pdr"}, 1);

	return rc < 0 ? (int)rc : 0;
}

int
scenario_latency(struct session *s)
{
	static const unsigned percent[] = {10, 50, 90};
	double ndr = search(s, (const double[]){0}, (const char *const[]){"ndr"}, 1);
	int rc = ndr < 0 ? (int)ndr : ndr > 0 ? 0 : -ERR_RANGE;

	json_array_clear(s->trials); /* the search's; its result stands in the summary */
	for (size_t i = 0; i < 3 && rc == 0; i++) {
		struct gen_trial t = session_at(s, ndr * percent[i] / 100);
		char name[32];

		snprintf(name, sizeof(name), "%u%% of ndr", percent[i]);
		rc = session_trial(s, name, &t);
		snprintf(name, sizeof(name), "p99_9_ns_at_%u", percent[i]);
		put(s, name, (double)hdr_percentile(&s->result->latency, 0.999));
	}
	return rc;
}
