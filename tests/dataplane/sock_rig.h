/* sock_rig.h - a running responder on loopback, and clients for it. */
#pragma once

#include "dataplane/counters.h"
#include "dataplane/sock.h"
#include "tests/dataplane/world.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RIG_WAIT_MS 3000 /* for what must come */
#define RIG_NONE_MS 150  /* for what must not */
#define RIG_QUERY   26   /* bytes of rig_query */

struct rig {
	struct publish p;
	struct sock *s;
	in_port_t port;
	char at[2][64]; /* addresses listened on */
};

union rig_address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static inline union rig_address
rig_address(const char *text, in_port_t port)
{
	union rig_address a = {0};

	if (strchr(text, ':')) {
		a.in6.sin6_family = AF_INET6;
		a.in6.sin6_port = htons(port);
		inet_pton(AF_INET6, text, &a.in6.sin6_addr);
	} else {
		a.in.sin_family = AF_INET;
		a.in.sin_port = htons(port);
		inet_pton(AF_INET, text, &a.in.sin_addr);
	}
	return a;
}

/* A port that was free a moment ago. */
static inline in_port_t
rig_port(void)
{
	union rig_address a = rig_address("0.0.0.0", 0);
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, &a.sa, sizeof(a.in)) < 0 || getsockname(fd, &a.sa, &len) < 0)
		perror("rig_port");
	close(fd);
	return ntohs(a.in.sin_port);
}

/* Listens on both (IPv4, IPv6) with o's other options. */
static inline int
rig_start(struct rig *r, const char *ipv4, const char *ipv6, struct sock_options o)
{
	const char *listen[2] = {r->at[0], r->at[1]}, *where = "publish";
	int rc;

	r->s = NULL;
	r->port = rig_port();
	snprintf(r->at[0], sizeof(r->at[0]), "%s:%u", ipv4, r->port);
	snprintf(r->at[1], sizeof(r->at[1]), "[%s]:%u", ipv6, r->port);
	rc = publish_init(&r->p);
	if (rc < 0)
		return rc;
	atomic_store(&r->p.current, world_new());
	atomic_store(&r->p.day, WORLD_DAY);
	o.listen = listen;
	o.listen_n = 2;
	rc = sock_start(&r->s, &o, &r->p, &where);
	if (rc < 0)
		printf("# %s: %d\n", where, rc);
	return rc;
}

static inline void
rig_stop(struct rig *r)
{
	atomic_store(&r->p.stop, true);
	if (r->s)
		sock_join(r->s);
	publish_close(&r->p);
}

static inline struct counters
rig_counters(const struct rig *r)
{
	struct counters sum;
	unsigned n;
	const struct counters *c = sock_counters(r->s, &n);

	memset(&sum, 0, sizeof(sum));
	for (unsigned i = 0; i < n; i++)
		counters_sum(&sum, &c[i]);
	return sum;
}

static inline int64_t
rig_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Connected, TCP or UDP, from an address of its own if source is not NULL. */
static inline int
rig_connect(const struct rig *r, int type, const char *to, const char *source)
{
	union rig_address a = rig_address(to, r->port), b;
	socklen_t len = a.sa.sa_family == AF_INET ? sizeof(a.in) : sizeof(a.in6);
	int fd = socket(a.sa.sa_family, type, 0), on = 1;

	if (source) {
		b = rig_address(source, 0);
		if (bind(fd, &b.sa, len) < 0)
			perror("bind");
	}
	if (connect(fd, &a.sa, len) < 0)
		perror("connect");
	if (type == SOCK_STREAM)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

/* A query for A of sink.com. */
static inline void
rig_query(uint8_t out[RIG_QUERY], unsigned id)
{
	static const uint8_t query[RIG_QUERY] = "\0\0\1\0\0\1\0\0\0\0\0\0\4sink\3com\0\0\1\0";

	memcpy(out, query, RIG_QUERY);
	out[RIG_QUERY - 1] = 1;
	out[0] = (uint8_t)(id >> 8);
	out[1] = (uint8_t)id;
}

/* The same with its length before it. */
static inline size_t
rig_frame(uint8_t out[2 + RIG_QUERY], unsigned id)
{
	out[0] = 0;
	out[1] = RIG_QUERY;
	rig_query(out + 2, id);
	return 2 + RIG_QUERY;
}

static inline bool
rig_is_readable(int fd, int wait_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, wait_ms) > 0;
}

/* Up to len bytes, fewer at the end of the stream or after RIG_WAIT_MS; -1: reset. */
static inline ssize_t
rig_read(int fd, uint8_t *out, size_t len)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n;

		if (!rig_is_readable(fd, RIG_WAIT_MS))
			break;
		n = recv(fd, out + have, len - have, 0);
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

/* The ID of the next answer on a stream when it is one to rig_query; -1 when not, -2 at the end. */
static inline int
rig_answer(int fd)
{
	uint8_t b[2 + 2048];
	ssize_t n = rig_read(fd, b, 2);
	size_t len = (size_t)(b[0] << 8 | b[1]);

	if (n <= 0)
		return -2;
	if (n != 2 || len < 12 || len > 2048 || rig_read(fd, b + 2, len) != (ssize_t)len)
		return -1;
	/* QR and AA, NOERROR, two addresses. */
	return (b[4] & 0x84) == 0x84 && (b[5] & 15) == 0 && b[9] == 2 ? b[2] << 8 | b[3] : -1;
}

/* Whether the other side has closed, in good time. */
static inline bool
rig_is_closed(int fd)
{
	uint8_t b;

	return rig_is_readable(fd, RIG_WAIT_MS) && recv(fd, &b, 1, 0) <= 0;
}

/* Whether a query on the stream is answered. */
static inline bool
rig_is_served(int fd, unsigned id)
{
	uint8_t b[2 + RIG_QUERY];
	size_t len = rig_frame(b, id);

	return send(fd, b, len, MSG_NOSIGNAL) == (ssize_t)len && rig_answer(fd) == (int)id;
}

/* Waits until as many connections are open. */
static inline bool
rig_is_clients(const struct rig *r, unsigned n)
{
	int64_t end_ms = rig_now_ms() + RIG_WAIT_MS;

	while (sock_tcp_clients(r->s) != n && rig_now_ms() < end_ms)
		poll(NULL, 0, 5);
	return sock_tcp_clients(r->s) == n;
}
