#include "control/xfr_request.h"

#include "base/err.h"

#include <string.h>

#define TYPE_SOA      6
#define TYPE_OPT      41
#define TYPE_TSIG     250
#define TYPE_IXFR     251
#define TYPE_AXFR     252
#define CLASS_IN      1
#define OPCODE_QUERY  0
#define OPCODE_NOTIFY 4

/* The authority section of an IXFR: the SOA that the peer has (RFC 1995 3).  The answer section of
 * a NOTIFY: the one that there is now (RFC 1996 3.7). */
static int
read_soa(struct xfr_request *q, unsigned n, const uint8_t *msg, size_t len, size_t *at)
{
	for (; n; n--) {
		struct message_rr rr;
		int rc = message_rr_read(&rr, msg, len, at);

		if (rc < 0)
			return rc;
		if (rr.type != TYPE_SOA || rr.rdata_len < 22 || rr.owner_len != q->name_len ||
		    memcmp(rr.owner, q->name, rr.owner_len) != 0)
			continue;
		q->serial = get32(msg + rr.rdata_at + rr.rdata_len - 20);
		q->has_serial = true;
	}
	return 0;
}

static int
read_opt(struct xfr_request *q, const struct message_rr *rr)
{
	if (q->has_opt || rr->owner_len != 1) /* RFC 6891 6.1.1 */
		return -ERR_FORMAT;
	q->has_opt = true;
	q->udp_size = rr->class < 512 ? 512 : rr->class;
	if (rr->ttl >> 16 & 0xff)
		q->rcode = XFR_BADVERS;
	return 0;
}

static int
read_additional(struct xfr_request *q, const uint8_t *msg, size_t len, size_t *at)
{
	unsigned n = get16(msg + 10);
	int rc = 0;

	for (; n && rc == 0; n--) {
		size_t begin = *at;
		struct message_rr rr;

		rc = message_rr_read(&rr, msg, len, at);
		if (rc < 0)
			return rc;
		if (rr.type == TYPE_OPT)
			rc = read_opt(q, &rr);
		if (rr.type != TYPE_TSIG)
			continue;
		if (n != 1) /* RFC 8945 5.1: the last, and the only one */
			return -ERR_FORMAT;
		rc = tsig_read(&q->tsig, msg, len, begin);
		q->has_tsig = rc == 0;
	}
	return rc;
}

static int
read_sections(struct xfr_request *q, const uint8_t *msg, size_t len)
{
	size_t at = MESSAGE_HEADER;
	struct message_rr rr;
	int rc;

	if (get16(msg + 4) != 1 || (get16(msg + 6) != 0 && !q->is_notify))
		return -ERR_FORMAT;
	rc = message_question_read(&rr, msg, len, &at);
	if (rc < 0 || at - MESSAGE_HEADER != rr.owner_len + 4u)
		return -ERR_FORMAT;
	memcpy(q->name, rr.owner, rr.owner_len);
	memcpy(q->asked, msg + MESSAGE_HEADER, rr.owner_len);
	q->name_len = rr.owner_len;
	q->type = rr.type;
	q->class = rr.class;
	q->has_question = true;
	rc = read_soa(q, get16(msg + 6), msg, len, &at);
	rc = rc < 0 ? rc : read_soa(q, get16(msg + 8), msg, len, &at);
	rc = rc < 0 ? rc : read_additional(q, msg, len, &at);
	return rc == 0 && at != len ? -ERR_FORMAT : rc;
}

bool
xfr_request_read(struct xfr_request *q, const uint8_t *msg, size_t len)
{
	memset(q, 0, sizeof(*q));
	if (len < MESSAGE_HEADER)
		return false;
	q->id = get16(msg);
	q->flags = get16(msg + 2);
	q->udp_size = 512;
	if (q->flags & MESSAGE_QR)
		return false;
	q->is_notify = (q->flags & MESSAGE_OPCODE) >> MESSAGE_OPCODE_SHIFT == OPCODE_NOTIFY;
	if (!q->is_notify && (q->flags & MESSAGE_OPCODE) >> MESSAGE_OPCODE_SHIFT != OPCODE_QUERY) {
		q->rcode = XFR_NOTIMP;
		return true;
	}
	if (read_sections(q, msg, len) < 0) {
		q->rcode = XFR_FORMERR;
		q->has_tsig = false;
	}
	return true;
}

static void
refuse(struct xfr_answer *a, enum xfr_rcode rcode, const char *why)
{
	a->rcode = rcode;
	a->why = why;
}

static const struct tsig_key *
find_key(const struct book *b, const struct xfr_request *q, uint32_t *no)
{
	const struct tsig_rr *t = &q->tsig;
	const struct book_by_key *by;

	if (q->is_notify)
		return book_source_key(b, t->name, t->name_len, t->algorithm, no);
	by = book_key(b, t->name, t->name_len, t->algorithm);
	if (by)
		*no = by->registry;
	return by ? by->key : NULL;
}

/* Returns whether the request is signed by a registry, or a NOTIFY by a source. */
static bool
judge_signature(struct xfr_answer *a, const struct book *b, const struct xfr_asked *asked)
{
	const struct tsig_rr *t = &asked->request->tsig;
	const struct tsig_key *key;
	uint32_t no = 0;
	int rc;

	if (!asked->request->has_tsig) {
		refuse(a, XFR_REFUSED, "not signed");
		return false;
	}
	key = find_key(b, asked->request, &no);
	rc = tsig_check_request(&a->chain, asked->msg, t, key, asked->now_s);
	if (rc < 0) {
		a->chain.key = NULL;
		refuse(a, rc == -ERR_FORMAT ? XFR_FORMERR : XFR_SERVFAIL,
		    rc == -ERR_FORMAT ? "MAC too short or too long" : "library failed");
		return false;
	}
	if (rc != TSIG_BADKEY && rc != TSIG_BADSIG) {
		a->registry = asked->request->is_notify ? &b->sources[no] : &b->registries[no];
		a->registry_no = no;
	}
	if (rc != TSIG_OK)
		refuse(a, XFR_NOTAUTH, tsig_error_text(rc));
	a->tsig_error = rc;
	return rc == TSIG_OK;
}

static bool
has_pin(const struct book_registry *r, const struct xfr_peer *peer)
{
	for (unsigned i = 0; i < r->pins_n; i++)
		if (peer->has_pin && memcmp(r->pins[i], peer->pin, BOOK_PIN_BYTES) == 0)
			return true;
	return false;
}

static bool
judge_way(struct xfr_answer *a, const struct xfr_peer *peer)
{
	const struct book_registry *r = a->registry;

	if (!book_may_come_from(r, &peer->address))
		refuse(a, XFR_REFUSED, "not from this address");
	else if (r->tls == BOOK_TLS_REQUIRED && !peer->is_tls)
		refuse(a, XFR_REFUSED, "only over TLS");
	else if (r->tls == BOOK_TLS_NO && peer->is_tls)
		refuse(a, XFR_REFUSED, "not over TLS");
	else if (peer->is_tls && r->pins_n && !has_pin(r, peer))
		refuse(a, XFR_REFUSED, "client certificate not pinned");
	return !a->why;
}

static bool
judge_question(struct xfr_answer *a, const struct book *b, const struct xfr_asked *asked)
{
	const struct xfr_request *q = asked->request;
	const struct book_zone *z;

	if (q->class != CLASS_IN ||
	    (q->type != TYPE_SOA && q->type != TYPE_AXFR && q->type != TYPE_IXFR)) {
		refuse(a, XFR_REFUSED, "type or class is not served");
		return false;
	}
	/* A zone that is another's gets the answer of one that is not there. */
	z = book_zone(b, q->name, q->name_len);
	if (!z || !book_may_read(z, a->registry_no)) {
		refuse(a, XFR_NOTAUTH, z ? "another registry's zone" : "no such zone");
		return false;
	}
	a->zone = z;
	a->is_current = q->has_serial && q->serial == z->now.serial;
	a->kind = q->type == TYPE_SOA ? XFR_SOA : q->type == TYPE_AXFR ? XFR_AXFR : XFR_IXFR;
	if (a->kind == XFR_AXFR && !asked->peer->is_tcp) /* RFC 5936 4.2 */
		refuse(a, XFR_FORMERR, "AXFR over UDP");
	else if (a->kind == XFR_IXFR && !q->has_serial) /* RFC 1995 3 */
		refuse(a, XFR_FORMERR, "IXFR without SOA");
	return !a->why;
}

/* RFC 1996 3.10: from a master of the zone, with its key. */
static void
judge_notify(struct xfr_answer *a, const struct book *b, const struct xfr_asked *asked)
{
	const struct xfr_request *q = asked->request;

	if (!judge_signature(a, b, asked) || !judge_way(a, asked->peer))
		return;
	if (q->class != CLASS_IN || q->type != TYPE_SOA) {
		refuse(a, XFR_REFUSED, "type or class is not served");
		return;
	}
	a->pulled = book_pulled(b, q->name, q->name_len);
	if (!a->pulled)
		refuse(a, XFR_NOTAUTH, "no zone that is fetched here");
}

void
xfr_judge(struct xfr_answer *a, const struct book *b, struct xfr_replay *replay,
    const struct xfr_asked *asked)
{
	const struct xfr_request *q = asked->request;

	memset(a, 0, sizeof(*a));
	if (q->rcode != XFR_NOERROR) {
		refuse(a, q->rcode,
		    q->rcode == XFR_NOTIMP    ? "opcode"
		    : q->rcode == XFR_FORMERR ? "malformed"
					      : "EDNS version");
		return;
	}
	if (q->is_notify && !b->sources_n) { /* a hub fetches nothing */
		refuse(a, XFR_NOTIMP, "opcode");
		return;
	}
	if (q->is_notify) {
		judge_notify(a, b, asked);
		return;
	}
	if (!judge_signature(a, b, asked) || !judge_way(a, asked->peer) ||
	    !judge_question(a, b, asked))
		return;
	if (replay && a->kind != XFR_SOA && asked->peer->is_tcp &&
	    xfr_replay_seen(replay, q->tsig.mac, q->tsig.time_s + q->tsig.fudge_s, asked->now_s)) {
		refuse(a, XFR_NOTAUTH, "replay");
		a->tsig_error = TSIG_BADTIME;
	}
}
