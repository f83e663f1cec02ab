/* frame_source.h - addresses and ports that no answer may go to.  Hot. */
#pragma once

#include "dataplane/frame.h"

#include <rte_byteorder.h>

/* This network, loopback, multicast, reserved, broadcast (RFC 1122 3.2.1.3), or ourselves. */
static inline bool
frame_is_bad_source(const struct frame_port *p, uint32_t addr_be)
{
	uint8_t first = (uint8_t)(rte_be_to_cpu_32(addr_be) >> 24);

	return first == 0 || first == 127 || first >= 224 || frame_is_ours(p, addr_be);
}

/* echo, daytime, qotd, chargen answer anything and would start a loop. */
static inline bool
frame_is_bad_port(uint16_t port_be)
{
	uint16_t port = rte_be_to_cpu_16(port_be);

	return port < 20 && (1u << 0 | 1u << 7 | 1u << 13 | 1u << 17 | 1u << 19) >> port & 1;
}
