#include "dataplane/engine.h"

#include <stddef.h>

void
engine_answer(const struct image *img, struct vec *v, int32_t day, struct counters *c)
{
	stage_query(v);
	stage_lookup(v, img, day);
	stage_respond(v, img, c);
	for (unsigned i = 0; i < v->n; i++) {
		count_add(&c->way[v->way[i]], 1);
		if (v->rule[i])
			count_add(&c->feed[v->feed[i]], 1);
	}
}
