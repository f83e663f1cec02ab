/* frame.h - Ethernet, IP and UDP around the DNS messages of a burst, for DPDK ports.
 *
 * Taken: Ethernet II, with up to two VLAN tags where the port's options say so, IPv4 and IPv6, UDP
 * to the port's own addresses, whole (no fragments), in one mbuf segment.  IPv4 options and IPv6
 * extension headers are read over where frame_odd.h says so, and left out of the answer. */
#pragma once

#include "dataplane/port.h"
#include "dataplane/vec.h"

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;

struct frame_port;
struct frames;

/* frame_plain.c: takes the frames that nearly all are: untagged, IPv4 without options, whole, UDP,
 * to us, with right sums.  Fills is_plain of f's first n lanes and, where it is 1, the lane; 0 says
 * nothing of what is wrong. */
typedef void frame_plain_fn(
    const struct frame_port *p, struct frames *f, struct vec *v, unsigned n);

#define FRAME_PLAIN 48 /* bytes of a frame that decide whether it is plain: to the UDP length */

/* What the frames of one port are held against. */
struct frame_port {
	uint8_t mac[6];
	uint16_t udp_port_be;
	bool any_address, check_checksum;
	unsigned a_n, aaaa_n;
	struct in_addr a[PORT_ADDRS_MAX];
	struct in6_addr aaaa[PORT_ADDRS_MAX];
	uint64_t vlan[64]; /* a bit for each VLAN whose frames are taken; untagged ones always */
	/* By frame_port_ready: how plain frames are taken, and what a plain frame's first bytes
	 * are, where their mask is set. */
	frame_plain_fn *take_plain;
	uint8_t plain[FRAME_PLAIN], plain_mask[FRAME_PLAIN];
};

/* Fills these in from the rest; before any frame. */
void frame_port_ready(struct frame_port *p);

/* Beside a vec, lane by lane. */
struct frames {
	struct rte_mbuf *mbuf[VEC_MAX];
	uint8_t is_plain[VEC_MAX];
	uint8_t is_v6[VEC_MAX]; /* when the lane holds DNS */
	uint8_t extra[VEC_MAX]; /* bytes of options or extension headers before UDP, likewise */
	/* When the lane holds DNS: it is plain, and its UDP checksum is there and right, so that
	 * the answer's can be made from it. */
	uint8_t sum_known[VEC_MAX];
};

/* Fills v from the first n mbufs of f: msg and len point into them.  A lane that is no DNS query
 * to us gets the way that says why; WAY_LOCAL: ARP or ICMP for local.h.  Hot. */
void frame_parse(const struct frame_port *p, struct frames *f, struct vec *v, unsigned n);

/* Fills client of every lane that holds a DNS query.  Hot. */
void frame_clients(const struct frames *f, struct vec *v);

/* Makes answers' frames out of the queries', in place, for every lane that the engine answered.
 * They have the queries' VLAN tags.  IP and UDP checksums are computed here; no device offload is
 * asked for.  Hot. */
void frame_turn(struct frames *f, const struct vec *v);

/* Whether an address is one of the port's. */
bool frame_is_ours(const struct frame_port *p, uint32_t addr_be);
bool frame_is_ours6(const struct frame_port *p, const uint8_t addr[16]);
