#include "dataplane/engine.h"

#include "dataplane/cookie.h"
#include "dataplane/guard.h"
#include "dataplane/image.h"
#include "dataplane/publish.h"

#include <stddef.h>

/* Sums a burst up first: a counter is written once, not once a lane. */
static void
count_burst(struct counters *c, const struct vec *v)
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

const struct image *
engine_begin(struct engine *e, const struct publish *p, uint64_t now_ms)
{
	e->day = atomic_load_explicit(&p->day, memory_order_relaxed);
	e->unix_s = atomic_load_explicit(&p->unix_s, memory_order_relaxed);
	e->now_ms = now_ms;
	e->cookies = atomic_load_explicit(&p->cookies, memory_order_acquire);
	return publish_current(p);
}

bool
engine_wants_client(const struct engine *e, const struct image *img)
{
	return img->guard || (e->cookies && e->cookies->mode != COOKIES_OFF);
}

void
engine_answer(struct engine *e, const struct image *img, struct vec *v)
{
	stage_query(v);
	if (img->guard)
		stage_access(v, img->guard);
	stage_cookie(v, e->cookies, e->unix_s);
	stage_lookup(v, img, e->day);
	if (img->guard)
		stage_limit(v, img->guard, e);
	stage_respond(v, img, e->counters);
	count_burst(e->counters, v);
}
