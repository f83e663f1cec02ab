/* frame_source.h - addresses and ports that no answer may go to.  Hot. */
#pragma once

#include "dataplane/frame.h"

#include <rte_byteorder.h>

/* This network, loopback, multicast, reserved, broadcast (RFC 1122 3.2.1.3). */
static inline bool
frame_is_martian(uint32_t addr_be)
{
	uint8_t first = (uint8_t)(rte_be_to_cpu_32(addr_be) >> 24);

	return first == 0 || first == 127 || first >= 224;
}

/* A martian, ourselves, or where the packet goes to.  is_ours: dst is the one address we have. */
static inline bool
frame_is_bad_source(const struct frame_port *p, uint32_t src_be, uint32_t dst_be, bool is_ours)
{
	return frame_is_martian(src_be) || src_be == dst_be ||
	       (!is_ours && frame_is_ours(p, src_be));
}

/* Whether queries to an address are answered. */
static inline bool
frame_is_to_us(const struct frame_port *p, uint32_t dst_be)
{
	return p->any_address ? !frame_is_martian(dst_be) : frame_is_ours(p, dst_be);
}

/* Ports of services that answer anything, and would start a loop: echo, systat, daytime, qotd,
 * chargen, time; TFTP, NTP.  53 is not among them: a query may come from there, and what a server
 * sends has QR set and is never answered. */
static inline bool
frame_is_bad_port(uint16_t port_be)
{
	uint64_t low =
	    1ull << 0 | 1ull << 7 | 1ull << 11 | 1ull << 13 | 1ull << 17 | 1ull << 19 | 1ull << 37;
	uint64_t high = 1ull << (69 - 64) | 1ull << (123 - 64);
	uint16_t port = rte_be_to_cpu_16(port_be);

	return port < 128 && ((port < 64 ? low : high) >> port % 64 & 1);
}
