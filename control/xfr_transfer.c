#include "control/xfr_impl.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MS_NS INT64_C(1000000)

static const char *
kind_text(const struct xfr_answer *a)
{
	if (a->kind == XFR_SOA)
		return a->is_current ? "uptodate" : "soa";
	return a->kind == XFR_AXFR ? "axfr" : "ixfr";
}

/* Transfers under way for a registry. */
static unsigned
count(const struct xfr *x, const struct book_registry *r)
{
	const struct xfr_conn *c;
	unsigned n = 0;

	TAILQ_FOREACH(c, &x->conns, all)
	n += c->transfer && strcmp(c->transfer->answer.registry->name, r->name) == 0;
	return n;
}

static void
log_file(const struct xfr_answer *a, int rc, const char *detail)
{
	static struct log_limit limit;
	char zone[NAME_TEXT_MAX];

	name_to_text(zone, a->zone->origin);
	log_limited(&limit, LOG_LEVEL_ERROR, "xfr-zone",
	    "zone=%s serial=%u error=\"%s\" detail=\"%s\"", zone, a->zone->now.serial,
	    rc == -ERR_STALE ? "the file's SOA is not that of the book" : err_text(rc), detail);
}

int
xfr_transfer_begin(
    struct xfr *x, struct xfr_conn *c, const struct xfr_request *q, const struct xfr_answer *a)
{
	struct xfr_want want = {x->book, a->zone, x->dir_fd, a->kind, q->serial};
	struct xfr_transfer *t;
	int rc;

	if (count(x, a->registry) >= x->o->key_transfers_max)
		return -ERR_FULL;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	rc = xfr_stream_new(&t->stream, &want);
	if (rc < 0) {
		log_file(a, rc, "");
		free(t);
		return rc;
	}
	t->book = book_hold(x->book);
	t->request = *q;
	t->answer = *a;
	t->began_ns = xfr_now_ns();
	t->event.event = "transfer";
	t->event.serial = a->zone->now.serial;
	t->event.has_serial = t->event.has_bytes = true;
	xfr_event_of(&t->event, &c->peer, a);
	c->transfer = t;
	c->state = XFR_SENDING;
	c->wants_turn = true;
	return 0;
}

int
xfr_frame(struct xfr *x, struct xfr_conn *c)
{
	c->out = malloc(XFR_FRAME + x->message.len);
	if (!c->out)
		return -ENOMEM;
	put16(c->out, (uint16_t)x->message.len);
	memcpy(c->out + XFR_FRAME, x->scratch, x->message.len);
	c->out_len = XFR_FRAME + x->message.len;
	c->out_at = 0;
	return 0;
}

/* Signs the message that was filled, and frames it. */
static int
end_message(struct xfr *x, struct xfr_conn *c)
{
	struct xfr_transfer *t = c->transfer;
	struct message *m = &x->message;
	int rc;

	if (!t->has_begun)
		rc = xfr_reply_end(m, &t->request, &t->answer, xfr_now_s(x));
	else
		rc = tsig_sign(&t->answer.chain, m->bytes, &m->len, XFR_MESSAGE_ROOM, xfr_now_s(x));
	if (rc < 0)
		return rc;
	t->has_begun = true;
	return xfr_frame(x, c);
}

int
xfr_transfer_step(struct xfr *x, struct xfr_conn *c)
{
	struct xfr_transfer *t = c->transfer;
	struct message *m = &x->message;
	int rc;

	if (!t->has_begun)
		xfr_reply_start(m, x->scratch, XFR_MESSAGE_ROOM, &t->request, &t->answer);
	else
		xfr_reply_continue(
		    m, x->scratch, XFR_MESSAGE_ROOM, t->request.id, t->answer.chain.key);
	rc = xfr_stream_fill(t->stream, m);
	if (rc < 0 && rc != -EAGAIN) {
		log_file(&t->answer, rc, xfr_stream_error(t->stream));
		return rc;
	}
	if (rc == -EAGAIN && !message_count(m, MESSAGE_ANSWER))
		return rc;
	t->answer.kind = xfr_stream_kind(t->stream);
	if (rc == 0) {
		xfr_stream_free(t->stream);
		t->stream = NULL;
		if (!message_count(m, MESSAGE_ANSWER))
			return 0; /* the message before was just full */
	}
	return end_message(x, c);
}

void
xfr_transfer_tell(struct xfr *x, struct xfr_transfer *t, const char *error)
{
	t->event.ok = !error;
	t->event.error = error;
	t->event.kind = kind_text(&t->answer);
	t->event.ms = (uint64_t)((xfr_now_ns() - t->began_ns) / MS_NS);
	if (t->answer.kind == XFR_SOA)
		t->event.event = "soa";
	xfr_event_send(x->events, &t->event, false, xfr_now_ns());
	if (!error && t->book == x->book)
		notify_settle(x->notify, t->answer.registry_no, t->answer.zone);
	book_drop(t->book);
	free(t);
}

void
xfr_transfer_end(struct xfr *x, struct xfr_conn *c, const char *error)
{
	struct xfr_transfer *t = c->transfer;

	tsig_end(&t->answer.chain);
	xfr_stream_free(t->stream);
	t->stream = NULL;
	c->transfer = NULL;
	c->state = XFR_READING;
	c->wants_turn = true; /* a request may have come in meanwhile */
	if (error)
		xfr_transfer_tell(x, t, error);
	else
		xfr_owed_add(x, c, t);
}
