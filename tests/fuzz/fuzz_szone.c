/* A zone file of our own, any bytes; and when it is taken, questions for every name in it, beside
 * and below it. */
#include "dataplane/engine.h"

#include "dataplane/image.h"
#include "dataplane/wire.h"
#include "tests/dataplane/world.h"
#include "tests/fuzz/answer.h"

#include <stdlib.h>
#include <string.h>

#define NODES_ASKED 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t origin[] = "\4home\4test";

static void
ask(const struct image *img, const uint8_t *name, size_t len, unsigned type, unsigned tcp)
{
	static struct counters counters;
	struct engine engine = {.counters = &counters, .day = WORLD_DAY};
	static struct vec v;
	uint8_t query[DNS_HEADER_LEN + NAME_LEN_MAX + 4] = {0};
	size_t n = DNS_HEADER_LEN + len + 4;

	query[5] = 1;
	memcpy(query + DNS_HEADER_LEN, name, len);
	wire16_put(query + n - 4, type);
	wire16_put(query + n - 2, CLASS_IN);
	v.n = 1;
	v.msg[0] = malloc(VEC_ROOM + VEC_SLACK);
	memset(v.msg[0], 0x55, VEC_ROOM + VEC_SLACK);
	memcpy(v.msg[0], query, n);
	v.len[0] = (uint16_t)n;
	v.limit[0] = tcp ? VEC_ROOM - VEC_SLACK : ENGINE_UDP_MAX;
	v.tcp[0] = (uint8_t)tcp;
	v.way[0] = WAY_NONE;
	engine_answer(&engine, img, &v);
	if (v.way[0] != WAY_ZONE)
		abort();
	answer_must_hold(query, n, v.msg[0], v.len[0], tcp ? VEC_ROOM - VEC_SLACK : DNS_UDP_MIN);
	free(v.msg[0]);
}

static void
ask_node(const struct image *img, const struct szone *z, const struct szone_node *node)
{
	static const uint16_t types[] = {
	    TYPE_A, TYPE_NS, TYPE_SOA, TYPE_DS, TYPE_ANY, 5, 15, 16, 33};
	static const char *const before[] = {"", "\1x", "\1*", "\1x\1y"};
	const uint8_t *key = z->bytes + node->key;

	for (unsigned b = 0; b < sizeof(before) / sizeof(before[0]); b++) {
		uint8_t name[2 * NAME_LEN_MAX] = {0};
		size_t n = strlen(before[b]), len = n + node->key_len;

		memcpy(name, before[b], n);
		for (unsigned pos = 0; pos < node->key_len; pos += key[pos] + 1u)
			memcpy(name + len - pos - key[pos] - 1, key + pos, key[pos] + 1u);
		for (unsigned t = 0; len < NAME_LEN_MAX && t < sizeof(types) / sizeof(types[0]);
		     t++)
			ask(img, name, len + 1, types[t], t % 2);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct image *world;
	const struct list_sink sink = {.error = NULL};
	struct szone *z = NULL, *old;
	FILE *f;

	if (!world)
		world = world_new();
	f = size ? fmemopen((uint8_t *)(uintptr_t)data, size, "r") : NULL;
	if (!f || !world)
		return 0;
	if (szone_read(&z, f, "fuzz", origin, sizeof(origin), 1000, &sink) == 0) {
		old = world->zones->at[0].zone;
		world->zones->at[0].zone = z;
		for (uint32_t i = 0; i < z->nodes_n && i < NODES_ASKED; i++)
			ask_node(world, z, &z->nodes[i]);
		world->zones->at[0].zone = old;
		szone_free(z);
	}
	fclose(f);
	return 0;
}
