#include "dataplane/frame.h"

#include "dataplane/checksum.h"
#include "dataplane/engine.h"
#include "dataplane/frame_odd.h"
#include "dataplane/frame_source.h"

#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>
#include <string.h>

#define ETHER_LEN sizeof(struct rte_ether_hdr)
#define UDP_LEN   sizeof(struct rte_udp_hdr)

bool
frame_is_ours(const struct frame_port *p, uint32_t addr_be)
{
	for (unsigned i = 0; i < p->a_n; i++)
		if (p->a[i].s_addr == addr_be)
			return true;
	return false;
}

bool
frame_is_ours6(const struct frame_port *p, const uint8_t addr[16])
{
	for (unsigned i = 0; i < p->aaaa_n; i++)
		if (memcmp(&p->aaaa[i], addr, 16) == 0)
			return true;
	return false;
}

/* Unspecified, loopback, IPv4-mapped, multicast (RFC 4291 2.5, 2.7). */
static bool
is_martian6(const uint8_t addr[16])
{
	static const uint8_t zero[10];

	return addr[0] == 0xff || memcmp(addr, zero, sizeof(zero)) == 0;
}

static bool
is_bad_source6(const struct frame_port *p, const struct rte_ipv6_hdr *ip)
{
	return is_martian6(ip->src_addr) || memcmp(ip->src_addr, ip->dst_addr, 16) == 0 ||
	       frame_is_ours6(p, ip->src_addr);
}

static bool
is_checked(const struct rte_mbuf *m, uint64_t mask, uint64_t good)
{
	return (m->ol_flags & mask) == good;
}

/* The sum of a UDP datagram with its pseudo header, whose addresses take addrs_len bytes at addrs.
 * The length that counts is UDP's own, not that of the IP payload, where the two differ. */
static uint16_t
udp_sum(const void *addrs, unsigned addrs_len, const struct rte_udp_hdr *udp)
{
	uint64_t sum = checksum_fixed(addrs, addrs_len);

	sum += (uint64_t)rte_cpu_to_be_16(IPPROTO_UDP) + udp->dgram_len;
	return checksum_fold(checksum_add(sum, udp, rte_be_to_cpu_16(udp->dgram_len)));
}

/* UDP and what it carries; avail bytes stand at udp. */
static enum way
parse_udp(
    const struct frame_port *p, struct vec *v, unsigned i, struct rte_udp_hdr *udp, unsigned avail)
{
	unsigned len;

	if (avail < UDP_LEN)
		return WAY_UDP_LENGTH;
	len = rte_be_to_cpu_16(udp->dgram_len);
	if (len < UDP_LEN || len > avail)
		return WAY_UDP_LENGTH;
	if (udp->dst_port != p->udp_port_be)
		return WAY_UDP_PORT;
	if (frame_is_bad_port(udp->src_port))
		return WAY_UDP_SOURCE;
	v->msg[i] = (uint8_t *)(udp + 1);
	v->len[i] = (uint16_t)(len - UDP_LEN);
	return WAY_NONE;
}

/* The IPv4 header's sum, with its options. */
static bool
is_ip4_sum(const struct rte_mbuf *m, const struct rte_ipv4_hdr *ip, unsigned header_len)
{
	uint64_t sum;

	if (is_checked(m, RTE_MBUF_F_RX_IP_CKSUM_MASK, RTE_MBUF_F_RX_IP_CKSUM_GOOD))
		return true;
	sum = checksum_fixed(ip, sizeof(*ip));
	if (header_len > sizeof(*ip))
		sum = checksum_add(sum, ip + 1, header_len - (unsigned)sizeof(*ip));
	return checksum_fold(sum) == 0xffff;
}

/* What no header but the first 20 bytes decides.  *header_len: with options. */
static enum way
check_ip4(const struct frame_port *p, const struct rte_mbuf *m, const struct rte_ipv4_hdr *ip,
    unsigned have, unsigned *header_len)
{
	unsigned total = rte_be_to_cpu_16(ip->total_length), len = (ip->version_ihl & 15) * 4u;

	if (ip->version_ihl >> 4 != 4 || len < sizeof(*ip) || total > have || total < len)
		return WAY_IP_HEADER;
	if (p->check_checksum && !is_ip4_sum(m, ip, len))
		return WAY_IP_CHECKSUM;
	if (ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK))
		return WAY_IP_FRAGMENT;
	if (frame_is_bad_source(p, ip->src_addr, ip->dst_addr, false))
		return WAY_IP_SOURCE;
	if (!frame_is_to_us(p, ip->dst_addr))
		return WAY_NOT_OUR_ADDRESS;
	*header_len = len;
	if (len == sizeof(*ip))
		return WAY_NONE;
	return frame_options4((const uint8_t *)(ip + 1), len - (unsigned)sizeof(*ip));
}

static enum way
parse_ip4(const struct frame_port *p, struct frames *f, struct vec *v, unsigned i, unsigned l3)
{
	const struct rte_mbuf *m = f->mbuf[i];
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, l3);
	unsigned have = rte_pktmbuf_data_len(m) - l3, len;
	struct rte_udp_hdr *udp;
	enum way way;

	if (have < sizeof(*ip))
		return WAY_FRAME_SHORT;
	way = check_ip4(p, m, ip, have, &len);
	if (way != WAY_NONE)
		return way;
	if (ip->next_proto_id == IPPROTO_ICMP)
		return len == sizeof(*ip) ? WAY_LOCAL : WAY_ICMP;
	if (ip->next_proto_id != IPPROTO_UDP)
		return WAY_PROTOCOL;
	f->extra[i] = (uint8_t)(len - sizeof(*ip));
	udp = (struct rte_udp_hdr *)((uint8_t *)ip + len);
	way = parse_udp(p, v, i, udp, rte_be_to_cpu_16(ip->total_length) - len);
	if (way != WAY_NONE || !p->check_checksum || udp->dgram_cksum == 0 ||
	    is_checked(m, RTE_MBUF_F_RX_L4_CKSUM_MASK, RTE_MBUF_F_RX_L4_CKSUM_GOOD))
		return way;
	return udp_sum(&ip->src_addr, 8, udp) == 0xffff ? WAY_NONE : WAY_UDP_CHECKSUM;
}

static enum way
check_ip6(const struct frame_port *p, const struct rte_ipv6_hdr *ip, unsigned have)
{
	if (have < sizeof(*ip))
		return WAY_FRAME_SHORT;
	if ((ip->vtc_flow & rte_cpu_to_be_32(0xf0000000)) != rte_cpu_to_be_32(0x60000000) ||
	    rte_be_to_cpu_16(ip->payload_len) > have - sizeof(*ip))
		return WAY_IP_HEADER;
	if (ip->proto == IPPROTO_ICMPV6) /* to us or to a multicast group: local.c looks */
		return WAY_LOCAL;
	if (is_bad_source6(p, ip))
		return WAY_IP_SOURCE;
	if (p->any_address ? is_martian6(ip->dst_addr) : !frame_is_ours6(p, ip->dst_addr))
		return WAY_NOT_OUR_ADDRESS;
	return WAY_NONE;
}

static enum way
parse_ip6(const struct frame_port *p, struct frames *f, struct vec *v, unsigned i, unsigned l3)
{
	const struct rte_mbuf *m = f->mbuf[i];
	struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv6_hdr *, l3);
	enum way way = check_ip6(p, ip, rte_pktmbuf_data_len(m) - l3);
	struct rte_udp_hdr *udp;
	unsigned payload;

	if (way != WAY_NONE)
		return way;
	payload = rte_be_to_cpu_16(ip->payload_len);
	f->extra[i] = 0;
	if (ip->proto != IPPROTO_UDP)
		way = frame_headers6((uint8_t *)(ip + 1), payload, ip->proto, &f->extra[i]);
	if (way != WAY_NONE)
		return way;
	udp = (struct rte_udp_hdr *)((uint8_t *)(ip + 1) + f->extra[i]);
	way = parse_udp(p, v, i, udp, payload - f->extra[i]);
	if (way != WAY_NONE)
		return way;
	if (udp->dgram_cksum == 0) /* RFC 8200 8.1 */
		return WAY_UDP_CHECKSUM;
	if (!p->check_checksum ||
	    is_checked(m, RTE_MBUF_F_RX_L4_CKSUM_MASK, RTE_MBUF_F_RX_L4_CKSUM_GOOD))
		return WAY_NONE;
	return udp_sum(ip->src_addr, 32, udp) == 0xffff ? WAY_NONE : WAY_UDP_CHECKSUM;
}

/* From the EtherType on.  To a group only ARP and neighbour discovery may come: an answer to more
 * would multiply. */
static enum way
parse_type(const struct frame_port *p, struct frames *f, struct vec *v, unsigned i, bool is_group)
{
	const struct rte_mbuf *m = f->mbuf[i];
	uint16_t type = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *)->ether_type;
	unsigned l3 = ETHER_LEN;
	enum way way;

	f->is_v6[i] = type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6);
	if (!f->is_v6[i] && type != rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4)) {
		way = frame_untag(p, m, &l3, &type);
		if (way != WAY_NONE)
			return way;
		f->is_v6[i] = type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6);
	}
	switch (rte_be_to_cpu_16(type)) {
	case RTE_ETHER_TYPE_IPV4: return is_group ? WAY_GROUP_MAC : parse_ip4(p, f, v, i, l3);
	case RTE_ETHER_TYPE_IPV6:
		way = parse_ip6(p, f, v, i, l3);
		return is_group && way != WAY_LOCAL ? WAY_GROUP_MAC : way;
	case RTE_ETHER_TYPE_ARP: return WAY_LOCAL;
	default: return WAY_ETHERTYPE;
	}
}

static enum way
parse_one(const struct frame_port *p, struct frames *f, struct vec *v, unsigned i)
{
	struct rte_mbuf *m = f->mbuf[i];
	const struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	bool is_group;

	if (m->nb_segs != 1)
		return WAY_FRAME_CHAINED;
	if (rte_pktmbuf_data_len(m) < ETHER_LEN)
		return WAY_FRAME_SHORT;
	if (rte_pktmbuf_tailroom(m) < VEC_SLACK) /* what the stages may read past the end */
		return WAY_FRAME_LONG;
	if (rte_is_multicast_ether_addr(&eth->src_addr))
		return WAY_MAC_SOURCE;
	is_group = rte_is_multicast_ether_addr(&eth->dst_addr);
	if (!is_group && !p->any_address && memcmp(&eth->dst_addr, p->mac, sizeof(p->mac)) != 0)
		return WAY_NOT_OUR_MAC;
	return parse_type(p, f, v, i, is_group);
}

void
frame_parse(const struct frame_port *p, struct frames *f, struct vec *v, unsigned n)
{
	v->n = n;
	p->take_plain(p, f, v, n);
	memset(v->tcp, 0, sizeof(v->tcp));
	memset(v->way, WAY_NONE, sizeof(v->way));
	for (unsigned i = 0; i < VEC_MAX; i++)
		v->limit[i] = ENGINE_UDP_MAX;
	for (unsigned i = 0; i < n; i++)
		if (!f->is_plain[i])
			v->way[i] = (uint8_t)parse_one(p, f, v, i);
}

void
frame_clients(const struct frames *f, struct vec *v)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	for (unsigned i = 0; i < v->n; i++) {
		const uint8_t *udp = v->msg[i] - UDP_LEN - f->extra[i]; /* behind the addresses */

		if (v->way[i] != WAY_NONE)
			continue;
		if (f->is_v6[i]) {
			memcpy(v->client[i], udp - 32, 16);
		} else {
			memcpy(v->client[i], mapped, sizeof(mapped));
			memcpy(v->client[i] + 12, udp - 8, 4);
		}
	}
}
