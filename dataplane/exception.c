#include "dataplane/exception.h"

#include "dataplane/frame_odd.h"

#include <rte_arp.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <string.h>

#define MS_NS     UINT64_C(1000000)
#define SECOND_NS UINT64_C(1000000000)

/* Ways of frames that are whole and not for us, but may be for the kernel.  Fragments are not among
 * them: put together there, they would be queries that no limit has seen. */
static const uint8_t is_for_kernel[WAYS_N] = {
    [WAY_NOT_OUR_ADDRESS] = 1,
    [WAY_PROTOCOL] = 1,
    [WAY_UDP_PORT] = 1,
    [WAY_ARP] = 1,
    [WAY_ICMP] = 1,
};

/* Of a lane whose network header is known to be there. */
static void
read_source(const struct rte_mbuf *m, uint8_t addr[VEC_CLIENT_LEN])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	unsigned l3 = frame_l3(m);
	const uint8_t *at = rte_pktmbuf_mtod_offset(m, const uint8_t *, l3);
	uint16_t type_be;

	memcpy(&type_be, at - sizeof(type_be), sizeof(type_be));
	if (type_be == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6)) {
		memcpy(addr, at + offsetof(struct rte_ipv6_hdr, src_addr), VEC_CLIENT_LEN);
		return;
	}
	if (type_be == rte_cpu_to_be_16(RTE_ETHER_TYPE_ARP))
		at += offsetof(struct rte_arp_hdr, arp_data.arp_sip);
	else
		at += offsetof(struct rte_ipv4_hdr, src_addr);
	memcpy(addr, mapped, sizeof(mapped));
	memcpy(addr + sizeof(mapped), at, 4);
}

/* One frame out of the bucket of all, which holds a tenth of a second. */
static bool
take_total(const struct exception *x, struct exception_spent *s, uint64_t now_ms)
{
	uint64_t now_ns = now_ms * MS_NS;
	uint64_t from_ns = s->until_ns > now_ns ? s->until_ns : now_ns;

	if (from_ns > now_ns + SECOND_NS / 10)
		return false;
	s->until_ns = from_ns + x->total_cost_ns;
	return true;
}

static bool
may_pass(
    const struct exception *x, struct exception_spent *s, const struct rte_mbuf *m, uint64_t now_ms)
{
	uint8_t source[VEC_CLIENT_LEN];
	uint64_t hash;

	read_source(m, source);
	if (x->exempt && prefixes_find(x->exempt, source))
		return true;
	if (x->limit.cost_ns[LIMIT_POSITIVE]) {
		hash = limit_hash(s->limiter, &x->limit, source, LIMIT_POSITIVE);
		if (limit_take(s->limiter, &x->limit, hash, LIMIT_POSITIVE, now_ms) != LIMIT_PASS)
			return false;
	}
	return take_total(x, s, now_ms);
}

void
exception_pick(const struct exception *x, struct exception_spent *s, const struct frames *f,
    struct vec *v, uint64_t now_ms)
{
	unsigned n = 0;

	for (unsigned i = 0; i < v->n; i++) {
		if (!is_for_kernel[v->way[i]])
			continue;
		if (n < EXCEPTION_BURST && may_pass(x, s, f->mbuf[i], now_ms)) {
			v->way[i] = WAY_TO_KERNEL;
			n++;
		} else {
			v->way[i] = WAY_KERNEL_LIMITED;
		}
	}
}
