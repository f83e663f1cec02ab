#include "control/xfr_impl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS_NS          INT64_C(1000000)
#define ACCEPTS_A_TURN 32

/* Whether two addresses are one client: an IPv4 address, or an IPv6 /64. */
static bool
is_one_client(const struct in6_addr *a, const struct in6_addr *b)
{
	size_t bytes = IN6_IS_ADDR_V4MAPPED(a) ? 16 : 8;

	return memcmp(a, b, bytes) == 0;
}

/* Of the connections without a transfer (of one client, or of all) the one that was longest
 * idle; what a registry has opened goes last. */
static struct xfr_conn *
find_idle(struct xfr *x, const struct in6_addr *client)
{
	struct xfr_conn *c, *worst = NULL;

	TAILQ_FOREACH(c, &x->conns, all)
	{
		if (c->transfer || c->owed || (client && !is_one_client(client, &c->peer.address)))
			continue;
		if (!worst || (worst->is_known && !c->is_known) ||
		    (worst->is_known == c->is_known && c->active_ns < worst->active_ns))
			worst = c;
	}
	return worst;
}

static unsigned
count_client(const struct xfr *x, const struct in6_addr *client)
{
	const struct xfr_conn *c;
	unsigned n = 0;

	TAILQ_FOREACH(c, &x->conns, all)
	n += is_one_client(client, &c->peer.address);
	return n;
}

/* Returns whether there is room for one connection more of that client. */
static bool
make_room(struct xfr *x, const struct in6_addr *client)
{
	struct xfr_conn *rival = NULL;

	if (count_client(x, client) >= x->o->client_conns_max) {
		rival = find_idle(x, client);
		if (!rival)
			return false;
	} else if (x->conns_n >= x->o->conns_max) {
		rival = find_idle(x, NULL);
		if (!rival)
			return false;
	}
	if (rival)
		xfr_conn_close(x, rival);
	return true;
}

static void
add(struct xfr *x, const struct xfr_listener *l, int fd, const struct sockaddr_in6 *from)
{
	struct xfr_conn *c = make_room(x, &from->sin6_addr) ? calloc(1, sizeof(*c)) : NULL;

	if (c && l->is_tls && xfr_tls_new(&c->tls, x->tls, fd) < 0) {
		free(c);
		c = NULL;
	}
	if (!c) {
		close(fd);
		return;
	}
	c->fd = fd;
	c->state = l->is_tls ? XFR_HANDSHAKE : XFR_READING;
	c->peer.address = from->sin6_addr;
	c->peer.port = ntohs(from->sin6_port);
	c->peer.is_tcp = true;
	c->peer.is_tls = l->is_tls;
	c->active_ns = xfr_now_ns();
	TAILQ_INSERT_HEAD(&x->conns, c, all);
	x->conns_n++;
}

void
xfr_conn_accept(struct xfr *x, const struct xfr_listener *l)
{
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		struct sockaddr_in6 from;
		socklen_t len = sizeof(from);
		int fd = accept4(
		    l->tcp_fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0)
			return;
		add(x, l, fd, &from);
	}
}

void
xfr_conn_close(struct xfr *x, struct xfr_conn *c)
{
	if (c->transfer)
		xfr_transfer_end(x, c, "connection closed by the peer");
	xfr_owed_end(x, c, "connection closed before all had arrived");
	if (c->tls && c->state != XFR_HANDSHAKE)
		xfr_tls_bye(c->tls);
	xfr_tls_free(c->tls);
	close(c->fd);
	free(c->out);
	TAILQ_REMOVE(&x->conns, c, all);
	x->conns_n--;
	free(c);
}

short
xfr_conn_events(const struct xfr_conn *c)
{
	if (c->state == XFR_HANDSHAKE)
		return xfr_tls_wants_write(c->tls) ? POLLOUT : POLLIN;
	if (c->out)
		return POLLOUT;
	if (c->owed_n == XFR_OWED_MAX)
		return 0;
	return c->wants_turn ? 0 : POLLIN;
}

int64_t
xfr_conn_deadline(const struct xfr *x, const struct xfr_conn *c)
{
	const struct xfr_transfer *t = c->owed ? c->owed : c->transfer;
	int64_t whole, ms = c->out || c->owed ? x->o->stall_ms : x->o->idle_ms;
	int64_t stall = c->active_ns + ms * MS_NS;

	if (!t)
		return stall;
	whole = t->began_ns + x->o->transfer_ms * MS_NS;
	return whole < stall ? whole : stall;
}

void
xfr_conn_cut(struct xfr *x, struct xfr_conn *c)
{
	if (c->transfer)
		xfr_transfer_end(x, c, "too slow: cut");
	xfr_owed_end(x, c, "too slow: cut");
	xfr_conn_close(x, c);
}
