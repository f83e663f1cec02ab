#include "dataplane/engine.h"

#include "dataplane/publish.h"

#include <stddef.h>

/* Whether all lanes ended alike, by a rule of one feed: most bursts of a flood of hits. */
static bool
is_uniform(const struct vec *v)
{
	unsigned differ = 0, without = 0;

	for (unsigned i = 0; i < v->n; i++) {
		differ |= (v->way[i] ^ v->way[0]) | (v->rcode[i] ^ v->rcode[0]) |
			  (v->feed[i] ^ v->feed[0]);
		without |= !v->rule[i];
	}
	return !differ && !without && v->n > 0 && v->way[0] > WAY_ANSWERS;
}

/* Sums a burst up first: a counter is written once, not once a lane. */
static void
count_mixed(struct counters *c, const struct vec *v)
{
	uint8_t way[WAYS_N] = {0}, rcode[COUNTER_RCODES] = {0};

	for (unsigned i = 0; i < v->n; i++) {
		way[v->way[i]]++;
		if (v->way[i] > WAY_ANSWERS)
			rcode[v->rcode[i]]++;
		if (v->rule[i])
			count_add(&c->feed[v->feed[i]], 1);
	}
	for (unsigned w = 0; w < WAYS_N; w++)
		if (way[w])
			count_add(&c->way[w], way[w]);
	for (unsigned r = 0; r < COUNTER_RCODES; r++)
		if (rcode[r])
			count_add(&c->rcode[r], rcode[r]);
}

static void
count_burst(struct counters *c, const struct vec *v)
{
	if (!is_uniform(v)) {
		count_mixed(c, v);
		return;
	}
	count_add(&c->way[v->way[0]], v->n);
	count_add(&c->rcode[v->rcode[0]], v->n);
	count_add(&c->feed[v->feed[0]], v->n);
}

const struct image *
engine_begin(struct engine *e, const struct publish *p, uint64_t now_ms)
{
	e->day = atomic_load_explicit(&p->day, memory_order_relaxed);
	e->unix_s = atomic_load_explicit(&p->unix_s, memory_order_relaxed);
	e->now_ms = now_ms;
	return publish_current(p);
}

bool
engine_wants_client(const struct engine *e, const struct image *img)
{
	(void)e;
	(void)img;
	return false;
}

void
engine_answer(struct engine *e, const struct image *img, struct vec *v)
{
	stage_lookup(e, v, img);
	stage_respond(v, img, e->counters);
	stage_end(&e->watch, STAGE_RESPOND, v->n);
	count_burst(e->counters, v);
	stage_end(&e->watch, STAGE_COUNT, v->n);
}
