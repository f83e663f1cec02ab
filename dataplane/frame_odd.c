#include "dataplane/frame_odd.h"

#include "dataplane/wire.h"

#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <string.h>

#define ETHER_LEN   sizeof(struct rte_ether_hdr)
#define TAG_LEN     sizeof(struct rte_vlan_hdr)
#define VLAN_ID     0x0fff
#define HEADERS_MAX 8 /* IPv6 extension headers walked */

enum { OPTION4_END = 0, OPTION4_NOP = 1, OPTION4_LSRR = 131, OPTION4_SSRR = 137 };
enum { OPTION6_PAD1 = 0, OPTION6_MUST = 0xc0 }; /* upper bits: what else if unknown */

bool
frame_is_tag(uint16_t type_be)
{
	return type_be == rte_cpu_to_be_16(RTE_ETHER_TYPE_VLAN) ||
	       type_be == rte_cpu_to_be_16(RTE_ETHER_TYPE_QINQ) ||
	       type_be == rte_cpu_to_be_16(RTE_ETHER_TYPE_QINQ1);
}

enum way
frame_untag(const struct frame_port *p, const struct rte_mbuf *m, unsigned *l3, uint16_t *type_be)
{
	unsigned at = *l3;
	uint16_t type = *type_be;

	for (unsigned i = 0; frame_is_tag(type); i++, at += TAG_LEN) {
		const struct rte_vlan_hdr *tag =
		    rte_pktmbuf_mtod_offset(m, const struct rte_vlan_hdr *, at);
		unsigned id;

		if (rte_pktmbuf_data_len(m) < at + TAG_LEN)
			return WAY_FRAME_SHORT;
		id = rte_be_to_cpu_16(tag->vlan_tci) & VLAN_ID;
		if (i == FRAME_TAGS_MAX || (i == 0 && !(p->vlan[id / 64] >> id % 64 & 1)))
			return WAY_VLAN;
		type = tag->eth_proto;
	}
	*l3 = at;
	*type_be = type;
	return WAY_NONE;
}

unsigned
frame_l3(const struct rte_mbuf *m)
{
	unsigned at = ETHER_LEN;

	while (frame_is_tag(*rte_pktmbuf_mtod_offset(m, const uint16_t *, at - 2)))
		at += TAG_LEN;
	return at;
}

enum way
frame_options4(const uint8_t *options, unsigned n)
{
	unsigned at = 0;

	while (at < n && options[at] != OPTION4_END) {
		unsigned len = 1;

		if (options[at] == OPTION4_LSRR || options[at] == OPTION4_SSRR)
			return WAY_IP_ROUTE;
		if (options[at] != OPTION4_NOP) {
			len = n - at < 2 ? 0 : options[at + 1];
			if (len < 2 || len > n - at)
				return WAY_IP_OPTIONS;
		}
		at += len;
	}
	return WAY_NONE;
}

/* Whether the n bytes of an options header can be read over. */
static bool
is_harmless6(const uint8_t *options, unsigned n)
{
	unsigned at = 0;

	while (at < n) {
		if (options[at] == OPTION6_PAD1) {
			at++;
			continue;
		}
		if (n - at < 2 || options[at] & OPTION6_MUST || options[at + 1] > n - at - 2)
			return false;
		at += 2u + options[at + 1];
	}
	return true;
}

enum way
frame_headers6(const uint8_t *headers, unsigned n, uint8_t first, uint8_t *extra)
{
	unsigned at = 0;
	uint8_t type = first;

	for (unsigned i = 0; type != IPPROTO_UDP; i++) {
		unsigned len;

		if (type == IPPROTO_FRAGMENT)
			return WAY_IP_FRAGMENT;
		if (type == IPPROTO_ROUTING)
			return WAY_IP_ROUTE;
		if (type == IPPROTO_ICMPV6)
			return WAY_ICMP;
		if (type != IPPROTO_DSTOPTS && type != IPPROTO_HOPOPTS)
			return WAY_PROTOCOL;
		if (i == HEADERS_MAX || (type == IPPROTO_HOPOPTS && i > 0) || n - at < 8)
			return WAY_IP_OPTIONS;
		len = 8 + 8u * headers[at + 1];
		if (len > n - at || at + len > FRAME_EXTRA_MAX ||
		    !is_harmless6(headers + at + 2, len - 2))
			return WAY_IP_OPTIONS;
		type = headers[at];
		at += len;
	}
	*extra = (uint8_t)at;
	return WAY_NONE;
}

void
frame_straighten(struct rte_mbuf *m, uint8_t *udp, bool is_v6, uint8_t extra)
{
	uint8_t *start = rte_pktmbuf_mtod(m, uint8_t *);

	memmove(start + extra, start, (size_t)(udp - extra - start));
	rte_pktmbuf_adj(m, extra);
	if (is_v6)
		((struct rte_ipv6_hdr *)udp - 1)->proto = IPPROTO_UDP;
}
