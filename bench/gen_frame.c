#include "bench/gen_frame.h"

#include "dataplane/checksum.h"
#include "dataplane/wire.h"

#include <string.h>

#define ETHER_LEN 14
#define VLAN_LEN  4
#define UDP_LEN   8
#define TTL       64
#define IP_LEN    20
#define IP6_LEN   40

static unsigned
put_ether(struct gen_frames *g, uint8_t *head, unsigned type)
{
	unsigned at = 12;

	memcpy(head, g->config.target_mac, 6);
	memcpy(head + 6, g->config.source_mac, 6);
	if (g->config.vlan) {
		wire16_put(head + at, 0x8100);
		wire16_put(head + at + 2, g->config.vlan);
		at += VLAN_LEN;
	}
	wire16_put(head + at, type);
	return at + 2;
}

static void
init_ip4(struct gen_frames *g)
{
	uint8_t *head = g->head[0];
	unsigned at = put_ether(g, head, 0x0800);

	head[at] = 0x45;
	head[at + 8] = TTL;
	head[at + 9] = IPPROTO_UDP;
	memcpy(head + at + 16, &g->config.target, 4);
	g->ip_at = at;
	g->ip_sum = checksum_add(0, head + at, IP_LEN);
	g->udp_sum[0] = checksum_add(0, head + at + 16, 4) + htons(IPPROTO_UDP);
	wire16_put(head + at + IP_LEN + 2, g->config.udp_port);
	g->head_len[0] = at + IP_LEN + UDP_LEN;
}

static void
init_ip6(struct gen_frames *g)
{
	uint8_t *head = g->head[1];
	unsigned at = put_ether(g, head, 0x86dd);

	head[at] = 0x60;
	head[at + 6] = IPPROTO_UDP;
	head[at + 7] = TTL;
	memcpy(head + at + 8, &g->config.source6, 16);
	memcpy(head + at + 24, &g->config.target6, 16);
	g->udp_sum[1] = checksum_add(0, head + at + 24, 16) + htons(IPPROTO_UDP);
	wire16_put(head + at + IP6_LEN + 2, g->config.udp_port);
	g->head_len[1] = at + IP6_LEN + UDP_LEN;
}

void
gen_frames_init(struct gen_frames *g, const struct gen_frames_config *c)
{
	memset(g, 0, sizeof(*g));
	g->config = *c;
	init_ip4(g);
	init_ip6(g);
	g->udp_sum[0] += htons(c->udp_port);
	g->udp_sum[1] += htons(c->udp_port);
}

static uint32_t
source4(const struct gen_frames *g, uint32_t host)
{
	return g->config.source.s_addr | htonl(host & ((1u << g->config.host_bits) - 1));
}

static void
source6(const struct gen_frames *g, uint32_t host, uint8_t out[16])
{
	uint32_t low;

	memcpy(out, &g->config.source6, 16);
	memcpy(&low, out + 12, 4);
	low |= htonl(host & ((1u << g->config.host6_bits) - 1));
	memcpy(out + 12, &low, 4);
}

static uint16_t
not_zero(uint16_t sum)
{
	return sum ? sum : 0xffff; /* 0 says that there is none (RFC 768) */
}

static uint64_t
put_source4(const struct gen_frames *g, uint8_t *ip, unsigned udp_len, uint32_t host)
{
	uint32_t source = source4(g, host);
	uint16_t total = htons((uint16_t)(IP_LEN + udp_len)), sum;
	uint64_t source_sum = (source >> 16) + (source & 0xffff);

	sum = (uint16_t)~checksum_fold(g->ip_sum + source_sum + total);
	memcpy(ip + 2, &total, 2);
	memcpy(ip + 10, &sum, 2);
	memcpy(ip + 12, &source, 4);
	return source_sum;
}

static uint64_t
put_source6(const struct gen_frames *g, uint8_t *ip, unsigned udp_len, uint32_t host)
{
	wire16_put(ip + 4, udp_len);
	source6(g, host, ip + 8);
	return checksum_add(0, ip + 8, 16);
}

unsigned
gen_frame_put(const struct gen_frames *g, uint8_t *out, const struct pool_query *q, uint32_t host,
    uint32_t port_and_id)
{
	unsigned v6 = q->is_v6, head_len = g->head_len[v6], udp_len = UDP_LEN + q->len;
	uint16_t port = htons((uint16_t)(g->config.port_first + (port_and_id >> 16)));
	uint16_t id = htons((uint16_t)port_and_id), len = htons((uint16_t)udp_len), check;
	uint8_t *udp = out + head_len - UDP_LEN;
	uint64_t sum;

	memcpy(out, g->head[v6], GEN_HEAD_MAX);
	memcpy(out + head_len, q->message, q->len);
	memcpy(out + head_len, &id, 2);
	if (v6)
		sum = put_source6(g, out + g->ip_at, udp_len, host);
	else
		sum = put_source4(g, out + g->ip_at, udp_len, host);
	sum += g->udp_sum[v6] + q->sum + port + id + 2ull * len;
	check = not_zero((uint16_t)~checksum_fold(sum));
	memcpy(udp, &port, 2);
	memcpy(udp + 4, &len, 2);
	memcpy(udp + 6, &check, 2);
	return head_len + q->len;
}

bool
gen_frame_get(
    const struct gen_frames *g, const uint8_t *frame, unsigned len, struct gen_answer *out)
{
	const uint8_t *ip = frame + g->ip_at, *udp;
	unsigned type, have, udp_len;

	if (len < g->ip_at + IP_LEN + UDP_LEN + DNS_HEADER_LEN)
		return false;
	type = wire16(ip - 2);
	out->is_v6 = type == 0x86dd;
	udp = ip + (out->is_v6 ? IP6_LEN : IP_LEN);
	if (out->is_v6 ? ip[6] != IPPROTO_UDP
		       : type != 0x0800 || ip[0] != 0x45 || ip[9] != IPPROTO_UDP)
		return false;
	if (frame + len < udp + UDP_LEN + DNS_HEADER_LEN || wire16(udp) != g->config.udp_port)
		return false;
	have = len - (unsigned)(udp - frame);
	udp_len = wire16(udp + 4);
	if (udp_len > have || udp_len < UDP_LEN + DNS_HEADER_LEN)
		return false;
	out->message = udp + UDP_LEN;
	out->len = udp_len - UDP_LEN;
	out->port = (uint16_t)(wire16(udp + 2) - g->config.port_first);
	return true;
}

static bool
same_addresses(const struct gen_frames *g, const uint8_t *ip, bool is_v6, uint32_t host)
{
	uint32_t to = source4(g, host);
	uint8_t to6[16];

	if (!is_v6)
		return !memcmp(ip + 12, &g->config.target, 4) && !memcmp(ip + 16, &to, 4) &&
		       checksum_fold(checksum_add(0, ip, IP_LEN)) == 0xffff;
	source6(g, host, to6);
	return !memcmp(ip + 8, &g->config.target6, 16) && !memcmp(ip + 24, to6, 16);
}

static bool
is_summed(const uint8_t *ip, const uint8_t *udp, const struct gen_answer *a)
{
	unsigned at = a->is_v6 ? 8 : 12, len = a->is_v6 ? 32 : 8;
	uint64_t sum = checksum_add(0, ip + at, len) + htons(IPPROTO_UDP);
	uint16_t udp_len = htons((uint16_t)(a->len + UDP_LEN));

	if (!a->is_v6 && udp[6] == 0 && udp[7] == 0)
		return true;
	return checksum_fold(checksum_add(sum + udp_len, udp, a->len + UDP_LEN)) == 0xffff;
}

bool
gen_frame_same(const struct gen_frames *g, const uint8_t *frame, const struct gen_answer *a,
    const struct pool_query *q, uint32_t host)
{
	const uint8_t *ip = frame + g->ip_at;

	if (a->is_v6 != q->is_v6 || !same_addresses(g, ip, a->is_v6, host))
		return false;
	if (!g->config.trust_checksums && !is_summed(ip, a->message - UDP_LEN, a))
		return false;
	return a->len >= (unsigned)DNS_HEADER_LEN + q->question && wire16(a->message + 4) == 1 &&
	       ((a->message[2] ^ q->message[2]) & (DNS_OPCODE | DNS_RD)) == 0 &&
	       !memcmp(a->message + DNS_HEADER_LEN, q->message + DNS_HEADER_LEN, q->question);
}
