#include "bench/bots.h"
#include "bench/scenario.h"

#include "base/err.h"
#include "bench/plan_day.h"
#include "bench/rig.h"
#include "lists/dga.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAMILY "conficker-c"
#define DAY_S  86400.0
#define WINDOW 1024 /* a day is replayed to be compared with the plan, not to find loss */
#define WITHIN 0.05 /* of the plan, relatively: the figures agree */

/* What one run needs besides the session. */
struct replay {
	struct plan_input in;
	struct plan_day day;
	struct plan plan;
	struct bots bots;
	uint32_t *at;       /* each name's query in the pool */
	uint32_t *answered; /* by place in the pool */
};

/* The day's names, for the model and the responder alike. */
static int
take_names(struct session *s, struct plan_day *day)
{
	uint64_t foreign = 0;
	int rc = 0;

	if (!s->options.list)
		rc = session_family(s, FAMILY, s->options.bots.day);
	if (rc == 0)
		rc = plan_day_of(day, plan_family_find(FAMILY), &s->names, &foreign);
	if (foreign > 0) {
		fprintf(stderr, "cordon-bench: %s: %.0f names are not " FAMILY "'s\n",
		    s->options.list ? s->options.list : FAMILY, (double)foreign);
		return -ERR_UNKNOWN;
	}
	return rc;
}

static int
make_plan(struct replay *r, const struct session *s)
{
	const struct bots_options *o = &s->options.bots;

	plan_defaults(&r->in, plan_family_find(FAMILY));
	r->in.day = &r->day;
	r->in.value[PLAN_NAMES] = r->day.names;
	r->in.value[PLAN_ASKED] = fmin(r->in.value[PLAN_ASKED], r->day.names);
	r->in.value[PLAN_HOSTS] = floor(o->hosts * o->scale);
	r->in.value[PLAN_RESOLVERS] = fmax(floor(o->resolvers * o->scale), 1);
	r->in.value[PLAN_TTL] = o->ttl;
	return plan_make(&r->plan, &r->in);
}

static int
simulate(struct replay *r, const struct session *s)
{
	const double *v = r->in.value;
	struct bots_config c = {.hosts = (uint32_t)v[PLAN_HOSTS],
	    .resolvers = (uint32_t)fmin(v[PLAN_RESOLVERS], v[PLAN_HOSTS]),
	    .names = (uint32_t)s->names.n,
	    .asked = (uint32_t)v[PLAN_ASKED],
	    .ttl_s = (uint32_t)v[PLAN_TTL],
	    .seed = s->options.mix.seed};

	memcpy(c.shape, r->plan.shape, sizeof(c.shape));
	return bots_make(&r->bots, &c);
}

/* The day in compressed time, as the generator takes it. */
static struct gen_event *
schedule(const struct bots *b, const uint32_t *at, double compress)
{
	struct gen_event *e = malloc(b->events_n * sizeof(*e));

	for (size_t i = 0; e && i < b->events_n; i++)
		e[i] = (struct gen_event){.due_us = (uint32_t)(b->event[i].ms * 1e3 / compress),
		    .at = at[b->event[i].name],
		    .host = b->event[i].resolver};
	return e;
}

static double
apart(double is, double want)
{
	return want > 0 ? is / want - 1 : is > 0;
}

/* Adds a figure of the run beside the plan's.  Returns whether they agree. */
static bool
put_pair(json_t *to, const char *name, double is, double want)
{
	double by = apart(is, want);

	json_object_set_new(
	    to, name, json_pack("{sf sf sf}", "run", is, "plan", want, "apart", by));
	return fabs(by) <= WITHIN;
}

/* Answered queries by suffix of the generator, beside what the plan expects of each.  The fewest
 * that a suffix is expected to have say what chance alone does: its share is off by one part in
 * the root of their number (one sigma). */
static bool
put_suffixes(struct session *s, const struct replay *r)
{
	const struct dga_family *f = dga_find(FAMILY);
	double answered[PLAN_SUFFIXES_MAX] = {0}, fewest = INFINITY, worst = 0;
	double all = r->plan.mean_qps * DAY_S;
	json_t *suffixes = json_object();

	for (uint64_t i = 0; i < s->names.n; i++)
		answered[plan_suffix_of(f, store_name(&s->names, i))] += r->answered[r->at[i]];
	for (size_t k = 0; f->suffixes[k]; k++) {
		double want = r->day.count[k] / r->day.names * all;

		if (!(want > 0))
			continue;
		put_pair(suffixes, f->suffixes[k], answered[k], want);
		worst = fmax(worst, fabs(apart(answered[k], want)));
		fewest = fmin(fewest, want);
	}
	json_object_set_new(s->summary, "worst_suffix_apart", json_real(worst));
	json_object_set_new(s->summary, "fewest_of_a_suffix", json_real(fewest));
	json_object_set_new(s->summary, "sigmas_in_5_percent", json_real(WITHIN * sqrt(fewest)));
	json_object_set_new(json_array_get(s->trials, 0), "suffixes", suffixes);
	return worst <= WITHIN;
}

static double
peak_of(const struct bots *b)
{
	uint64_t hours[PLAN_HOURS], most = 0;

	bots_hours(b, hours);
	for (unsigned i = 0; i < PLAN_HOURS; i++)
		most = hours[i] > most ? hours[i] : most;
	return (double)most * PLAN_HOURS / (double)b->events_n;
}

static void
compare(struct session *s, const struct replay *r)
{
	const struct plan *p = &r->plan;
	double scale = s->options.bots.scale, answered = (double)s->result->answered;
	double left = answered / (double)r->bots.asked;
	bool agrees;

	agrees = put_pair(s->summary, "mean_qps", answered / DAY_S / scale, p->mean_qps / scale);
	agrees &= put_pair(s->summary, "not_absorbed", left, 1 - p->absorbed);
	agrees &=
	    put_pair(s->summary, "peak_to_mean", peak_of(&r->bots), p->peak_qps / p->mean_qps);
	agrees &= put_suffixes(s, r);
	json_object_set_new(s->summary, "agrees", json_boolean(agrees));
	json_object_set_new(s->summary, "queries", json_integer((json_int_t)r->bots.events_n));
	json_object_set_new(s->summary, "loss", json_real(gen_loss(s->result)));
	json_object_set_new(s->summary, "wrong", json_integer((json_int_t)s->result->wrong));
}

static int
replay(struct session *s, const struct replay *r)
{
	const struct bots *b = &r->bots;
	double compress = s->options.bots.compress;
	struct gen_event *events = schedule(b, r->at, compress);
	struct gen_trial t = session_at(s, (double)b->events_n * compress / DAY_S);
	int rc;

	if (!events)
		return -ENOMEM;
	t.seconds = DAY_S / compress;
	t.event = events;
	t.events_n = b->events_n;
	t.window = WINDOW;
	t.answered = r->answered;
	rc = session_trial(s, "a day", &t);
	free(events);
	return rc;
}

int
scenario_bots(struct session *s)
{
	struct replay *r = calloc(1, sizeof(*r));
	int rc = r ? take_names(s, &r->day) : -ENOMEM;

	if (rc == 0)
		rc = make_plan(r, s);
	if (rc == 0)
		rc = simulate(r, s);
	if (rc == 0) {
		r->at = malloc(s->names.n * sizeof(*r->at));
		rc = r->at ? session_each(s, r->at) : -ENOMEM;
	}
	if (rc == 0) {
		r->answered = calloc(s->pool.used / 8 + 1, sizeof(*r->answered));
		rc = r->answered ? replay(s, r) : -ENOMEM;
	}
	if (rc == 0)
		compare(s, r);
	if (r) {
		bots_free(&r->bots);
		free(r->answered);
		free(r->at);
	}
	free(r);
	return rc;
}
