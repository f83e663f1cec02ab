/* Any bytes as a DNS message over UDP and TCP.  What stands behind the message must not matter:
 * each input runs twice, before two different fillings, and the results must agree. */
#include "dataplane/engine.h"
#include "tests/dataplane/world.h"
#include "tests/fuzz/answer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct image *world;
static struct counters counters;
static struct engine engine = {.counters = &counters, .day = WORLD_DAY};

static void
run(struct vec *v, const uint8_t *data, size_t size, unsigned tcp, uint8_t filling)
{
	size_t bytes = VEC_ROOM + VEC_SLACK;

	v->n = 1;
	v->msg[0] = malloc(bytes); /* exact: ASan sees what goes past it */
	memset(v->msg[0], filling, bytes);
	memcpy(v->msg[0], data, size);
	v->len[0] = (uint16_t)size;
	v->limit[0] = tcp ? VEC_ROOM - VEC_SLACK : ENGINE_UDP_MAX;
	v->tcp[0] = (uint8_t)tcp;
	v->way[0] = WAY_NONE;
	engine_answer(&engine, world, v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vec a, b;

	if (!world)
		world = world_new();
	if (size > ENGINE_UDP_MAX || !world)
		return 0;
	for (unsigned tcp = 0; tcp < 2; tcp++) {
		run(&a, data, size, tcp, 0x00);
		run(&b, data, size, tcp, 0xff);
		if (a.way[0] == WAY_NONE || a.way[0] != b.way[0])
			abort();
		if (a.way[0] > WAY_ANSWERS) {
			if (a.len[0] != b.len[0] || memcmp(a.msg[0], b.msg[0], a.len[0]) != 0)
				abort();
			answer_must_hold(data, size, a.msg[0], a.len[0],
			    tcp ? VEC_ROOM - VEC_SLACK : ENGINE_UDP_MAX);
		}
		free(a.msg[0]);
		free(b.msg[0]);
	}
	return 0;
}
