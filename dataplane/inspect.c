#include "dataplane/inspect.h"

#include "dataplane/frame_odd.h"
#include "dataplane/wire.h"

#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_tcp.h>
#include <string.h>

#define PREFIX_LEN 2    /* bytes before a message over TCP */
#define LIMIT      1200 /* bytes of an answer: one segment with options, anywhere */
#define TTL        64
#define REFUSED    (RTE_TCP_SYN_FLAG | RTE_TCP_RST_FLAG | RTE_TCP_URG_FLAG)

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_TIMES = 8, OPTION_TIMES_LEN = 10 };

/* One segment, found valid. */
struct segment {
	struct rte_ipv4_hdr *ip4; /* one of the two */
	struct rte_ipv6_hdr *ip6;
	struct rte_tcp_hdr *tcp;
	unsigned header_len, payload_len; /* of TCP; bytes */
};

/* The network header, without options or extension headers.  Returns the bytes behind it, 0 when
 * it is not TCP. */
static unsigned
find_tcp(struct segment *s, const struct rte_mbuf *m)
{
	unsigned l3 = frame_l3(m), have = rte_pktmbuf_data_len(m) - l3, len;
	uint8_t *ip = rte_pktmbuf_mtod_offset(m, uint8_t *, l3);

	if (have < sizeof(*s->ip4))
		return 0;
	*s = (struct segment){.ip4 = (struct rte_ipv4_hdr *)ip};
	if (*ip == RTE_IPV4_VHL_DEF) {
		len = rte_be_to_cpu_16(s->ip4->total_length);
		s->tcp = (struct rte_tcp_hdr *)(s->ip4 + 1);
		return s->ip4->next_proto_id == IPPROTO_TCP && len <= have
			   ? len - (unsigned)sizeof(*s->ip4)
			   : 0;
	}
	if (*ip >> 4 != 6 || have < sizeof(*s->ip6))
		return 0;
	s->ip4 = NULL;
	s->ip6 = (struct rte_ipv6_hdr *)ip;
	s->tcp = (struct rte_tcp_hdr *)(s->ip6 + 1);
	len = rte_be_to_cpu_16(s->ip6->payload_len);
	return s->ip6->proto == IPPROTO_TCP && len <= have - sizeof(*s->ip6) ? len : 0;
}

static bool
has_right_sum(const struct segment *s)
{
	return s->ip4 ? rte_ipv4_udptcp_cksum(s->ip4, s->tcp) == 0
		      : rte_ipv6_udptcp_cksum(s->ip6, s->tcp) == 0;
}

/* Whether it holds one whole message and nothing else. */
static bool
find_query(struct segment *s, const struct rte_mbuf *m)
{
	unsigned len = find_tcp(s, m);

	if (len < sizeof(*s->tcp))
		return false;
	s->header_len = (s->tcp->data_off >> 4) * 4u;
	if (s->header_len < sizeof(*s->tcp) || len < s->header_len + PREFIX_LEN + DNS_HEADER_LEN ||
	    (s->tcp->tcp_flags & (REFUSED | RTE_TCP_ACK_FLAG)) != RTE_TCP_ACK_FLAG)
		return false;
	s->payload_len = len - s->header_len;
	return wire16((const uint8_t *)s->tcp + s->header_len) == s->payload_len - PREFIX_LEN;
}

static void
take(struct vec *v, unsigned i, const struct segment *s)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	v->msg[i] = (uint8_t *)s->tcp + s->header_len + PREFIX_LEN;
	v->len[i] = (uint16_t)(s->payload_len - PREFIX_LEN);
	v->limit[i] = LIMIT;
	v->tcp[i] = 1;
	v->way[i] = WAY_NONE;
	if (s->ip4) {
		memcpy(v->client[i], mapped, sizeof(mapped));
		memcpy(v->client[i] + 12, &s->ip4->src_addr, 4);
	} else {
		memcpy(v->client[i], s->ip6->src_addr, 16);
	}
}

void
inspect_parse(
    const struct frame_port *p, const struct frames *f, struct vec *v, struct inspected *out)
{
	struct segment s;

	out->n = 0;
	for (unsigned i = 0; i < v->n; i++) {
		if (v->way[i] != WAY_PROTOCOL || !find_query(&s, f->mbuf[i]) ||
		    s.tcp->dst_port != p->udp_port_be || (p->check_checksum && !has_right_sum(&s)))
			continue;
		take(v, i, &s);
		out->lane[out->n++] = (uint8_t)i;
	}
}

/* Ours go as the client's came: its own time comes back to it (RFC 7323 3.2), and the server's, as
 * it last showed it, is shown again.  What else there was becomes padding. */
static void
turn_options(uint8_t *options, unsigned len)
{
	unsigned at = 0;

	while (at < len) {
		unsigned kind = options[at], n = 1;

		if (kind != OPTION_END && kind != OPTION_NOP)
			n = at + 1 < len && options[at + 1] >= 2 ? options[at + 1] : len - at;
		if (n > len - at)
			n = len - at;
		if (kind == OPTION_TIMES && n == OPTION_TIMES_LEN) {
			uint8_t theirs[4];

			memcpy(theirs, options + at + 2, sizeof(theirs));
			memcpy(options + at + 2, options + at + 6, sizeof(theirs));
			memcpy(options + at + 6, theirs, sizeof(theirs));
		} else {
			memset(options + at, OPTION_NOP, n);
		}
		at += n;
	}
}

static void
swap(void *a, void *b, unsigned n)
{
	uint8_t t[16];

	memcpy(t, a, n);
	memcpy(a, b, n);
	memcpy(b, t, n);
}

/* Lengths and sums of a segment of len bytes of TCP, and what is left of its network header. */
static void
seal(struct rte_mbuf *m, struct segment *s, unsigned len)
{
	s->tcp->tcp_urp = 0;
	s->tcp->cksum = 0;
	if (s->ip4) {
		s->ip4->total_length = rte_cpu_to_be_16((uint16_t)(sizeof(*s->ip4) + len));
		s->ip4->packet_id = 0;
		s->ip4->fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG);
		s->ip4->time_to_live = TTL;
		s->ip4->hdr_checksum = 0;
		s->ip4->hdr_checksum = rte_ipv4_cksum(s->ip4);
		s->tcp->cksum = rte_ipv4_udptcp_cksum(s->ip4, s->tcp);
	} else {
		s->ip6->payload_len = rte_cpu_to_be_16((uint16_t)len);
		s->ip6->hop_limits = TTL;
		s->tcp->cksum = rte_ipv6_udptcp_cksum(s->ip6, s->tcp);
	}
	m->data_len = (uint16_t)((uint8_t *)s->tcp - rte_pktmbuf_mtod(m, uint8_t *) + len);
	m->pkt_len = m->data_len;
	m->ol_flags = 0;
}

/* The client's segment without what it carried, as a reset. */
static void
make_reset(struct rte_mbuf *r, const struct rte_mbuf *m, const struct segment *s)
{
	const uint8_t *from = rte_pktmbuf_mtod(m, const uint8_t *);
	uint8_t *to = rte_pktmbuf_mtod(r, uint8_t *);
	ptrdiff_t l3 = (s->ip4 ? (const uint8_t *)s->ip4 : (const uint8_t *)s->ip6) - from;
	ptrdiff_t l4 = (const uint8_t *)s->tcp - from;
	struct segment t = {.tcp = (struct rte_tcp_hdr *)(to + l4)};

	memcpy(to, from, (size_t)l4 + sizeof(*t.tcp));
	if (s->ip4)
		t.ip4 = (struct rte_ipv4_hdr *)(to + l3);
	else
		t.ip6 = (struct rte_ipv6_hdr *)(to + l3);
	t.tcp->data_off = sizeof(*t.tcp) / 4 << 4;
	t.tcp->tcp_flags = RTE_TCP_RST_FLAG | RTE_TCP_ACK_FLAG;
	seal(r, &t, sizeof(*t.tcp));
}

/* The answer stands where the query stood; its acknowledgment covers the query, and a FIN. */
static void
turn(struct rte_mbuf *m, struct segment *s, unsigned answer_len)
{
	struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	struct rte_tcp_hdr *tcp = s->tcp;
	uint32_t after = rte_be_to_cpu_32(tcp->sent_seq) + s->payload_len +
			 !!(tcp->tcp_flags & RTE_TCP_FIN_FLAG);

	swap(&eth->src_addr, &eth->dst_addr, sizeof(eth->src_addr));
	if (s->ip4)
		swap(&s->ip4->src_addr, &s->ip4->dst_addr, sizeof(s->ip4->src_addr));
	else
		swap(s->ip6->src_addr, s->ip6->dst_addr, sizeof(s->ip6->src_addr));
	swap(&tcp->src_port, &tcp->dst_port, sizeof(tcp->src_port));
	tcp->sent_seq = tcp->recv_ack;
	tcp->recv_ack = rte_cpu_to_be_32(after);
	tcp->tcp_flags = RTE_TCP_ACK_FLAG | RTE_TCP_PSH_FLAG | RTE_TCP_FIN_FLAG;
	turn_options((uint8_t *)(tcp + 1), s->header_len - (unsigned)sizeof(*tcp));
	wire16_put((uint8_t *)tcp + s->header_len, answer_len);
	seal(m, s, s->header_len + PREFIX_LEN + answer_len);
}

unsigned
inspect_answers(const struct vec *v, const struct inspected *in)
{
	unsigned n = 0;

	for (unsigned k = 0; k < in->n; k++)
		n += v->way[in->lane[k]] > WAY_LOCAL;
	return n;
}

void
inspect_turn(const struct frames *f, struct vec *v, const struct inspected *in,
    struct rte_mbuf **reset, unsigned n)
{
	unsigned made = 0;

	for (unsigned k = 0; k < in->n; k++) {
		unsigned i = in->lane[k];
		struct segment s;

		if (v->way[i] <= WAY_LOCAL)
			continue;
		find_query(&s, f->mbuf[i]); /* once more: only the message has changed */
		if (made < n)
			make_reset(reset[made++], f->mbuf[i], &s);
		turn(f->mbuf[i], &s, v->len[i]);
		v->way[i] = WAY_LOCAL;
	}
}

unsigned
inspect_finish(
    const struct frames *f, struct vec *v, const struct inspected *in, struct rte_mbuf **reset)
{
	unsigned n = in->n ? inspect_answers(v, in) : 0;

	if (n == 0)
		return 0;
	if (rte_pktmbuf_alloc_bulk(f->mbuf[in->lane[0]]->pool, reset, n) < 0)
		n = 0;
	inspect_turn(f, v, in, reset, n);
	return n;
}
