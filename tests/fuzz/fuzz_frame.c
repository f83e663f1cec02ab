/* Any bytes as an Ethernet frame that a port received.  Each runs twice, before two fillings of the
 * buffer behind it, and the results must agree; each ends in exactly one way. */
#include "dataplane/engine.h"
#include "dataplane/exception.h"
#include "dataplane/frame.h"
#include "dataplane/local.h"
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
static struct engine engine = {.counters = &counters, .day = WORLD_DAY};
static struct frame_port port = {
    .mac = {2, 0, 0, 0, 0, 2}, .check_checksum = false, .a_n = 1, .aaaa_n = 1};

struct run {
	struct rte_mbuf mbuf;
	struct frames f;
	struct vec v;
	uint8_t *buffer;
};

static void
start(void)
{
	world = world_new();
	memset(port.vlan, 0xff, sizeof(port.vlan));
	port.udp_port_be = htons(53);
	inet_pton(AF_INET, "198.18.0.2", &port.a[0]);
	inet_pton(AF_INET6, "2001:db8::2", &port.aaaa[0]);
	frame_port_ready(&port);
}

/* The exception path reads the source out of what it takes: of a buffer that ends with the frame.
 */
static void
pick(struct run *r, size_t size)
{
	static const struct exception limited = {
	    .limit = {.cost_ns = {1000}, .len4 = 24, .len6 = 56, .burst_ns = 1000000}};
	static struct exception_spent spent;
	struct rte_mbuf m = r->mbuf;
	struct frames f = {.mbuf = {&m}};
	struct vec v = {.n = 1, .way = {r->v.way[0]}};

	if (!spent.limiter && limiter_new(&spent.limiter, LIMIT_BUCKETS_MIN) < 0)
		abort();
	m.buf_addr = malloc(size);
	memcpy(m.buf_addr, r->buffer, size);
	exception_pick(&limited, &spent, &f, &v, 1);
	free(m.buf_addr);
}

static void
run(struct run *r, const uint8_t *data, size_t size, uint8_t filling)
{
	size_t bytes = FRAME_MAX + VEC_SLACK;

	r->buffer = malloc(bytes);
	memset(r->buffer, filling, bytes);
	memcpy(r->buffer, data, size);
	memset(&r->mbuf, 0, sizeof(r->mbuf));
	r->mbuf.buf_addr = r->buffer;
	r->mbuf.buf_len = (uint16_t)bytes;
	r->mbuf.nb_segs = 1;
	r->mbuf.data_len = (uint16_t)size;
	r->mbuf.pkt_len = (uint32_t)size;
	r->f.mbuf[0] = &r->mbuf;
	frame_parse(&port, &r->f, &r->v, 1);
	if (r->v.way[0] == WAY_LOCAL)
		r->v.way[0] = (uint8_t)local_answer(&port, &r->mbuf);
	if (r->v.way[0] != WAY_NONE && r->v.way[0] < WAY_ANSWERS)
		pick(r, size);
	engine_answer(&engine, world, &r->v);
	if (r->v.way[0] > WAY_ANSWERS)
		frame_turn(&r->f, &r->v);
}

static uint64_t
ways(void)
{
	uint64_t n = 0;

	for (unsigned w = WAY_NONE + 1; w < WAYS_N; w++)
		n += count_get(&counters.way[w]);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run a, b;
	uint64_t before = ways();

	if (!world)
		start();
	if (size > FRAME_MAX || !world)
		return 0;
	port.check_checksum = size & 1; /* both, whatever the frame */
	run(&a, data, size, 0x00);
	run(&b, data, size, 0xff);
	if (ways() != before + 2 || a.v.way[0] != b.v.way[0])
		abort();
	if (a.v.way[0] >= WAY_ANSWERS &&
	    (a.mbuf.data_len != b.mbuf.data_len || a.mbuf.data_len > FRAME_MAX ||
		a.mbuf.data_off != b.mbuf.data_off ||
		memcmp(a.buffer + a.mbuf.data_off, b.buffer + a.mbuf.data_off, a.mbuf.data_len) !=
		    0))
		abort();
	if (a.v.way[0] > WAY_ANSWERS)
		answer_must_hold(data + (a.v.msg[0] - a.buffer),
		    size - (size_t)(a.v.msg[0] - a.buffer), a.v.msg[0], a.v.len[0], ENGINE_UDP_MAX);
	free(a.buffer);
	free(b.buffer);
	return 0;
}
