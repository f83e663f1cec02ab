#include "bench/scenario.h"

#include "base/err.h"
#include "bench/bootstrap.h"
#include "bench/search.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SKIP_MUCH  0.05 /* share of a trial that the generator may skip */
#define SKIP_TRIES 3
#define FIRST_PART 0.1  /* of the first trials of a search */
#define MIN_PART   1e-4 /* of the highest load */
#define PDR_LOSS   0.005
#define EXCEED     0.5
#define SHARES     3

static void
put(struct session *s, const char *name, double value)
{
	json_object_set_new(s->summary, name, json_real(value));
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

/* Searches and overloads make many trials, and nobody reads their histograms. */
static void
slim(struct session *s)
{
	json_t *last = json_array_get(s->trials, json_array_size(s->trials) - 1);

	json_object_del(json_object_get(last, "latency_ns"), "buckets");
	json_object_del(last, "series");
}

double
scenario_mrr_once(struct session *s, const char *point)
{
	struct gen_trial t = session_at(s, s->options.rate_max);
	int rc = session_trial(s, point, &t);

	if (rc < 0)
		return rc;
	slim(s);
	return answered_qps(s);
}

int
scenario_mrr(struct session *s)
{
	double qps[TRIALS_MAX];

	for (unsigned i = 0; i < s->options.trials; i++) {
		qps[i] = scenario_mrr_once(s, "mrr");
		if (qps[i] < 0)
			return (int)qps[i];
	}
	put(s, "mrr_qps", bootstrap_median(qps, s->options.trials));
	return 0;
}

/* A search_measure_fn.  A generator that was kept from sending makes the trial void. */
static int
measure(void *ctx, struct search_trial *out)
{
	struct session *s = ctx;
	struct gen_trial t = session_at(s, out->load);
	double skipped = 0;

	t.seconds = out->seconds;
	for (unsigned i = 0; i < SKIP_TRIES; i++) {
		int rc = session_trial(s, "search", &t);

		if (rc < 0)
			return rc;
		out->loss = gen_loss(s->result);
		slim(s);
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

struct wanted {
	const char *name;
	double loss;
};

/* What one search found, as a trial, so that searches compare. */
static void
add_bounds(struct session *s, const char *name, const struct search_bounds *b)
{
	json_array_append_new(s->trials,
	    json_pack("{ss sf sf sf}", "point", name, "answered_qps", b->throughput, "lower_qps",
		b->has_lower ? b->lower : 0, "upper_qps", b->has_upper ? b->upper : 0));
}

static double
median_of(const struct session *s, const char *point, const char *key)
{
	double v[SEARCHES_MAX];
	json_t *trial;
	unsigned n = 0;
	size_t i;

	json_array_foreach(s->trials, i, trial)
	{
		const char *at = json_string_value(json_object_get(trial, "point"));

		if (at && !strcmp(at, point) && n < SEARCHES_MAX)
			v[n++] = json_number_value(json_object_get(trial, key));
	}
	return bootstrap_median(v, n);
}

/* The goals in one search, the strictest first.  Returns how many trials it took, or negative. */
static int
search_once(struct session *s, const struct wanted *w, unsigned n)
{
	struct search_config c = {.min_load = s->options.rate_max * MIN_PART,
	    .max_load = s->options.rate_max,
	    .goals_n = n,
	    .trials_max = SEARCH_TRIALS_MAX};
	struct search *found = calloc(1, sizeof(*found));
	int rc;

	if (!found)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++)
		c.goal[i] = goal(s, w[i].loss);
	rc = search_run(found, &c, measure, s);
	for (unsigned i = 0; i < n && rc == 0; i++)
		add_bounds(s, w[i].name, &found->result[i]);
	if (rc == 0)
		rc = (int)found->trials_n;
	free(found);
	return rc;
}

/* As many searches as the options say; their medians go to the summary.  Returns the first goal's
 * lower bound, or negative. */
static double
search(struct session *s, const struct wanted *w, unsigned n)
{
	double trials = 0;

	for (unsigned i = 0; i < s->options.searches; i++) {
		int rc = search_once(s, w, n);

		if (rc < 0)
			return rc;
		trials += rc;
	}
	for (unsigned i = 0; i < n; i++)
		json_object_set_new(s->summary, w[i].name,
		    json_pack("{sf sf sf}", "lower_qps", median_of(s, w[i].name, "lower_qps"),
			"upper_qps", median_of(s, w[i].name, "upper_qps"),
			"conditional_throughput_qps", median_of(s, w[i].name, "answered_qps")));
	put(s, "searches", s->options.searches);
	put(s, "trials", trials);
	return median_of(s, w[0].name, "lower_qps");
}

int
scenario_ndr(struct session *s)
{
	double rc = search(s, (const struct wanted[]){{"ndr", 0}, {"pdr", PDR_LOSS}}, 2);

	return rc < 0 ? (int)rc : 0;
}

int
scenario_pdr(struct session *s)
{
	double rc = search(s, (const struct wanted[]){{"pdr", PDR_LOSS}}, 1);

	return rc < 0 ? (int)rc : 0;
}

/* Each share of the rate in turn, as often as the options say. */
static int
visit_shares(struct session *s, double ndr)
{
	static const unsigned percent[] = {10, 50, 90};
	double p99_9[SHARES][TRIALS_MAX];
	int rc = 0;

	for (unsigned k = 0; k < s->options.trials * SHARES && rc == 0; k++) {
		unsigned i = k % SHARES;
		struct gen_trial t = session_at(s, ndr * percent[i] / 100);
		char name[32];

		snprintf(name, sizeof(name), "%u%% of ndr", percent[i]);
		rc = session_trial(s, name, &t);
		p99_9[i][k / SHARES] = (double)hdr_percentile(&s->result->latency, 0.999);
	}
	for (unsigned i = 0; i < SHARES && rc == 0; i++) {
		char name[32];

		snprintf(name, sizeof(name), "p99_9_ns_at_%u", percent[i]);
		put(s, name, bootstrap_median(p99_9[i], s->options.trials));
	}
	return rc;
}

int
scenario_latency(struct session *s)
{
	double ndr = search(s, (const struct wanted[]){{"ndr", 0}}, 1);

	json_array_clear(s->trials); /* the search's; its result stands in the summary */
	if (ndr < 0)
		return (int)ndr;
	if (ndr > 0)
		return visit_shares(s, ndr);
	fprintf(stderr, "cordon-bench: latency: every rate loses queries: is the machine busy?\n");
	return -ERR_RANGE;
}
