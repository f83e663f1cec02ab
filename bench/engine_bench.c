/* engine_bench: the whole answer path on one core, without network I/O.
 *
 *   engine_bench NAMES [HIT-PERCENT [FRAMES]]
 *
 * Each frame is copied into a receive buffer, as a device would write it, then parsed, looked up,
 * answered in place and turned round.  The queries are drawn at random over the whole list; the
 * median of five passes. */
#include "bench/names.h"
#include "dataplane/engine.h"
#include "dataplane/frame.h"
#include "dataplane/image.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME   80   /* bytes kept for a query's frame */
#define BUFFERS 1024 /* receive buffers in turn */
#define BUFFER  2048
#define PASSES  5
#define IP_AT   14
#define DNS_AT  (IP_AT + 28)

struct query {
	uint8_t len;
	uint8_t bytes[FRAME - 1];
};

struct bench {
	struct image img;
	struct frame_port port;
	struct query *query;
	uint64_t frames;
	uint8_t *buffer;
	struct rte_mbuf mbuf[BUFFERS];
	struct counters counters;
};

static void
fail(const char *what)
{
	fprintf(stderr, "engine_bench: %s\n", what);
	exit(1);
}

static void
load(struct bench *b, uint64_t names)
{
	struct hash_key key = {{7}};
	struct index_loader *l;
	struct names gen = {1};
	struct policy policy;

	if (index_loader_new(&l, hash_best(), &key, 0) < 0)
		fail("no memory");
	for (uint64_t i = 0; i < names; i++) {
		struct entry e = names_entry(&gen);

		if (index_loader_add(l, &e, 0, false) < 0)
			fail("list not taken");
	}
	policy_defaults(&policy);
	policy.a_n = 1;
	inet_pton(AF_INET, "192.0.2.1", &policy.a[0]);
	if (index_loader_finish(l, &b->img.index) < 0 || tails_new(&b->img.tails, &policy, 1, NULL) < 0)
		fail("list not taken");
	b->img.feeds_n = 1;
	b->img.feed[0] = (struct image_feed){.action = ACTION_SINKHOLE};
}

static void
make_query(struct query *q, const uint8_t *name, unsigned name_len)
{
	static const uint8_t ether[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};
	static const uint8_t dns[12] = {0x12, 0x34, 1, 0, 0, 1};
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(q->bytes + IP_AT);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	unsigned len = 12 + name_len + 4;

	memcpy(q->bytes, ether, sizeof(ether));
	memcpy(q->bytes + DNS_AT, dns, sizeof(dns));
	memcpy(q->bytes + DNS_AT + 12, name, name_len);
	memcpy(q->bytes + DNS_AT + 12 + name_len, "\0\1\0\1", 4);
	*ip = (struct rte_ipv4_hdr){.version_ihl = 0x45, .time_to_live = 64, .next_proto_id = 17};
	ip->total_length = htons((uint16_t)(28 + len));
	ip->src_addr = htonl(0xc6120001);
	ip->dst_addr = htonl(0xc6120002);
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	*udp = (struct rte_udp_hdr){.src_port = htons(40000), .dst_port = htons(53)};
	udp->dgram_len = htons((uint16_t)(8 + len));
	udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
	q->len = (uint8_t)(DNS_AT + len);
}

/* Every step-th name of the list, in random order; a share of them made unlisted. */
static void
make_queries(struct bench *b, uint64_t names, unsigned hit_percent)
{
	struct names gen = {1}, choice = {99};
	uint64_t step = names < b->frames ? 1 : names / b->frames, n = 0;

	b->query = calloc(b->frames, sizeof(*b->query));
	if (!b->query)
		fail("no memory");
	while (n < b->frames) {
		gen.state = 1; /* the list again, as often as needed */
		for (uint64_t i = 0; i < names && n < b->frames; i++) {
			uint8_t name[16];
			unsigned len = names_next(&gen, name);

			if (i % step != 0)
				continue;
			if (names_random(&choice) % 100 >= hit_percent)
				name[len - 2] = 'z'; /* no suffix of the list ends so */
			make_query(&b->query[n++], name, len);
		}
	}
	for (uint64_t i = b->frames - 1; i > 0; i--) {
		uint64_t k = names_random(&choice) % (i + 1);
		struct query q = b->query[i];

		b->query[i] = b->query[k];
		b->query[k] = q;
	}
}

static void
receive(struct bench *b, struct frames *f, const struct query *q, unsigned at)
{
	for (unsigned i = 0; i < VEC_MAX; i++) {
		struct rte_mbuf *m = &b->mbuf[at + i];

		memcpy(m->buf_addr, q[i].bytes, FRAME - 1);
		m->data_len = q[i].len;
		m->pkt_len = q[i].len;
		f->mbuf[i] = m;
	}
}

static double
pass(struct bench *b)
{
	static struct vec v;
	struct frames f;
	unsigned at = 0;
	double start = bench_now_s();

	for (uint64_t i = 0; i + VEC_MAX <= b->frames; i += VEC_MAX) {
		receive(b, &f, &b->query[i], at);
		at = (at + VEC_MAX) % BUFFERS;
		frame_parse(&b->port, &f, &v, VEC_MAX);
		engine_answer(&b->img, &v, 20000, &b->counters);
		for (unsigned k = 0; k < VEC_MAX; k++)
			if (v.way[k] > WAY_ANSWERS)
				frame_turn(&f, &v, k);
	}
	return (double)b->frames / (bench_now_s() - start) / 1e6;
}

int
main(int argc, char **argv)
{
	static struct bench b;
	uint64_t names = argc > 1 ? strtoull(argv[1], NULL, 10) : 1500000;
	unsigned hits = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 100;
	double rate[PASSES];

	b.frames = argc > 3 ? strtoull(argv[3], NULL, 10) / VEC_MAX * VEC_MAX : 1 << 21;
	if (names == 0 || b.frames == 0)
		fail("usage: engine_bench NAMES [HIT-PERCENT [FRAMES]]");
	load(&b, names);
	make_queries(&b, names, hits);
	b.port = (struct frame_port){
	    .mac = {2, 0, 0, 0, 0, 2}, .udp_port_be = htons(53), .check_checksum = true, .a_n = 1};
	b.port.a[0].s_addr = htonl(0xc6120002);
	b.buffer = aligned_alloc(64, (size_t)BUFFERS * BUFFER);
	for (unsigned i = 0; i < BUFFERS; i++)
		b.mbuf[i] = (struct rte_mbuf){
		    .buf_addr = b.buffer + (size_t)i * BUFFER, .buf_len = BUFFER, .nb_segs = 1};
	for (unsigned i = 0; i < PASSES; i++)
		rate[i] = pass(&b);
	qsort(rate, PASSES, sizeof(rate[0]), bench_by_value);
	printf("engine: %" PRIu64 " names, %u %% hits: %.2f M answers/s (%.2f to %.2f), "
	       "%.1f %% sinkholed\n",
	    names, hits, rate[PASSES / 2], rate[0], rate[PASSES - 1],
	    100.0 * (double)count_get(&b.counters.way[WAY_SINKHOLE]) / ((double)b.frames * PASSES));
	return 0;
}
