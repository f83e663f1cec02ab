#include "dataplane/tcp_impl.h"

#include "base/err.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define NS_MS        INT64_C(1000000)
#define TCP_EVENTS   256
#define TCP_ACCEPTS  64          /* from one listener before the connections have their turn */
#define TCP_BACKLOG  4096        /* the kernel lowers it to net.core.somaxconn */
#define TCP_BUFFER   (64 * 1024) /* bytes that the kernel may hold for a connection, each way */
#define TCP_DRAIN_MS 1000
#define TCP_LISTENER (UINT64_C(1) << 32) /* an event's number is a listener's */

static int64_t
monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 * NS_MS + t.tv_nsec;
}

int
tcp_new(struct tcp **out, const struct sock_reader *r, const struct tcp_options *o)
{
	struct tcp *t = calloc(1, sizeof(*t));
	uint64_t key;

	if (!t)
		return -ENOMEM;
	*out = t; /* the caller frees it after an error too */
	t->r = *r;
	t->idle_ms = (int)o->idle_ms;
	t->ep = epoll_create1(EPOLL_CLOEXEC);
	if (t->ep < 0 || getrandom(&key, sizeof(key), 0) != sizeof(key))
		return -errno;
	return tcp_table_new(&t->table, o->clients_max, o->client_max, key);
}

static void
tcp_close_listeners(struct tcp *t)
{
	while (t->listen_n > 0)
		close(t->listener[--t->listen_n]);
}

int
tcp_listen(struct tcp *t, const struct sock_address *a)
{
	const struct sock_setting settings[] = {
	    {AF_UNSPEC, SOL_SOCKET, SO_REUSEADDR, 1}, /* old connections in TIME_WAIT */
	    {AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, 1},
	    /* What follows is for the connections, which take it over. */
	    {AF_UNSPEC, SOL_SOCKET, SO_RCVBUF, TCP_BUFFER},
	    {AF_UNSPEC, SOL_SOCKET, SO_SNDBUF, TCP_BUFFER},
	    {AF_UNSPEC, IPPROTO_TCP, TCP_NODELAY, 1},
	    {AF_UNSPEC, IPPROTO_TCP, TCP_USER_TIMEOUT, t->idle_ms}, /* also after close */
	};
	struct epoll_event e = {.events = EPOLLIN, .data.u64 = TCP_LISTENER | t->listen_n};
	int *more = realloc(t->listener, (t->listen_n + 1) * sizeof(*more));
	int fd;

	if (!more)
		return -ENOMEM;
	t->listener = more;
	fd = sock_bind(a, SOCK_STREAM, settings, sizeof(settings) / sizeof(settings[0]));
	if (fd < 0)
		return fd;
	t->listener[t->listen_n++] = fd;
	if (listen(fd, TCP_BACKLOG) < 0 || epoll_ctl(t->ep, EPOLL_CTL_ADD, fd, &e) < 0)
		return -errno;
	return 0;
}

static void
tcp_admit(struct tcp *t, int fd, const struct sockaddr *from)
{
	struct tcp_conn *c;
	struct epoll_event e = {.events = EPOLLIN};

	while ((c = tcp_table_rival(t->table, from)))
		conn_close(t, c);
	c = tcp_table_add(t->table, from, fd, t->now_ns);
	sock_client(c->from, from);
	atomic_store_explicit(&t->clients, tcp_table_n(t->table), memory_order_relaxed);
	e.data.u64 = tcp_table_number(t->table, c);
	if (epoll_ctl(t->ep, EPOLL_CTL_ADD, fd, &e) < 0)
		conn_close(t, c);
}

static void
tcp_watch_listeners(struct tcp *t, uint32_t events)
{
	for (unsigned i = 0; i < t->listen_n; i++) {
		struct epoll_event e = {.events = events, .data.u64 = TCP_LISTENER | i};

		epoll_ctl(t->ep, EPOLL_CTL_MOD, t->listener[i], &e);
	}
}

/* Out of descriptors or memory: the longest idle makes room.  Where that has not helped, new
 * clients wait in the kernel's queue for a tick, or we would spin. */
static bool
tcp_make_room(struct tcp *t, int error, bool again)
{
	struct tcp_conn *oldest = tcp_table_oldest(t->table);

	log_limited(&t->accept_limit, LOG_LEVEL_WARNING, "tcp-accept", "clients=%u error=\"%s\"",
	    tcp_table_n(t->table), err_text(error));
	if (oldest && !again) {
		conn_close(t, oldest);
		return true;
	}
	tcp_watch_listeners(t, 0);
	t->resume_ns = t->now_ns + SOCK_TICK_MS * NS_MS;
	return false;
}

static bool
is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* accept says EMFILE before it looks whether anybody waits. */
static bool
is_awaited(int listener)
{
	struct pollfd p = {.fd = listener, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

static void
tcp_accept(struct tcp *t, int listener)
{
	bool short_before = false;

	for (unsigned i = 0; i < TCP_ACCEPTS; i++) {
		struct sock_address from = {.len = sizeof(from.in6)};
		int fd = accept4(listener, &from.sa, &from.len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			short_before = false;
			tcp_admit(t, fd, &from.sa);
		} else if (errno == EAGAIN) {
			return;
		} else if (is_shortage(errno)) {
			int error = errno;

			if (!is_awaited(listener) || !tcp_make_room(t, error, short_before))
				return;
			short_before = true;
		} /* else the client has gone already */
	}
}

static void
tcp_expire(struct tcp *t)
{
	struct tcp_conn *c;

	while ((c = tcp_table_oldest(t->table)) && t->now_ns - c->active_ns >= t->idle_ms * NS_MS)
		conn_close(t, c);
}

static void
tcp_round(struct tcp *t)
{
	struct epoll_event events[TCP_EVENTS];
	unsigned n = sock_wait(&t->r, t->ep, events, TCP_EVENTS);

	t->now_ns = monotonic_ns();
	for (unsigned i = 0; i < n; i++) {
		uint32_t number = (uint32_t)events[i].data.u64;

		if (!(events[i].data.u64 & TCP_LISTENER))
			conn_ready(t, tcp_table_at(t->table, number));
		else if (!t->draining && !t->resume_ns)
			tcp_accept(t, t->listener[number]);
	}
	tcp_expire(t);
	if (t->resume_ns && t->now_ns >= t->resume_ns) {
		t->resume_ns = 0;
		tcp_watch_listeners(t, EPOLLIN);
	}
}

/* The end: answers what has been read, as long as somebody takes it. */
static void
tcp_drain(struct tcp *t)
{
	const int64_t end_ns = monotonic_ns() + TCP_DRAIN_MS * NS_MS;
	struct tcp_conn *c, *next;

	t->draining = true;
	tcp_close_listeners(t);
	for (c = tcp_table_oldest(t->table); c; c = next) {
		next = TAILQ_NEXT(c, by_time);
		if (!c->out.bytes)
			conn_close(t, c);
	}
	while (tcp_table_n(t->table) > 0 && monotonic_ns() < end_ns)
		tcp_round(t);
}

void *
tcp_run(void *tcp)
{
	struct tcp *t = tcp;

	publish_enter(t->r.publish, t->r.id);
	while (!sock_is_stopping(&t->r))
		tcp_round(t);
	tcp_drain(t);
	publish_leave(t->r.publish, t->r.id);
	return NULL;
}

unsigned
tcp_clients(const struct tcp *t)
{
	return atomic_load_explicit(&t->clients, memory_order_relaxed);
}

void
tcp_free(struct tcp *t)
{
	struct tcp_conn *c;

	if (!t)
		return;
	while (t->table && (c = tcp_table_oldest(t->table)))
		conn_close(t, c);
	tcp_close_listeners(t);
	tcp_table_free(t->table);
	if (t->ep >= 0)
		close(t->ep);
	free(t->listener);
	free(t);
}
