#include "dataplane/frame.h"

#include "dataplane/checksum.h"
#include "dataplane/frame_odd.h"

#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>
#include <string.h>

#define ETHER_LEN sizeof(struct rte_ether_hdr)
#define IP4_LEN   sizeof(struct rte_ipv4_hdr)
#define UDP_LEN   sizeof(struct rte_udp_hdr)
#define TTL       64

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef uint16_t words8 __attribute__((vector_size(16)));
typedef uint64_t pairs __attribute__((vector_size(16)));

/* Where a plain frame has them. */
#define IP_TOTAL_AT (ETHER_LEN + 2)
#define IP_SUM_AT   (ETHER_LEN + 10)
#define ENDS_AT     (ETHER_LEN + 12) /* both addresses, both ports, UDP's length and sum */
#define IP4_MIDDLE  (RTE_IPV4_HDR_DF_FLAG << 16 | TTL << 8 | IPPROTO_UDP) /* behind the total */
#define UDP_AT      (ETHER_LEN + IP4_LEN)

/* A computed 0 goes out as 0xffff: 0 says that there is none (RFC 768). */
static inline uint16_t
udp_field(uint64_t sum)
{
	uint16_t folded = checksum_fold(sum);

	return folded == 0xffff ? folded : (uint16_t)~folded;
}

/* The query's checksum is known to be right: the answer's is made from it (RFC 1624).  The length
 * stands in it twice; swapping addresses and ports changes nothing. */
static inline uint16_t
sum_from_query(const struct rte_udp_hdr *udp, unsigned udp_len, uint64_t change)
{
	return udp_field(change + 2ull * rte_cpu_to_be_16((uint16_t)udp_len) +
			 2ull * (uint16_t)~udp->dgram_len + (uint16_t)~udp->dgram_cksum);
}

static uint16_t
sum_of_answer(const struct rte_udp_hdr *udp, unsigned udp_len, bool is_v6)
{
	unsigned addrs = is_v6 ? 32 : 8; /* bytes before the UDP header */
	uint64_t sum = checksum_add(0, (const uint8_t *)udp - addrs, addrs);

	sum += 2ull * rte_cpu_to_be_16((uint16_t)udp_len);
	sum += rte_cpu_to_be_16(IPPROTO_UDP) + udp->src_port + udp->dst_port;
	return udp_field(checksum_add(sum, udp + 1, udp_len - (unsigned)UDP_LEN));
}

/* Of a header as we send it. */
static inline uint16_t
ip4_sum(uint64_t addrs, uint16_t total_be)
{
	return (uint16_t)~checksum_fold(
	    (addrs >> 32) + (addrs & 0xffffffff) + total_be + rte_cpu_to_be_16(0x4500) +
	    rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG) + rte_cpu_to_be_16(TTL << 8 | IPPROTO_UDP));
}

static void
turn_ip4(struct rte_ipv4_hdr *ip, unsigned udp_len)
{
	uint16_t total = rte_cpu_to_be_16((uint16_t)(sizeof(*ip) + udp_len));
	uint64_t addrs;

	memcpy(&addrs, &ip->src_addr, sizeof(addrs));
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->type_of_service = 0;
	ip->total_length = total;
	ip->packet_id = 0; /* RFC 6864 4.1: an atomic datagram's ID means nothing */
	ip->fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG);
	ip->time_to_live = TTL;
	ip->next_proto_id = IPPROTO_UDP;
	ip->hdr_checksum = ip4_sum(addrs, total);
	addrs = addrs << 32 | addrs >> 32;
	memcpy(&ip->src_addr, &addrs, sizeof(addrs));
}

static void
turn_ip6(struct rte_ipv6_hdr *ip, unsigned udp_len)
{
	uint8_t addr[16];

	memcpy(addr, ip->src_addr, sizeof(addr));
	memcpy(ip->src_addr, ip->dst_addr, sizeof(addr));
	memcpy(ip->dst_addr, addr, sizeof(addr));
	ip->vtc_flow = rte_cpu_to_be_32(0x60000000);
	ip->payload_len = rte_cpu_to_be_16((uint16_t)udp_len);
	ip->hop_limits = TTL;
}

/* Bytes 12 to 15, a type or a tag and what follows, stay. */
static inline void
swap_macs(uint8_t *frame)
{
	bytes16 v;

	memcpy(&v, frame, sizeof(v));
	v = __builtin_shufflevector(v, v, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 12, 13, 14, 15);
	memcpy(frame, &v, sizeof(v));
}

static __attribute__((noinline)) void
turn(struct frames *f, const struct vec *v, unsigned i)
{
	struct rte_mbuf *m = f->mbuf[i];
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(v->msg[i] - UDP_LEN);
	unsigned udp_len = UDP_LEN + v->len[i];
	uint16_t port = udp->src_port;
	uint8_t *frame;

	if (f->extra[i])
		frame_straighten(m, (uint8_t *)udp, f->is_v6[i], f->extra[i]);
	frame = rte_pktmbuf_mtod(m, uint8_t *);
	swap_macs(frame); /* first: it must not read what was just written in smaller pieces */
	udp->dgram_cksum = sum_of_answer(udp, udp_len, f->is_v6[i]);
	if (f->is_v6[i])
		turn_ip6((struct rte_ipv6_hdr *)udp - 1, udp_len);
	else
		turn_ip4((struct rte_ipv4_hdr *)udp - 1, udp_len);
	udp->src_port = udp->dst_port;
	udp->dst_port = port;
	udp->dgram_len = rte_cpu_to_be_16((uint16_t)udp_len);
	m->data_len = (uint16_t)((uint8_t *)udp - frame + udp_len);
	m->pkt_len = m->data_len;
	m->ol_flags = 0; /* what the receiving side noted is not meant for the sending one */
}

/* The same for a frame that frame_plain.c took, whose answer's sum is known from the query's: bytes
 * that lie side by side are turned together. */
static inline void
turn_plain(struct rte_mbuf *m, const struct vec *v, unsigned i)
{
	uint8_t *frame = v->msg[i] - UDP_AT - UDP_LEN;
	const struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(frame + UDP_AT);
	unsigned udp_len = UDP_LEN + v->len[i];
	uint64_t middle = rte_cpu_to_be_64((uint64_t)(IP4_LEN + udp_len) << 48 | IP4_MIDDLE);
	uint16_t sum = sum_from_query(udp, udp_len, v->sum_change[i]), ip_sum;
	words8 ends; /* addresses, ports, length, sum */

	memcpy(&ends, frame + ENDS_AT, sizeof(ends));
	ip_sum = ip4_sum(((pairs)ends)[0], rte_cpu_to_be_16((uint16_t)(IP4_LEN + udp_len)));
	ends = __builtin_shufflevector(ends, ends, 2, 3, 0, 1, 5, 4, 6, 7);
	ends[6] = rte_cpu_to_be_16((uint16_t)udp_len);
	ends[7] = sum;
	swap_macs(frame);
	frame[ETHER_LEN + 1] = 0; /* type of service */
	memcpy(frame + IP_TOTAL_AT, &middle, sizeof(middle));
	memcpy(frame + IP_SUM_AT, &ip_sum, sizeof(ip_sum));
	memcpy(frame + ENDS_AT, &ends, sizeof(ends));
	m->data_len = (uint16_t)(UDP_AT + udp_len);
	m->pkt_len = m->data_len;
	m->ol_flags = 0;
}

void
frame_turn(struct frames *f, const struct vec *v)
{
	for (unsigned i = 0, n = v->n; i < n; i++)
		if (v->way[i] <= WAY_LOCAL)
			continue;
		else if (f->sum_known[i] && v->sum_change[i])
			turn_plain(f->mbuf[i], v, i);
		else
			turn(f, v, i);
}
