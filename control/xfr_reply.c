#include "control/xfr_reply.h"

#include "base/err.h"

#include <errno.h>
#include <string.h>

#define OPT_BYTES 11
#define TYPE_OPT  41

/* What a TSIG of that key adds at most. */
static size_t
tsig_room(const struct tsig_key *key)
{
	return key ? key->name_len + TSIG_RR_MAX - NAME_LEN_MAX : TSIG_RR_MAX;
}

void
xfr_reply_start(struct message *m, uint8_t *bytes, size_t room, const struct xfr_request *q,
    const struct xfr_answer *a)
{
	size_t keep = (q->has_opt ? OPT_BYTES : 0) + (q->has_tsig ? tsig_room(a->chain.key) : 0);
	uint16_t flags = MESSAGE_QR | (q->flags & (MESSAGE_OPCODE | MESSAGE_RD));

	flags |= (uint16_t)(a->rcode & MESSAGE_RCODE);
	if (a->rcode == XFR_NOERROR)
		flags |= MESSAGE_AA;
	message_start(m, bytes, room, q->id, flags);
	if (q->has_question)
		message_question(m, q->asked, q->name_len, q->type, q->class);
	m->room = room - keep > m->len ? room - keep : m->len;
}

void
xfr_reply_continue(
    struct message *m, uint8_t *bytes, size_t room, uint16_t id, const struct tsig_key *key)
{
	message_start(m, bytes, room - tsig_room(key), id, MESSAGE_QR | MESSAGE_AA);
}

int
xfr_reply_end(struct message *m, const struct xfr_request *q, struct xfr_answer *a, uint64_t now_s)
{
	static const uint8_t root[1];
	struct message_record opt = {.owner = root,
	    .owner_len = 1,
	    .type = TYPE_OPT,
	    .class = XFR_UDP_MAX,
	    .ttl = (uint32_t)a->rcode >> 4 << 24,
	    .rdata = root};

	m->room = XFR_MESSAGE_ROOM;
	if (q->has_opt && message_add(m, MESSAGE_ADDITIONAL, &opt) < 0)
		return -ERR_FULL;
	if (a->tsig_error != TSIG_OK)
		return tsig_sign_error(&a->chain, m->bytes, &m->len, m->room, &q->tsig,
		    (enum tsig_error)a->tsig_error, now_s);
	if (a->chain.key)
		return tsig_sign(&a->chain, m->bytes, &m->len, m->room, now_s);
	return 0;
}

static int
fill(const struct xfr_reply_place *at, const struct xfr_request *q, struct xfr_answer *a,
    enum xfr_kind *kind)
{
	struct xfr_want want = {at->book, a->zone, at->dir_fd, *kind, q->serial};
	struct xfr_stream *s = NULL;
	int rc = xfr_stream_new(&s, &want);

	if (rc < 0)
		return rc;
	xfr_reply_start(at->m, at->bytes, at->limit, q, a);
	rc = xfr_stream_fill(s, at->m);
	if (*kind == XFR_IXFR && xfr_stream_kind(s) == XFR_AXFR)
		rc = 1; /* a zone does not go over UDP */
	*kind = xfr_stream_kind(s);
	xfr_stream_free(s);
	return rc;
}

int
xfr_reply_whole(const struct xfr_reply_place *at, const struct xfr_request *q, struct xfr_answer *a,
    enum xfr_kind *kind)
{
	int rc = 0;

	*kind = a->kind;
	xfr_reply_start(at->m, at->bytes, at->limit, q, a);
	if (a->rcode == XFR_NOERROR &&
	    !q->is_notify) { /* a NOTIFY: the header is all (RFC 1996 4.7) */
		rc = fill(at, q, a, kind);
		if (rc > 0 || rc == -EAGAIN) { /* RFC 1995 2: the SOA, and it will come by TCP */
			*kind = XFR_SOA;
			rc = fill(at, q, a, kind);
		}
	}
	if (rc == -ERR_LIMIT) {
		put16(at->bytes + 2, get16(at->bytes + 2) | MESSAGE_TC);
	} else if (rc < 0) {
		a->rcode = XFR_SERVFAIL;
		a->why = "zone file unreadable";
		xfr_reply_start(at->m, at->bytes, at->limit, q, a);
	}
	return xfr_reply_end(at->m, q, a, at->now_s);
}
