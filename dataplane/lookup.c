#include "dataplane/engine.h"

#include "dataplane/image.h"
#include "dataplane/wire.h"

#define STEP 8 /* lanes */

/* One step's questions to the index; probe.lane counts from the step's first lane. */
struct asked {
	unsigned n;
	struct probe probe[STEP * HASH_LABELS_MAX];
};

/* What an action, other than ACTION_INHERIT, makes of a query. */
static const uint8_t way_of_action[ACTIONS] = {
    [ACTION_PASS] = WAY_UNLISTED,
    [ACTION_NXDOMAIN] = WAY_NXDOMAIN,
    [ACTION_NODATA] = WAY_NODATA,
    [ACTION_SINKHOLE] = WAY_SINKHOLE,
    [ACTION_REFUSE] = WAY_REFUSE,
    [ACTION_DROP] = WAY_DROP,
    [ACTION_REFER] = WAY_REFER,
    [ACTION_TRUNCATE] = WAY_TRUNCATE,
};

/* Keeps, lane by lane, the rule that goes first.  A lane's probes come shallow before deep, so
 * of two of equal rank the deeper stays. */
static inline void
decide(struct vec *v, unsigned from, const struct index *ix, const struct asked *a, int32_t day)
{
	const struct index_rule *rules = index_rules(ix);

	for (const struct probe *p = a->probe, *end = p + a->n; p < end; p++) {
		const struct index_rule *rule = index_rule_on(rules, p->class, day);
		unsigned i = from + p->lane;

		if (!rule || (v->rule[i] && index_rule_before(v->rule[i], rule)))
			continue;
		v->rule[i] = rule;
		v->suffix_at[i] = (uint16_t)(DNS_HEADER_LEN + p->at);
	}
}

static inline void
take_rule(struct vec *v, unsigned i, const struct image *img)
{
	const struct index_rule *rule = v->rule[i];
	unsigned action;

	if (!rule) {
		v->way[i] = WAY_UNLISTED;
		return;
	}
	v->feed[i] = rule->feed;
	action = rule->action == ACTION_INHERIT ? img->feed[rule->feed].action : rule->action;
	v->way[i] = way_of_action[action];
	if (v->way[i] == WAY_TRUNCATE && v->tcp[i])
		v->way[i] = WAY_SINKHOLE;
}

static __attribute__((noinline)) void
look_up(struct engine *e, struct vec *v, unsigned from, const struct image *img, struct asked *a)
{
	unsigned to = from + STEP < v->n ? from + STEP : v->n;

	index_search(img->index, a->probe, a->n);
	decide(v, from, img->index, a, e->day);
	for (unsigned i = from; i < to; i++)
		if (v->way[i] == WAY_NONE)
			take_rule(v, i, img);
}

/* A pipeline of steps of some lanes: while memory brings the roots of the last step and the arrays
 * of the step before, the next lanes are parsed and hashed, and the earliest are searched. */
void
stage_lookup(struct engine *e, struct vec *v, const struct image *img)
{
	struct asked asked[3]; /* in turn */
	unsigned steps = (v->n + STEP - 1) / STEP;

	stage_query_begin(v);
	for (unsigned k = 0; k < steps + 2; k++) {
		unsigned from = k * STEP, to = from + STEP < v->n ? from + STEP : v->n;
		struct asked *now = &asked[k % 3], *last = &asked[(k + 2) % 3],
			     *before = &asked[(k + 1) % 3];

		if (k < steps) {
			stage_query(v, from, to);
			if (img->zones)
				stage_zones(v, from, to, img->zones);
			stage_end(&e->watch, STAGE_QUERY, to - from);
			now->n = index_ask(img->index, v->hash + from, to - from, now->probe);
		}
		if (k >= 1 && k - 1 < steps)
			index_fetch(img->index, last->probe, last->n);
		if (k >= 2)
			look_up(e, v, from - 2 * STEP, img, before);
		stage_end(&e->watch, STAGE_LOOKUP, k < steps ? to - from : 0);
	}
	stage_query_end(v);
}
