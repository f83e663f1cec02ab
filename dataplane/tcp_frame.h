/* tcp_frame.h - DNS messages in a TCP stream (RFC 1035 4.2.2): a length of two bytes before each.
 *
 * Pure: bytes in, bytes out.  An idle connection keeps nothing. */
#pragma once

#include "dataplane/vec.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#define TCP_PREFIX      2  /* bytes: the length */
#define TCP_MESSAGE_MIN 12 /* a DNS header */
#define TCP_MESSAGE_MAX VEC_ROOM
#define TCP_FRAME_MAX   (TCP_PREFIX + TCP_MESSAGE_MAX)

/* A lane: prefix, then message, what is read past it, and up to a whole cache line.  That they are
 * not a power of two keeps lanes out of each other's cache sets. */
#define TCP_ROOM (TCP_FRAME_MAX + VEC_PAST + 62)

/* Copies whole messages from stream[*at] on to the lanes of v, VEC_MAX at most, and moves *at
 * behind them.  Fills n, msg, len, limit, tcp and way of v.
 *   room  the lanes' bytes, the caller's; msg[i] is room[i] + TCP_PREFIX
 * Returns 0 (the lanes are full, or the stream ends), or, behind the lanes that it filled,
 *   -ERR_SHORT  a message under TCP_MESSAGE_MIN: the peer does not speak DNS
 *   -ERR_LIMIT  a message over TCP_MESSAGE_MAX, seen by its length alone */
int tcp_frame_burst(
    struct vec *v, uint8_t room[VEC_MAX][TCP_ROOM], const uint8_t *stream, size_t len, size_t *at);

/* What was read and not yet answered; bytes are ours, NULL when there is nothing. */
struct tcp_rest {
	uint8_t *bytes;
	size_t len;
};

/* Keeps a copy of bytes in an empty rest.  Returns 0 or -ENOMEM. */
int tcp_rest_keep(struct tcp_rest *r, const uint8_t *bytes, size_t len);

/* Moves the rest to out and empties it.  Returns its length. */
size_t tcp_rest_take(struct tcp_rest *r, uint8_t *out);

/* Answers that the socket has not taken, whole messages from the first that it has not wholly
 * taken; bytes are ours, NULL when there are none. */
struct tcp_out {
	uint8_t *bytes;
	size_t len;
	size_t at; /* this far it was taken */
};

/* Keeps what is behind the first `taken` bytes of the frames in iov[0..n).
 * Returns 0, also when nothing is behind, or -ENOMEM. */
int tcp_out_keep(struct tcp_out *o, const struct iovec *iov, unsigned n, size_t taken);

/* Whole answers that the socket has not wholly taken. */
unsigned tcp_out_answers(const struct tcp_out *o);
