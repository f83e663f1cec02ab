#include "dataplane/engine.h"

#include "dataplane/image.h"
#include "dataplane/wire.h"

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
decide(struct vec *v, const struct index *ix, const struct probe *probe, unsigned n, int32_t day)
{
	for (unsigned k = 0; k < n; k++) {
		unsigned i = probe[k].lane;
		const struct index_rule *rule = index_decide(ix, probe[k].class, day);

		if (!rule || (v->rule[i] && index_rule_before(v->rule[i], rule)))
			continue;
		v->rule[i] = rule;
		v->suffix_at[i] = (uint16_t)(DNS_HEADER_LEN + v->hash[i].label[probe[k].depth - 1]);
	}
}

void
stage_lookup(struct vec *v, const struct image *img, int32_t day)
{
	struct probe probe[VEC_MAX * HASH_LABELS_MAX];
	unsigned n = index_find(img->index, v->hash, v->n, probe);

	decide(v, img->index, probe, n, day);
	for (unsigned i = 0; i < v->n; i++) {
		const struct index_rule *rule = v->rule[i];
		unsigned action;

		if (v->way[i] != WAY_NONE)
			continue;
		if (!rule) {
			v->way[i] = WAY_UNLISTED;
			continue;
		}
		v->feed[i] = rule->feed;
		action =
		    rule->action == ACTION_INHERIT ? img->feed[rule->feed].action : rule->action;
		v->way[i] = way_of_action[action];
		if (v->way[i] == WAY_TRUNCATE && v->tcp[i])
			v->way[i] = WAY_SINKHOLE;
	}
}
