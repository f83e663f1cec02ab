/* inspect.h - DNS over TCP on its way through an inline port.
 *
 * A segment that holds one whole query, length prefix and all (RFC 1035 4.2.2), is looked up as a
 * query over UDP is.  For a listed name the client gets the answer and the end of the connection in
 * one segment, in the server's name, and the server a reset, so that neither waits for the other.
 * All other segments go through untouched: queries in pieces, several in one segment, data with
 * SYN.  No state is kept; a segment that is sent again is answered again. */
#pragma once

#include "dataplane/frame.h"

#include <stdint.h>

/* Beside a vec: lanes that hold a query over TCP. */
struct inspected {
	unsigned n;
	uint8_t lane[VEC_MAX];
};

/* Takes the lanes of frames that frame_parse gave up as no UDP: fills the lanes that hold a query,
 * client too, and gives them WAY_NONE.  Reads each segment's headers and payload once. */
void inspect_parse(
    const struct frame_port *p, const struct frames *f, struct vec *v, struct inspected *out);

/* How many of these lanes the engine answered. */
unsigned inspect_answers(const struct vec *v, const struct inspected *in);

/* Makes the client's segments of the lanes that the engine answered, in place, and gives them
 * WAY_LOCAL, which is sent and not turned.  The server's resets are made in reset, n empty mbufs
 * of the caller's: as many as there are answers, or fewer when there was no memory. */
void inspect_turn(const struct frames *f, struct vec *v, const struct inspected *in,
    struct rte_mbuf **reset, unsigned n);

/* The same, with mbufs for the resets from the queries' pool; without memory for them the server
 * has to time out.  reset: room for VEC_MAX.  Returns how many go to the server, handed over. */
unsigned inspect_finish(
    const struct frames *f, struct vec *v, const struct inspected *in, struct rte_mbuf **reset);
