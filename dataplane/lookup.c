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
static void
decide(struct vec *v, unsigned from, const struct index *ix, const struct asked *a, int32_t day)
{
	for (unsigned k = 0; k < a->n; k++) {
		unsigned i = from + a->probe[k].lane;
		const struct index_rule *rule = index_decide(ix, a->probe[k].class, day);

		if (!rule || (v->rule[i] && index_rule_before(v->rule[i], rule)))
			continue;
		v->rule[i] = rule;
		v->suffix_at[i] =
		    (uint16_t)(DNS_HEADER_LEN + hash_suffix_at(&v->hash[i], a->probe[k].depth));
	}
}

static void
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

static void
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
	struct asked asked[(VEC_MAX + STEP - 1) / STEP + 2];
	unsigned steps = (v->n + STEP - 1) / STEP;

	for (unsigned k = 0; k < steps + 2; k++) {
		unsigned from = k * STEP, to = from + STEP < v->n ? from + STEP : v->n;

		if (k < steps) {
			stage_query(v, from, to);
			if (img->zones)
				stage_zones(v, from, to, img->zones);
			stage_end(&e->watch, STAGE_QUERY, to - from);
			asked[k].n =
			    index_ask(img->index, v->hash + from, to - from, asked[k].probe);
		}
		if (k >= 1 && k - 1 < steps)
			index_fetch(img->index, asked[k - 1].probe, asked[k - 1].n);
		if (k >= 2)
			look_up(e, v, from - 2 * STEP, img, &asked[k - 2]);
		stage_end(&e->watch, STAGE_LOOKUP, k < steps ? to - from : 0);
	}
}
