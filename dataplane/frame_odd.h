/* frame_odd.h - what few frames have between Ethernet and UDP: VLAN tags, IPv4 options, IPv6
 * extension headers.  All hot, each in bounded time. */
#pragma once

#include "dataplane/frame.h"

#define FRAME_TAGS_MAX  2   /* VLAN tags of a frame */
#define FRAME_EXTRA_MAX 248 /* bytes of options or extension headers */

/* Whether an EtherType is that of a tag: 802.1Q, 802.1ad, or 0x9100 as before it. */
bool frame_is_tag(uint16_t type_be);

/* Steps over the tags of a frame whose first EtherType is *type_be, unless the port does not take
 * its outermost VLAN.  WAY_NONE: *l3 is where the network header is, inside the segment or at its
 * end, and *type_be what it is; they are not changed if there is no tag. */
enum way frame_untag(
    const struct frame_port *p, const struct rte_mbuf *m, unsigned *l3, uint16_t *type_be);

/* Where the network header of a frame is that frame_untag took. */
unsigned frame_l3(const struct rte_mbuf *m);

/* Looks at the n (0..40) bytes of IPv4 options.  Harmless ones are read over; WAY_IP_ROUTE: source
 * routes (RFC 7126 4.3, 4.4), which would choose whom an answer goes to. */
enum way frame_options4(const uint8_t *options, unsigned n);

/* Walks the extension headers, n bytes with what comes behind them, the first of type first.
 * WAY_NONE: UDP comes after *extra bytes.  Hop-by-hop (in front) and destination options that need
 * not be known (RFC 8200 4.2) are read over; WAY_IP_ROUTE: any routing header (RFC 5095). */
enum way frame_headers6(const uint8_t *headers, unsigned n, uint8_t first, uint8_t *extra);

/* Takes the extra bytes out of the frame, in front of the UDP header at udp.  An IPv6 header then
 * says that UDP follows; lengths, sums and all else of an IPv4 header are left to the caller. */
void frame_straighten(struct rte_mbuf *m, uint8_t *udp, bool is_v6, uint8_t extra);
