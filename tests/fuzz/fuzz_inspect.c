/* Any bytes as a frame at an inline port that looks into TCP.  What stands behind the frame must
 * not matter: each input runs twice, before two different fillings. */
#include "dataplane/engine.h"
#include "dataplane/inspect.h"
#include "tests/dataplane/world.h"
#include "tests/fuzz/answer.h"

#include <arpa/inet.h>
#include <rte_mbuf.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_MAX 2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct image *world;
static struct counters counters;
static struct engine engine = {.counters = &counters, .day = WORLD_DAY, .screen = SCREEN_INLINE};
static struct frame_port port = {.any_address = true};

struct run {
	struct rte_mbuf mbuf, reset;
	struct frames f;
	struct vec v;
	struct inspected in;
	uint8_t *buffer, *reset_buffer;
	size_t query_at; /* 0: no query over TCP was answered */
};

static void
start(void)
{
	world = world_new();
	port.udp_port_be = htons(53);
	memset(port.vlan, 0xff, sizeof(port.vlan));
	frame_port_ready(&port);
}

static void
run(struct run *r, const uint8_t *data, size_t size, uint8_t filling)
{
	struct rte_mbuf *reset = &r->reset;
	size_t room = FRAME_MAX + VEC_SLACK;

	r->buffer = malloc(room);
	r->reset_buffer = malloc(size ? size : 1); /* exact: it is never longer than the query */
	memset(r->buffer, filling, room);
	memcpy(r->buffer, data, size);
	r->mbuf = (struct rte_mbuf){.buf_addr = r->buffer, .buf_len = (uint16_t)room, .nb_segs = 1};
	r->mbuf.data_len = (uint16_t)size;
	r->mbuf.pkt_len = (uint32_t)size;
	r->reset = (struct rte_mbuf){.buf_addr = r->reset_buffer, .buf_len = (uint16_t)size};
	r->f.mbuf[0] = &r->mbuf;
	frame_parse(&port, &r->f, &r->v, 1);
	inspect_parse(&port, &r->f, &r->v, &r->in);
	engine_answer(&engine, world, &r->v);
	r->query_at = 0;
	if (inspect_answers(&r->v, &r->in))
		r->query_at = (size_t)(r->v.msg[0] - r->buffer);
	inspect_turn(&r->f, &r->v, &r->in, &reset, inspect_answers(&r->v, &r->in));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run a, b;

	if (!world)
		start();
	if (size > FRAME_MAX || !world)
		return 0;
	run(&a, data, size, 0x00);
	run(&b, data, size, 0xff);
	if (a.v.way[0] != b.v.way[0] || a.query_at != b.query_at)
		abort();
	if (a.query_at) {
		if (a.mbuf.data_len != b.mbuf.data_len ||
		    memcmp(a.buffer, b.buffer, a.mbuf.data_len) != 0 ||
		    memcmp(a.reset_buffer, b.reset_buffer, a.reset.data_len) != 0)
			abort();
		answer_must_hold(
		    data + a.query_at, size - a.query_at, a.v.msg[0], a.v.len[0], ENGINE_UDP_MAX);
	} else if (!(a.v.way[0] >= WAY_ANSWERS) && memcmp(a.buffer, data, size) != 0) {
		abort(); /* what goes through goes as it came */
	}
	free(a.buffer);
	free(b.buffer);
	free(a.reset_buffer);
	free(b.reset_buffer);
	return 0;
}
