#include "bench/bots.h"
#include "bench/scenario.h"

#include "base/err.h"
#include "bench/plan.h"
#include "bench/rig.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FAMILY "conficker-c"
#define DAY_S  86400.0
#define WINDOW 1024 /* a day is replayed to be compared with the plan, not to find loss */

static int
make_plan(struct plan *p, struct plan_input *in, const struct load_options *o)
{
	plan_defaults(in, plan_family_find(FAMILY));
	in->value[PLAN_HOSTS] = floor(o->bots.hosts * o->bots.scale);
	in->value[PLAN_RESOLVERS] = fmax(floor(o->bots.resolvers * o->bots.scale), 1);
	in->value[PLAN_TTL] = o->bots.ttl;
	return plan_make(p, in);
}

static int
simulate(struct bots *b, const struct plan *p, const struct plan_input *in, struct session *s)
{
	const double *v = in->value;
	struct bots_config c = {.hosts = (uint32_t)v[PLAN_HOSTS],
	    .resolvers = (uint32_t)fmin(v[PLAN_RESOLVERS], v[PLAN_HOSTS]),
	    .names = (uint32_t)s->names.n,
	    .asked = (uint32_t)v[PLAN_ASKED],
	    .ttl_s = (uint32_t)v[PLAN_TTL],
	    .seed = s->options.mix.seed};

	memcpy(c.shape, p->shape, sizeof(c.shape));
	return bots_make(b, &c);
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

static size_t
tld_of(const struct plan *p, const struct names_store *names, uint64_t name)
{
	char text[NAME_TEXT_MAX], *dot;
	size_t k = 0;

	name_to_text(text, store_name(names, name));
	dot = strrchr(text, '.');
	while (dot && k < p->tlds_n && strcmp(dot + 1, p->tld[k].name) != 0)
		k++;
	return k;
}

/* How far the TLD is off whose queries are furthest from its share, relatively: the share that the
 * plan gives it, or that of the day's names, which are spread by chance. */
static void
put_suffixes(struct session *s, const struct bots *b, const struct plan *p)
{
	double asked[PLAN_TLDS_MAX + 1] = {0}, names[PLAN_TLDS_MAX + 1] = {0}, plan = 0, day = 0;

	for (uint64_t i = 0; i < s->names.n; i++)
		names[tld_of(p, &s->names, i)]++;
	for (size_t i = 0; i < b->events_n; i++)
		asked[tld_of(p, &s->names, b->event[i].name)]++;
	for (size_t k = 0; k < p->tlds_n; k++) {
		double n = (double)b->events_n, of_day = names[k] / (double)s->names.n;

		plan = fmax(plan, fabs(apart(asked[k], p->tld[k].share * n)));
		day = fmax(day, fabs(apart(asked[k], of_day * n)));
	}
	json_object_set_new(s->summary, "worst_suffix_to_plan", json_real(plan));
	json_object_set_new(s->summary, "worst_suffix_to_days_names", json_real(day));
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
put_pair(struct session *s, const char *name, double is, double want)
{
	json_object_set_new(s->summary, name,
	    json_pack("{sf sf sf}", "run", is, "plan", want, "apart", apart(is, want)));
}

static void
compare(struct session *s, const struct bots *b, const struct plan *p)
{
	double scale = s->options.bots.scale, answered = (double)s->result->answered;
	double mean = answered / DAY_S / scale, absorbed = 1 - answered / (double)b->asked;

	put_pair(s, "mean_qps", mean, p->mean_qps / scale);
	put_pair(s, "absorbed", absorbed, p->absorbed);
	put_pair(s, "peak_to_mean", peak_of(b), p->peak_qps / p->mean_qps);
	put_suffixes(s, b, p);
	json_object_set_new(s->summary, "queries", json_integer((json_int_t)b->events_n));
	json_object_set_new(s->summary, "loss", json_real(gen_loss(s->result)));
	json_object_set_new(s->summary, "wrong", json_integer((json_int_t)s->result->wrong));
}

static int
replay(struct session *s, const struct bots *b, const uint32_t *at)
{
	double compress = s->options.bots.compress;
	struct gen_event *events = schedule(b, at, compress);
	struct gen_trial t = session_at(s, (double)b->events_n * compress / DAY_S);
	int rc;

	if (!events)
		return -ENOMEM;
	t.seconds = DAY_S / compress;
	t.event = events;
	t.events_n = b->events_n;
	t.window = WINDOW;
	rc = session_trial(s, "a day", &t);
	free(events);
	return rc;
}

int
scenario_bots(struct session *s)
{
	struct plan_input in;
	struct plan p;
	struct bots b = {0};
	uint32_t *at = NULL;
	int rc = make_plan(&p, &in, &s->options);

	if (rc == 0)
		rc = session_family(s, FAMILY, (int32_t)(time(NULL) / 86400));
	if (rc == 0)
		rc = simulate(&b, &p, &in, s);
	if (rc == 0) {
		at = malloc(s->names.n * sizeof(*at));
		rc = at ? session_each(s, at) : -ENOMEM;
	}
	if (rc == 0)
		rc = replay(s, &b, at);
	if (rc == 0)
		compare(s, &b, &p);
	bots_free(&b);
	free(at);
	return rc;
}
