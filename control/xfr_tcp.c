#include "control/xfr_impl.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static ssize_t
receive(struct xfr_conn *c, void *to, size_t room)
{
	ssize_t n;

	if (c->tls)
		return xfr_tls_recv(c->tls, to, room);
	do
		n = recv(c->fd, to, room, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static ssize_t
transmit(struct xfr_conn *c, const void *from, size_t len)
{
	ssize_t n;

	if (c->tls)
		return xfr_tls_send(c->tls, from, len);
	do
		n = send(c->fd, from, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Sends what waits.  Returns 0 when all is gone, -EAGAIN, or the code of a dead connection. */
static int
flush(struct xfr_conn *c)
{
	while (c->out_at < c->out_len) {
		ssize_t n = transmit(c, c->out + c->out_at, c->out_len - c->out_at);

		if (n < 0)
			return (int)n;
		c->out_at += (size_t)n;
		c->active_ns = xfr_now_ns();
		if (c->transfer)
			c->transfer->event.bytes += (uint64_t)n;
	}
	free(c->out);
	c->out = NULL;
	return 0;
}

/* Answers the request of len bytes. */
static int
answer(struct xfr *x, struct xfr_conn *c, const uint8_t *msg, size_t len)
{
	struct xfr_request q;
	struct xfr_asked asked = {&q, msg, &c->peer, xfr_now_s(x)};
	struct xfr_reply_place at = {
	    &x->message, x->scratch, XFR_MESSAGE_ROOM, x->book, x->dir_fd, asked.now_s};
	enum xfr_kind kind;
	struct xfr_answer a;
	int rc;

	if (!xfr_request_read(&q, msg, len))
		return -ERR_FORMAT; /* does not speak DNS, or sends responses */
	xfr_judge(&a, x->book, &x->replay, &asked);
	c->is_known |= a.registry && a.tsig_error == TSIG_OK;
	if (a.rcode == XFR_NOERROR && a.kind != XFR_SOA) {
		rc = xfr_transfer_begin(x, c, &q, &a);
		if (rc == 0)
			return 0; /* which has taken over a.chain */
		a.rcode = rc == -ERR_FULL ? XFR_REFUSED : XFR_SERVFAIL;
		a.why = rc == -ERR_FULL ? "too many transfers at a time" : "zone file unreadable";
	}
	rc = xfr_reply_whole(&at, &q, &a, &kind);
	rc = rc < 0 ? rc : xfr_frame(x, c);
	xfr_tell_answer(x, &asked, &a, kind);
	c->ends = !a.registry; /* strangers get one answer */
	tsig_end(&a.chain);
	return rc;
}

/* Takes the next request out of c->in.  Returns 0, or -EAGAIN when none is whole. */
static int
take(struct xfr *x, struct xfr_conn *c)
{
	size_t len = c->in_len < XFR_FRAME ? 0 : get16(c->in);
	size_t all = XFR_FRAME + len;
	int rc;

	if (c->in_len < XFR_FRAME || (c->in_len < all && len <= XFR_REQUEST_MAX))
		return -EAGAIN;
	if (len > XFR_REQUEST_MAX)
		return -ERR_LIMIT;
	c->active_ns = xfr_now_ns();
	rc = answer(x, c, c->in + XFR_FRAME, len);
	c->in_len -= all;
	memmove(c->in, c->in + all, c->in_len);
	return rc;
}

static int
read_more(struct xfr_conn *c)
{
	ssize_t n = receive(c, c->in + c->in_len, sizeof(c->in) - c->in_len);

	if (n == 0)
		return -ECONNRESET; /* the peer is done */
	if (n < 0)
		return (int)n;
	c->in_len += (size_t)n;
	return 0;
}

static int
read_requests(struct xfr *x, struct xfr_conn *c)
{
	int rc;

	c->wants_turn = false;
	if (c->owed_n == XFR_OWED_MAX)
		return -EAGAIN;
	rc = take(x, c);
	while (rc == -EAGAIN) {
		rc = read_more(c);
		if (rc < 0)
			return rc;
		rc = take(x, c);
	}
	/* One at a time; the rest waits in c->in or in the socket. */
	c->wants_turn = rc == 0;
	return rc;
}

static int
handshake(struct xfr_conn *c)
{
	int rc = xfr_tls_handshake(c->tls);

	if (rc < 0)
		return rc;
	c->peer.has_pin = xfr_tls_pin(c->tls, c->peer.pin);
	c->state = XFR_READING;
	c->wants_turn = true; /* the library may hold a request already */
	return 0;
}

static int
send_out(struct xfr *x, struct xfr_conn *c)
{
	int rc = flush(c);

	if (rc < 0)
		return rc;
	if (c->ends)
		return -ECONNRESET;
	if (c->transfer && !c->transfer->stream)
		xfr_transfer_end(x, c, NULL);
	c->wants_turn = true;
	return 0;
}

static int
serve(struct xfr *x, struct xfr_conn *c)
{
	int rc = 0;

	if (c->state == XFR_HANDSHAKE)
		return handshake(c);
	if (c->transfer && !c->out) {
		rc = xfr_transfer_step(x, c);
		if (rc == 0 && !c->out)
			xfr_transfer_end(x, c, NULL);
		if (rc < 0 || !c->out)
			return rc;
	}
	return c->out ? send_out(x, c) : read_requests(x, c);
}

void
xfr_tcp_serve(struct xfr *x, struct xfr_conn *c)
{
	int rc = serve(x, c);

	if (rc == 0 || rc == -EAGAIN)
		return;
	if (c->transfer && rc != -ECONNRESET && rc != -EPIPE)
		xfr_transfer_end(x, c, "zone file unreadable");
	xfr_conn_close(x, c);
}
