#include "dataplane/frame.h"

#include "dataplane/checksum.h"
#include "dataplane/engine.h"
#include "dataplane/frame_source.h"

#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>
#include <string.h>

typedef uint64_t bytes16 __attribute__((vector_size(16)));

/* Bytes 14 to 47 of a plain frame, those that matter: version and header length, flags and
 * fragment offset, protocol. */
static const uint8_t ip_plain[] = {0x45, 0, 0, 0, 0, 0, 0, 0, 0, IPPROTO_UDP};
static const uint8_t ip_mask[] = {0xff, 0, 0, 0, 0, 0, 0x3f, 0xff, 0, 0xff};

struct plain {
	struct rte_ether_hdr eth;
	struct rte_ipv4_hdr ip;
	struct rte_udp_hdr udp;
} __attribute__((packed, aligned(2)));

static inline bytes16
load(const uint8_t *p)
{
	bytes16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline __attribute__((always_inline)) bool
has_form(const struct frame_port *p, const uint8_t *frame)
{
	bytes16 differs = {0};

	for (unsigned k = 0; k < FRAME_PLAIN; k += 16)
		differs |= (load(frame + k) ^ load(p->plain + k)) & load(p->plain_mask + k);
	return (differs[0] | differs[1]) == 0;
}

/* Whether a sum that a right checksum is part of came out right: a multiple of 65535. */
static inline bool
is_right(uint64_t sum)
{
	return sum % 0xffff == 0;
}

/* The pseudo header's addresses stand before the UDP header: one piece. */
static inline __attribute__((always_inline)) bool
has_right_sums(const struct plain *h, uint64_t flags, unsigned udp_len)
{
	if ((flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) != RTE_MBUF_F_RX_IP_CKSUM_GOOD &&
	    !is_right(checksum_fixed(&h->ip, sizeof(h->ip))))
		return false;
	return (flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_GOOD ||
	       is_right(checksum_add((uint64_t)rte_cpu_to_be_16(IPPROTO_UDP) + h->udp.dgram_len,
		   &h->ip.src_addr, 8 + udp_len));
}

/* Whether the frame of lane i is plain and fit to be answered; then the lane is filled.
 * is_single: the port has one address. */
static inline __attribute__((always_inline)) bool
take(const struct frame_port *p, struct frames *f, struct vec *v, unsigned i, bool is_single)
{
	const struct rte_mbuf *m = f->mbuf[i];
	struct plain *h = rte_pktmbuf_mtod(m, struct plain *);
	unsigned have = m->data_len, udp_len;

	if (m->nb_segs != 1 || have < sizeof(*h) || rte_pktmbuf_tailroom(m) < VEC_SLACK ||
	    !has_form(p, (const uint8_t *)h))
		return false;
	udp_len = rte_be_to_cpu_16(h->udp.dgram_len);
	if (udp_len < sizeof(h->udp) ||
	    rte_be_to_cpu_16(h->ip.total_length) != sizeof(h->ip) + udp_len ||
	    have < sizeof(h->eth) + sizeof(h->ip) + udp_len)
		return false;
	if (frame_is_bad_source(p, h->ip.src_addr, h->ip.dst_addr, is_single) ||
	    frame_is_bad_port(h->udp.src_port) ||
	    (!is_single && !frame_is_to_us(p, h->ip.dst_addr)))
		return false;
	if (h->udp.dgram_cksum == 0 ||
	    (p->check_checksum && !has_right_sums(h, m->ol_flags, udp_len)))
		return false;
	v->msg[i] = (uint8_t *)(h + 1);
	v->len[i] = (uint16_t)(udp_len - sizeof(h->udp));
	return true;
}

static inline __attribute__((always_inline)) void
take_all(const struct frame_port *p, struct frames *f, struct vec *v, unsigned n)
{
	if (p->a_n == 1 && !p->any_address) /* the form tells that a frame is to it */
		for (unsigned i = 0; i < n; i++)
			f->is_plain[i] = take(p, f, v, i, true);
	else
		for (unsigned i = 0; i < n; i++)
			f->is_plain[i] = take(p, f, v, i, false);
	memset(f->is_v6, 0, sizeof(f->is_v6));
	memset(f->extra, 0, sizeof(f->extra));
	if (p->check_checksum)
		memcpy(f->sum_known, f->is_plain, sizeof(f->sum_known));
	else
		memset(f->sum_known, 0, sizeof(f->sum_known));
}

static void
plain_base(const struct frame_port *p, struct frames *f, struct vec *v, unsigned n)
{
	take_all(p, f, v, n);
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi2"))) static void
plain_avx2(const struct frame_port *p, struct frames *f, struct vec *v, unsigned n)
{
	take_all(p, f, v, n);
}
#endif

static frame_plain_fn *
best(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
		return plain_avx2;
#endif
	return plain_base;
}

void
frame_port_ready(struct frame_port *p)
{
	struct plain *want = (struct plain *)p->plain, *mask = (struct plain *)p->plain_mask;

	_Static_assert(sizeof(*want) <= FRAME_PLAIN, "what decides lies in the bytes compared");
	p->take_plain = best();
	memset(want, 0, FRAME_PLAIN);
	memset(mask, 0, FRAME_PLAIN);
	memcpy(&want->ip, ip_plain, sizeof(ip_plain));
	memcpy(&mask->ip, ip_mask, sizeof(ip_mask));
	mask->eth.src_addr.addr_bytes[0] = RTE_ETHER_GROUP_ADDR;
	want->eth.ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);
	mask->eth.ether_type = 0xffff;
	want->udp.dst_port = p->udp_port_be;
	mask->udp.dst_port = 0xffff;
	if (p->any_address) {
		mask->eth.dst_addr.addr_bytes[0] = RTE_ETHER_GROUP_ADDR;
		return;
	}
	memcpy(&want->eth.dst_addr, p->mac, sizeof(p->mac));
	memset(&mask->eth.dst_addr, 0xff, sizeof(p->mac));
	want->ip.dst_addr = p->a_n > 0 ? p->a[0].s_addr : 0;
	mask->ip.dst_addr = p->a_n == 1 ? 0xffffffff : 0; /* several: looked up one by one */
}
