/* xfr_reply.h - the messages that answer a request. */
#pragma once

#include "control/xfr_request.h"

#define XFR_MESSAGE_ROOM 16384 /* bytes: all of it can be pointed at (RFC 1035 4.1.4) */
#define XFR_UDP_MAX      1232

/* Begins the message that answers q: header and, in the first, question.  Room is kept for
 * OPT and TSIG.
 *   bytes  XFR_MESSAGE_ROOM, the caller's
 *   room   bytes that the message may have in the end */
void xfr_reply_start(struct message *m, uint8_t *bytes, size_t room, const struct xfr_request *q,
    const struct xfr_answer *a);

/* The header of a message of a transfer that is not its first: no question (RFC 5936 2.2.1). */
void xfr_reply_continue(
    struct message *m, uint8_t *bytes, size_t room, uint16_t id, const struct tsig_key *key);

/* Ends the first message: OPT if the request had one, TSIG as a says.  m->len is
 * then its length.  Returns 0, -ERR_FULL or -ERR_LIBRARY. */
int xfr_reply_end(
    struct message *m, const struct xfr_request *q, struct xfr_answer *a, uint64_t now_s);

/* A whole answer that is no transfer: a refusal, an SOA, that a NOTIFY was heard; over UDP also the
 * IXFR that fits. Makes a refusal of a when the zone cannot be read. limit  bytes kind   what it
 * has become Returns 0, or as xfr_reply_end. */
struct xfr_reply_place {
	struct message *m;
	uint8_t *bytes;
	size_t limit;
	struct book *book;
	int dir_fd;
	uint64_t now_s;
};
int xfr_reply_whole(const struct xfr_reply_place *at, const struct xfr_request *q,
    struct xfr_answer *a, enum xfr_kind *kind);
