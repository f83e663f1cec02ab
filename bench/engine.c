#include "bench/engine.h"

#include "bench/names.h"
#include "dataplane/engine.h"
#include "dataplane/frame.h"
#include "dataplane/image.h"

#include <arpa/inet.h>
#include <errno.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define FRAME         80   /* bytes kept for a query's frame */
#define BUFFERS       1024 /* receive buffers in turn */
#define BUFFER        2368 /* a pool leaves no power of two between its buffers */
#define HUGE_PAGE     (2u << 20)
#define BUFFERS_BYTES (((size_t)BUFFERS * BUFFER + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE)
#define IP_AT         14
#define DNS_AT        (IP_AT + 28)
#define RATIO         1000000 /* steps of the hit ratio */

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
	struct engine engine;
	struct stage_times times;
};

static int
load(struct bench *b, uint64_t names)
{
	struct hash_key key = {{7}};
	struct index_loader *l;
	struct names gen = {1};
	struct policy policy;
	int rc;

	rc = index_loader_new(&l, hash_best(), &key, 0);
	if (rc < 0)
		return rc;
	for (uint64_t i = 0; i < names; i++) {
		struct entry e = names_entry(&gen);

		rc = index_loader_add(l, &e, 0, false);
		if (rc < 0) {
			index_loader_free(l);
			return rc;
		}
	}
	rc = index_loader_finish(l, &b->img.index);
	if (rc < 0)
		return rc;
	policy_defaults(&policy);
	policy.a_n = 1;
	inet_pton(AF_INET, "192.0.2.1", &policy.a[0]);
	b->img.feeds_n = 1;
	b->img.feed[0] = (struct image_feed){.action = ACTION_SINKHOLE};
	return tails_new(&b->img.tails, &policy, 1, NULL);
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

static void
shuffle(struct query *q, uint64_t n, struct names *choice)
{
	for (uint64_t i = n - 1; i > 0; i--) {
		uint64_t k = names_random(choice) % (i + 1);
		struct query t = q[i];

		q[i] = q[k];
		q[k] = t;
	}
}

/* Every step-th name of the list, in random order; a share of them made unlisted. */
static int
make_queries(struct bench *b, const struct engine_config *c)
{
	struct names gen, choice = {99};
	uint64_t step = c->names < c->frames ? 1 : c->names / c->frames, n = 0;
	uint64_t hits = (uint64_t)(c->hit_ratio * RATIO + 0.5);

	b->query = calloc(c->frames, sizeof(*b->query));
	if (!b->query)
		return -ENOMEM;
	while (n < c->frames) {
		gen.state = 1; /* the list again, as often as needed */
		for (uint64_t i = 0; i < c->names && n < c->frames; i++) {
			uint8_t name[16];
			unsigned len = names_next(&gen, name);

			if (i % step != 0)
				continue;
			if (names_random(&choice) % RATIO >= hits)
				name[len - 3] = 'z'; /* no suffix of the list begins so */
			make_query(&b->query[n++], name, len);
		}
	}
	shuffle(b->query, c->frames, &choice);
	return 0;
}

static int
make_buffers(struct bench *b)
{
	b->buffer = aligned_alloc(HUGE_PAGE, BUFFERS_BYTES);
	if (!b->buffer)
		return -ENOMEM;
	madvise(b->buffer, BUFFERS_BYTES, MADV_HUGEPAGE); /* as a pool of DPDK's */
	for (unsigned i = 0; i < BUFFERS; i++)
		b->mbuf[i] = (struct rte_mbuf){
		    .buf_addr = b->buffer + (size_t)i * BUFFER, .buf_len = BUFFER, .nb_segs = 1};
	b->port = (struct frame_port){
	    .mac = {2, 0, 0, 0, 0, 2}, .udp_port_be = htons(53), .check_checksum = true, .a_n = 1};
	b->port.a[0].s_addr = htonl(0xc6120002);
	frame_port_ready(&b->port);
	return 0;
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

/* One round over all frames.  Returns the TSC cycles of all but the receiving. */
static uint64_t
pass(struct bench *b)
{
	static struct vec v;
	struct frames f;
	unsigned at = 0;
	uint64_t cycles = 0;

	for (uint64_t i = 0; i + VEC_MAX <= b->frames; i += VEC_MAX) {
		uint64_t received;

		stage_start(&b->engine.watch);
		receive(b, &f, &b->query[i], at);
		at = (at + VEC_MAX) % BUFFERS;
		received = rte_rdtsc();
		stage_end(&b->engine.watch, STAGE_RX, VEC_MAX);
		frame_parse(&b->port, &f, &v, VEC_MAX);
		stage_end(&b->engine.watch, STAGE_FRAME, VEC_MAX);
		engine_answer(&b->engine, &b->img, &v);
		frame_turn(&f, &v);
		stage_end(&b->engine.watch, STAGE_TURN, VEC_MAX);
		cycles += rte_rdtsc() - received;
	}
	return cycles;
}

/* By stage, in a pass of its own: the watch takes some cycles a packet itself. */
static void
watch(struct bench *b, struct engine_result *out)
{
	b->engine.watch.times = &b->times;
	pass(b);
	b->engine.watch.times = NULL;
	for (unsigned s = 0; s < STAGES_N; s++)
		out->cycles[s] = (double)count_get(&b->times.stage[s].cycles) / (double)b->frames;
}

static void
measure(struct bench *b, const struct engine_config *c, struct engine_result *out)
{
	uint64_t cycles[ENGINE_PASSES_MAX], begin = rte_rdtsc();
	double start = bench_now_s(), took, hz;

	for (unsigned i = 0; i < c->passes; i++)
		cycles[i] = pass(b);
	took = bench_now_s() - start;
	hz = (double)(rte_rdtsc() - begin) / took;
	out->tsc_mhz = hz / 1e6;
	out->mqps_with_copy = (double)c->frames * c->passes / took / 1e6;
	for (unsigned i = 0; i < c->passes; i++)
		out->mqps[i] = (double)c->frames * hz / (double)cycles[i] / 1e6;
	qsort(out->mqps, c->passes, sizeof(out->mqps[0]), bench_by_value);
	out->sinkholed =
	    (double)count_get(&b->counters.way[WAY_SINKHOLE]) / ((double)c->frames * c->passes);
	watch(b, out);
}

int
engine_run(const struct engine_config *c, struct engine_result *out)
{
	struct index_stats stats;
	struct bench *b;
	double start;
	int rc;

	*out = (struct engine_result){0};
	b = aligned_alloc(_Alignof(struct bench), sizeof(*b));
	if (!b)
		return -ENOMEM;
	memset(b, 0, sizeof(*b));
	b->frames = c->frames;
	b->engine = (struct engine){.counters = &b->counters, .day = 20000};
	start = bench_now_s();
	rc = load(b, c->names);
	if (rc < 0)
		goto out;
	out->load_s = bench_now_s() - start;
	index_stats(b->img.index, &stats);
	out->bytes_per_name = (double)stats.bytes / (double)stats.names;
	out->hash = stats.hash;
	rc = make_queries(b, c);
	if (rc == 0)
		rc = make_buffers(b);
	if (rc == 0)
		measure(b, c, out);
out:
	tails_free(b->img.tails);
	index_free(b->img.index);
	free(b->buffer);
	free(b->query);
	free(b);
	return rc;
}
