#include "dataplane/local.h"

#include "dataplane/frame_odd.h"

#include <rte_arp.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <stddef.h>
#include <string.h>

#define ICMP6_ECHO_REQUEST 128
#define ICMP6_ECHO_REPLY   129
#define ND_SOLICIT         135
#define ND_ADVERT          136
#define ND_OPT_TARGET_MAC  2
#define ND_SOLICITED       0x60000000 /* solicited, override (RFC 4861 4.4) */

struct icmp6 {
	uint8_t type, code;
	uint16_t checksum;
	uint32_t body;
} __rte_packed __rte_aligned(2); /* as it lies in a frame */

/* Solicitation and advertisement, with the option that tells the MAC. */
struct nd {
	struct icmp6 icmp;
	uint8_t target[16];
	uint8_t opt_type, opt_units;
	uint8_t mac[6];
} __rte_packed __rte_aligned(2);

static void
back_to_sender(const struct frame_port *p, struct rte_mbuf *m)
{
	struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);

	eth->dst_addr = eth->src_addr;
	memcpy(&eth->src_addr, p->mac, sizeof(p->mac));
	m->ol_flags = 0;
}

static enum way
answer_arp(const struct frame_port *p, struct rte_mbuf *m, unsigned l3)
{
	struct rte_arp_hdr *arp = rte_pktmbuf_mtod_offset(m, struct rte_arp_hdr *, l3);
	uint32_t asked;

	if (rte_pktmbuf_data_len(m) < l3 + sizeof(*arp))
		return WAY_FRAME_SHORT;
	asked = arp->arp_data.arp_tip;
	if (arp->arp_hardware != rte_cpu_to_be_16(RTE_ARP_HRD_ETHER) ||
	    arp->arp_protocol != rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4) ||
	    arp->arp_hlen != RTE_ETHER_ADDR_LEN || arp->arp_plen != sizeof(asked) ||
	    arp->arp_opcode != rte_cpu_to_be_16(RTE_ARP_OP_REQUEST) || !frame_is_ours(p, asked))
		return WAY_ARP;
	arp->arp_opcode = rte_cpu_to_be_16(RTE_ARP_OP_REPLY);
	arp->arp_data.arp_tha = arp->arp_data.arp_sha;
	arp->arp_data.arp_tip = arp->arp_data.arp_sip;
	memcpy(&arp->arp_data.arp_sha, p->mac, sizeof(p->mac));
	arp->arp_data.arp_sip = asked;
	back_to_sender(p, m);
	return WAY_LOCAL;
}

static enum way
answer_icmp(const struct frame_port *p, struct rte_mbuf *m, unsigned l3)
{
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, l3);
	struct rte_icmp_hdr *icmp = (struct rte_icmp_hdr *)(ip + 1);
	unsigned len = rte_be_to_cpu_16(ip->total_length) - (unsigned)sizeof(*ip);
	uint32_t addr = ip->src_addr;

	/* frame.c has checked the IP header. */
	if (len < sizeof(*icmp) || icmp->icmp_type != RTE_IP_ICMP_ECHO_REQUEST ||
	    !frame_is_ours(p, ip->dst_addr) || rte_raw_cksum(icmp, len) != 0xffff)
		return WAY_ICMP;
	icmp->icmp_type = RTE_IP_ICMP_ECHO_REPLY;
	icmp->icmp_cksum = 0;
	icmp->icmp_cksum = (uint16_t)~rte_raw_cksum(icmp, len);
	ip->src_addr = ip->dst_addr;
	ip->dst_addr = addr;
	ip->time_to_live = 64;
	ip->hdr_checksum = 0;
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	back_to_sender(p, m);
	return WAY_LOCAL;
}

/* An address that can be answered: RFC 4861 7.2.4 would send to all nodes what came from the
 * unspecified address (a duplicate check); we own our addresses and stay silent. */
static bool
is_unicast6(const uint8_t addr[16])
{
	static const uint8_t zero[16];

	return addr[0] != 0xff && memcmp(addr, zero, sizeof(zero)) != 0;
}

static bool
to_advert(const struct frame_port *p, struct rte_mbuf *m, struct rte_ipv6_hdr *ip, unsigned len)
{
	struct nd *nd = (struct nd *)(ip + 1);

	/* RFC 4861 7.1.1: hop limit 255 shows that it did not pass a router. */
	if (len < offsetof(struct nd, opt_type) || ip->hop_limits != 255 || nd->icmp.code != 0 ||
	    !frame_is_ours6(p, nd->target) || rte_pktmbuf_tailroom(m) < sizeof(*nd))
		return false;
	nd->icmp.type = ND_ADVERT;
	nd->icmp.body = rte_cpu_to_be_32(ND_SOLICITED);
	nd->opt_type = ND_OPT_TARGET_MAC;
	nd->opt_units = 1;
	memcpy(nd->mac, p->mac, sizeof(nd->mac));
	memcpy(ip->dst_addr, ip->src_addr, 16);
	memcpy(ip->src_addr, nd->target, 16);
	ip->payload_len = rte_cpu_to_be_16(sizeof(*nd));
	m->data_len = (uint16_t)((uint8_t *)(nd + 1) - rte_pktmbuf_mtod(m, uint8_t *));
	m->pkt_len = m->data_len;
	return true;
}

static bool
to_echo_reply(const struct frame_port *p, struct rte_ipv6_hdr *ip)
{
	struct icmp6 *icmp = (struct icmp6 *)(ip + 1);
	uint8_t addr[16];

	if (!frame_is_ours6(p, ip->dst_addr))
		return false;
	icmp->type = ICMP6_ECHO_REPLY;
	memcpy(addr, ip->src_addr, 16);
	memcpy(ip->src_addr, ip->dst_addr, 16);
	memcpy(ip->dst_addr, addr, 16);
	ip->hop_limits = 64;
	return true;
}

static enum way
answer_icmp6(const struct frame_port *p, struct rte_mbuf *m, unsigned l3)
{
	struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv6_hdr *, l3);
	struct icmp6 *icmp = (struct icmp6 *)(ip + 1);
	unsigned len = rte_be_to_cpu_16(ip->payload_len);
	bool done;

	if (len < sizeof(*icmp) || !is_unicast6(ip->src_addr) ||
	    rte_ipv6_udptcp_cksum(ip, icmp) != 0) /* a right sum folded in leaves nothing */
		return WAY_ICMP;
	if (icmp->type == ND_SOLICIT)
		done = to_advert(p, m, ip, len);
	else
		done = icmp->type == ICMP6_ECHO_REQUEST && to_echo_reply(p, ip);
	if (!done)
		return WAY_ICMP;
	icmp->checksum = 0;
	icmp->checksum = rte_ipv6_udptcp_cksum(ip, icmp);
	back_to_sender(p, m);
	return WAY_LOCAL;
}

enum way
local_answer(const struct frame_port *p, struct rte_mbuf *m)
{
	unsigned l3 = frame_l3(m);

	switch (rte_be_to_cpu_16(*rte_pktmbuf_mtod_offset(m, const uint16_t *, l3 - 2))) {
	case RTE_ETHER_TYPE_ARP: return answer_arp(p, m, l3);
	case RTE_ETHER_TYPE_IPV4: return answer_icmp(p, m, l3);
	default: return answer_icmp6(p, m, l3);
	}
}
