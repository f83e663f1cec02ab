#include "dataplane/tcp_impl.h"

#include "dataplane/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* An answer that nobody takes is not worth the kernel's memory: reset. */
void
conn_close(struct tcp *t, struct tcp_conn *c)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	unsigned unsent = tcp_out_answers(&c->out);

	if (unsent) {
		count_add(&t->r.c->tx_unsent, unsent);
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	}
	close(c->fd);
	tcp_table_remove(t->table, c);
	atomic_store_explicit(&t->clients, tcp_table_n(t->table), memory_order_relaxed);
}

/* Waits for room while answers wait, else for queries. */
static int
conn_watch(struct tcp *t, struct tcp_conn *c)
{
	bool is_full = c->out.bytes;
	struct epoll_event e = {
	    .events = is_full ? EPOLLOUT : EPOLLIN, .data.u64 = tcp_table_number(t->table, c)};

	if (is_full == c->is_full)
		return 0;
	c->is_full = is_full;
	return epoll_ctl(t->ep, EPOLL_CTL_MOD, c->fd, &e) < 0 ? -errno : 0;
}

/* Sends the burst's answers at one go; what the socket does not take waits in out.  Returns 0 or a
 * negative code: the connection is lost. */
static int
conn_send(struct tcp *t, struct tcp_conn *c)
{
	struct iovec iov[VEC_MAX];
	struct msghdr m = {.msg_iov = iov};
	ssize_t taken;

	for (unsigned i = 0; i < t->v.n; i++) {
		if (t->v.way[i] < WAY_ANSWERS)
			continue;
		wire16_put(t->room[i], t->v.len[i]);
		iov[m.msg_iovlen++] = (struct iovec){
		    .iov_base = t->room[i], .iov_len = TCP_PREFIX + (size_t)t->v.len[i]};
	}
	if (!m.msg_iovlen)
		return 0;
	taken = sendmsg(c->fd, &m, MSG_NOSIGNAL);
	if (taken < 0 && errno == EAGAIN)
		taken = 0;
	if (taken < 0) {
		int rc = -errno;

		count_add(&t->r.c->tx_unsent, m.msg_iovlen);
		return rc;
	}
	return tcp_out_keep(&c->out, iov, (unsigned)m.msg_iovlen, (size_t)taken);
}

/* Cuts the burst off at the first message that is no query: nothing behind it is answered. */
static bool
is_all_queries(struct vec *v)
{
	for (unsigned i = 0; i < v->n; i++) {
		if (v->way[i] == WAY_DNS_RESPONSE || v->way[i] == WAY_DNS_SHORT) {
			v->n = i;
			return false;
		}
	}
	return true;
}

/* Answers the messages in the first `have` bytes of in, burst by burst, until they are done or the
 * socket is full, and keeps the rest.  out is empty before. */
static void
conn_answer(struct tcp *t, struct tcp_conn *c, size_t have)
{
	bool lost = false;
	size_t at = 0;

	while (!c->out.bytes && !c->ended && !lost) {
		c->ended = tcp_frame_burst(&t->v, t->room, t->in, have, &at) < 0;
		if (!t->v.n)
			break;
		count_add(c->v6 ? &t->r.c->tcp6 : &t->r.c->tcp, t->v.n);
		tcp_table_touch(t->table, c, t->now_ns);
		for (unsigned i = 0; i < t->v.n; i++)
			memcpy(t->v.client[i], c->from, VEC_CLIENT_LEN);
		sock_answer(&t->r, &t->v);
		if (!is_all_queries(&t->v))
			c->ended = true;
		lost = conn_send(t, c) < 0;
	}
	if (c->ended)
		at = have;
	if (lost || ((c->ended || t->draining) && !c->out.bytes) ||
	    tcp_rest_keep(&c->rest, t->in + at, have - at) < 0 || conn_watch(t, c) < 0)
		conn_close(t, c);
}

/* Sends what waits.  True when nothing waits any more. */
static bool
conn_flush(struct tcp *t, struct tcp_conn *c)
{
	struct tcp_out *o = &c->out;
	ssize_t taken = send(c->fd, o->bytes + o->at, o->len - o->at, MSG_NOSIGNAL);

	if (taken < 0) {
		if (errno != EAGAIN)
			conn_close(t, c);
		return false;
	}
	tcp_table_touch(t->table, c, t->now_ns);
	o->at += (size_t)taken;
	if (o->at < o->len)
		return false;
	free(o->bytes);
	*o = (struct tcp_out){0};
	return true;
}

/* FIN from the client: what it asked before has been answered, so we close too. */
static void
conn_read(struct tcp *t, struct tcp_conn *c)
{
	ssize_t n = recv(c->fd, t->in + c->rest.len, TCP_READ, 0);

	if (n > 0)
		conn_answer(t, c, tcp_rest_take(&c->rest, t->in) + (size_t)n);
	else if (n == 0 || errno != EAGAIN)
		conn_close(t, c);
}

/* An event may be stale: its connection gone, or another in its place.  Nothing is lost then by
 * trying. */
void
conn_ready(struct tcp *t, struct tcp_conn *c)
{
	if (c->fd < 0)
		return;
	if (!c->out.bytes)
		conn_read(t, c);
	else if (conn_flush(t, c))
		conn_answer(t, c, tcp_rest_take(&c->rest, t->in));
}
