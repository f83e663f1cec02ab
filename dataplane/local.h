/* local.h - what keeps a DPDK port's addresses reachable: ARP (RFC 826), neighbour discovery
 * (RFC 4861 7.2) and echo (RFC 792, RFC 4443 4.2).
 *
 * Stateless, no address but the port's own is ever answered for; nothing is learned. */
#pragma once

#include "dataplane/frame.h"
#include "dataplane/way.h"

/* Turns a request that frame_parse called WAY_LOCAL into its reply, in place.  Returns WAY_LOCAL,
 * or the way that says why there is none. */
enum way local_answer(const struct frame_port *p, struct rte_mbuf *m);
