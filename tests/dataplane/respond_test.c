/* The short ways of answering against the long ones: stage_respond's usual answer against any
 * other's, and the frame that is turned at one go against the one that is turned piece by piece,
 * byte for byte and sum for sum. */
#include "dataplane/checksum.h"
#include "dataplane/engine.h"
#include "dataplane/frame.h"
#include "dataplane/image.h"
#include "dataplane/wire.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>
#include <stdlib.h>
#include <string.h>

#define POLICIES 5
#define ROOM     (VEC_ROOM + VEC_SLACK)
#define HEADERS  (sizeof(struct rte_ether_hdr) + sizeof(struct rte_ipv4_hdr) + 8)
#define FILLING  0xa5 /* of what stands behind a message, which must not matter */
#define BEHIND   200  /* bytes at most behind the question */

static const struct index_rule rule;
static struct counters counters;
static struct vec usual, any;
static uint8_t room[2][ROOM];

/* One query, as the stages before left it. */
struct query {
	unsigned policy, qtype, depth, extra; /* labels below the listed name; bytes in the last */
	enum edns edns;
	unsigned limit, behind; /* bytes behind the question */
};

static void
describe(struct policy p[POLICIES])
{
	for (unsigned i = 0; i < POLICIES; i++)
		policy_defaults(&p[i]);
	/* 0: nothing but defaults.  1: all there is.  2: too long for 512.  3: pools.  4: one each.
	 */
	p[1].a_n = p[1].ns_n = p[1].txt_n = 2;
	p[1].aaaa_n = 1;
	name_from_text(p[1].ns[0], "ns1.sinkhole.example", 20);
	name_from_text(p[1].ns[1], "a.ns.example", 12);
	strcpy(p[1].txt[0], "odd");
	strcpy(p[1].txt[1], "even");
	p[2].txt_n = 3;
	for (unsigned i = 0; i < 3; i++)
		memset(p[2].txt[i], 'x', sizeof(p[2].txt[i]) - 1);
	p[3].pool.slot_s = 60;
	addrpool_set_prefix(&p[3].pool, "198.51.100.0/24");
	addrpool_set_prefix(&p[3].pool, "2001:db8:1::/48");
	p[4].a_n = p[4].aaaa_n = p[4].txt_n = 1;
	strcpy(p[4].txt[0], "seven b");
}

static struct image *
make_image(void)
{
	static const struct identity self = {.nsid = "node"};
	struct policy policy[POLICIES];
	struct image *img = calloc(1, sizeof(*img));

	describe(policy);
	if (img && tails_new(&img->tails, policy, POLICIES, &self) < 0) {
		image_free(img);
		return NULL;
	}
	for (unsigned i = 0; img && i < POLICIES; i++)
		img->feed[i].policy = (uint8_t)i;
	return img;
}

/* Writes name, type, class and something behind them.  Returns the bytes. */
static unsigned
write_query(uint8_t *msg, const struct query *q, unsigned *suffix_at, unsigned *end)
{
	unsigned at = DNS_HEADER_LEN;

	memcpy(msg, "\x12\x34\x79\xff\0\1\0\0\0\0\0\1", DNS_HEADER_LEN);
	for (unsigned k = 0; k < q->depth; k++) {
		unsigned n = 1 + (k ? 0 : q->extra);

		msg[at++] = (uint8_t)n;
		memset(msg + at, 'B', n);
		at += n;
	}
	*suffix_at = at;
	memcpy(msg + at, "\6liSted\7example", 16);
	at += 16;
	wire16_put(msg + at, q->qtype);
	wire16_put(msg + at + 2, CLASS_IN);
	*end = at + 4;
	for (unsigned k = 0; k < q->behind; k++)
		msg[*end + k] = (uint8_t)(k * 37 + 11);
	return *end + q->behind;
}

static void
fill(struct vec *v, uint8_t *msg, const struct query *q)
{
	unsigned suffix_at, end, len = write_query(msg, q, &suffix_at, &end);

	v->n = 1;
	v->msg[0] = msg;
	v->len[0] = (uint16_t)len;
	v->limit[0] = (uint16_t)q->limit;
	v->way[0] = WAY_SINKHOLE;
	v->rule[0] = &rule;
	v->feed[0] = (uint8_t)q->policy;
	v->qtype[0] = (uint16_t)q->qtype;
	v->edns[0] = q->edns;
	v->asks[0] = 0;
	v->cookie[0] = COOKIE_NONE;
	v->suffix_at[0] = (uint16_t)suffix_at;
	v->question_end[0] = (uint16_t)end;
	v->sum_change[0] = 0x5a5a;
	memset(v->name[0], 0, sizeof(v->name[0]));
	for (unsigned k = 0; k < end - 4 - DNS_HEADER_LEN; k++)
		v->name[0][k] = msg[DNS_HEADER_LEN + k] | (msg[DNS_HEADER_LEN + k] > 63) << 5;
}

/* Word by word, as RFC 1071 defines it. */
static uint64_t
sum_of(const uint8_t *p, unsigned n)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += (uint64_t)p[i] << (i & 1 ? 0 : 8);
	return sum;
}

static bool
is_sum_right(const struct vec *v, const uint8_t *query, unsigned len)
{
	uint64_t sum = sum_of(query, len) + ntohs(checksum_fold(v->sum_change[0]));

	return v->sum_change[0] == 0 || sum % 0xffff == sum_of(v->msg[0], v->len[0]) % 0xffff;
}

/* ASKS_ID means nothing in class IN, and keeps a query from the short way. */
static bool
is_same(const struct image *img, const struct query *q)
{
	uint8_t query[ROOM];
	unsigned len;

	memset(room, FILLING, sizeof(room));
	fill(&usual, room[0], q);
	fill(&any, room[1], q);
	len = usual.len[0];
	memcpy(query, room[0], len);
	any.asks[0] = ASKS_ID;
	memset(room[1] + len, ~FILLING, ROOM - len);
	stage_respond(&usual, img, &counters);
	stage_respond(&any, img, &counters);
	return usual.len[0] == any.len[0] && usual.rcode[0] == any.rcode[0] &&
	       memcmp(room[0], room[1], usual.len[0]) == 0 && usual.len[0] <= q->limit &&
	       any.sum_change[0] == 0 && is_sum_right(&usual, query, len);
}

/* What stood behind a question: nothing, an OPT, and lengths at which sums change their way. */
static const unsigned behind[] = {
    0, 1, 2, 10, 11, 12, 15, 16, 17, 23, 63, 64, 65, 66, 127, 129, BEHIND};

static void
check_answers(const struct image *img)
{
	unsigned wrong = 0, n = 0;
	struct query q, first = {0};

	for (q.policy = 0; q.policy < POLICIES; q.policy++)
		for (q.qtype = 0; q.qtype < 260; q.qtype++)
			for (unsigned k = 0; k < 3 * 4 * 2 * 3; k++) {
				q.edns = k % 3;
				q.depth = k / 3 % 4;
				q.extra = k / 12 % 2;
				q.limit = (const unsigned[]){512, 1232, 1760}[k / 24];
				q.behind =
				    behind[(k + q.qtype) % (sizeof(behind) / sizeof(behind[0]))];
				n++;
				if (is_same(img, &q))
					continue;
				first = wrong++ ? first : q;
			}
	CHECK(wrong == 0, "%u of %u answers differ; policy %u type %u edns %u depth %u limit %u",
	    wrong, n, first.policy, first.qtype, first.edns, first.depth, first.limit);
}

/* At the byte from which on an answer is cut. */
static void
check_limits(const struct image *img)
{
	unsigned wrong = 0, n = 0;
	struct query q = {.policy = 2, .qtype = TYPE_TXT};

	for (q.limit = 512; q.limit < 1232; q.limit++)
		for (unsigned k = 0; k < 12; k++, n++) {
			q.edns = k % 3;
			q.depth = k / 3;
			wrong += !is_same(img, &q);
		}
	CHECK(wrong == 0, "%u of %u answers at their limits differ", wrong, n);
}

/* --- frames --- */

static uint8_t frame[2][ROOM];
static struct rte_mbuf mbuf[2];
static struct frames frames[2];
static struct frame_port port = {.mac = {2, 0, 0, 0, 0, 2}, .check_checksum = true, .a_n = 1};

/* A plain frame around a query, with right sums. */
static void
wrap(unsigned k, const struct query *q, unsigned tos)
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)frame[k];
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(eth + 1);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	unsigned a, b, len = write_query((uint8_t *)(udp + 1), q, &a, &b);

	memcpy(eth, "\2\0\0\0\0\2\2\0\0\0\0\1\10\0", 14);
	*ip = (struct rte_ipv4_hdr){.version_ihl = RTE_IPV4_VHL_DEF,
	    .type_of_service = (uint8_t)tos,
	    .total_length = htons((uint16_t)(28 + len)),
	    .packet_id = htons(0xbeef),
	    .time_to_live = (uint8_t)(3 + tos),
	    .next_proto_id = IPPROTO_UDP,
	    .src_addr = htonl(0xc6120100 + tos),
	    .dst_addr = port.a[0].s_addr};
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	*udp = (struct rte_udp_hdr){
	    htons((uint16_t)(1024 + tos * 251)), htons(53), htons((uint16_t)(8 + len)), 0};
	udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
	mbuf[k] = (struct rte_mbuf){.buf_addr = frame[k],
	    .buf_len = ROOM,
	    .nb_segs = 1,
	    .data_len = (uint16_t)(HEADERS + len),
	    .pkt_len = (uint32_t)(HEADERS + len),
	    .ol_flags = RTE_MBUF_F_RX_RSS_HASH};
	frames[k].mbuf[0] = &mbuf[k];
}

/* 0 would say that there is none (RFC 768). */
static bool
has_sum(const uint8_t *f)
{
	const struct rte_ipv4_hdr *ip =
	    (const struct rte_ipv4_hdr *)(f + sizeof(struct rte_ether_hdr));
	const struct rte_udp_hdr *udp = (const struct rte_udp_hdr *)(ip + 1);

	return udp->dgram_cksum != 0 && rte_ipv4_udptcp_cksum(ip, udp) == 0xffff;
}

static bool
turns_alike(const struct image *img, const struct query *q, unsigned tos)
{
	struct vec *v[2] = {&usual, &any};
	bool known;

	memset(frame, FILLING, sizeof(frame));
	for (unsigned k = 0; k < 2; k++) {
		wrap(k, q, tos);
		frame_parse(&port, &frames[k], v[k], 1);
		if (!frames[k].is_plain[0])
			return false;
		fill(v[k], v[k]->msg[0], q);
		stage_respond(v[k], img, &counters);
	}
	known = frames[0].sum_known[0] && usual.sum_change[0];
	frames[1].sum_known[0] = 0;
	frame_turn(&frames[0], &usual);
	frame_turn(&frames[1], &any);
	return known == (usual.sum_change[0] != 0) && mbuf[0].data_len == mbuf[1].data_len &&
	       mbuf[0].pkt_len == mbuf[1].pkt_len && mbuf[0].ol_flags == mbuf[1].ol_flags &&
	       memcmp(frame[0], frame[1], mbuf[0].data_len) == 0 && has_sum(frame[0]);
}

static void
check_frames(const struct image *img)
{
	static const unsigned types[] = {
	    TYPE_A, TYPE_AAAA, TYPE_NS, TYPE_SOA, TYPE_TXT, TYPE_ANY, 15};
	unsigned wrong = 0, n = 0;
	struct query q = {.limit = 1232};

	port.udp_port_be = htons(53);
	port.a[0].s_addr = htonl(0xc6120002);
	frame_port_ready(&port);
	for (unsigned tos = 0; tos < 256; tos++)
		for (unsigned k = 0; k < 5 * 7 * 3 * 4; k++, n++) {
			q.policy = k % 5;
			q.qtype = types[k / 5 % 7];
			q.edns = k / 35 % 3;
			q.depth = k / 105;
			q.extra = tos % 30;
			q.behind = behind[(k + tos) % (sizeof(behind) / sizeof(behind[0]))];
			wrong += !turns_alike(img, &q, tos);
		}
	CHECK(wrong == 0, "%u of %u frames differ", wrong, n);
}

int
main(void)
{
	struct image *img = make_image();

	CHECK(img != NULL, "image made");
	if (!img)
		return test_end();
	check_answers(img);
	check_limits(img);
	check_frames(img);
	image_free(img);
	return test_end();
}
