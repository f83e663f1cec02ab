#include "dataplane/engine.h"

#include "dataplane/image.h"

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

void
engine_answer(const struct image *img, struct vec *v, int32_t day, struct counters *c)
{
	stage_query(v);
	if (img->zones)
		stage_zones(v, img->zones);
	stage_lookup(v, img, day);
	stage_respond(v, img, c);
	count_burst(c, v);
}
