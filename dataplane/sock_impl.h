/* sock_impl.h - what sock.c shares with its threads, sock_udp.c and sock_tcp.c. */
#pragma once

#include "dataplane/engine.h"
#include "dataplane/publish.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#define SOCK_TICK_MS 100 /* the longest sleep, so how late a thread sees the stop flag */

struct sock_address {
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	};
	socklen_t len;
};

/* Reads "192.0.2.1:53", "[2001:db8::1]:53", "[fe80::1%eth0]:53"; port and, without a port, the
 * brackets may be missing; the port is 53 then.  Returns 0 or -ERR_FORMAT, also for port 0. */
int sock_address_parse(struct sock_address *out, const char *text);

bool sock_address_is_any(const struct sock_address *a);

struct sock_setting {
	int family; /* AF_INET or AF_INET6; AF_UNSPEC: for both */
	int level, name, value;
};

/* A socket with these settings, not blocking, bound to the address.  Returns it or -errno. */
int sock_bind(
    const struct sock_address *a, int type, const struct sock_setting *settings, unsigned n);

/* What a thread answers from, and where it counts. */
struct sock_reader {
	struct publish *publish;
	unsigned id;                 /* in publish */
	struct counters *c;          /* this thread's */
	struct engine engine;        /* counts there too */
	const atomic_bool *forsaken; /* sock_start failed after this thread had started */
};

static inline bool
sock_is_stopping(const struct sock_reader *r)
{
	return atomic_load_explicit(&r->publish->stop, memory_order_relaxed) ||
	       atomic_load_explicit(r->forsaken, memory_order_relaxed);
}

/* epoll_wait, while this reader holds nothing.  Returns how many events, 0 when interrupted. */
unsigned sock_wait(const struct sock_reader *r, int ep, struct epoll_event *events, unsigned n);

/* No system call: read from a page that the kernel shares, good to some milliseconds. */
static inline uint64_t
sock_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The client's address as vec.client holds it. */
static inline void
sock_client(uint8_t client[VEC_CLIENT_LEN], const struct sockaddr *from)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (from->sa_family == AF_INET) {
		memcpy(client, mapped, sizeof(mapped));
		memcpy(client + 12, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
	} else {
		memcpy(client, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
	}
}

/* Answers the burst and lets go of the lists. */
static inline void
sock_answer(struct sock_reader *r, struct vec *v)
{
	const struct image *img = engine_begin(&r->engine, r->publish, sock_now_ms());

	engine_answer(&r->engine, img, v);
	publish_quiet(r->publish, r->id);
	count_add(&r->c->bursts, 1);
}

/* One thread's UDP sockets, one for each address, and its buffers.  Returns 0, or -errno and
 * the number of the address in *failed. */
struct udp;
int udp_new(struct udp **out, const struct sock_reader *r, const struct sock_address *a, unsigned n,
    unsigned *failed);
void *udp_run(void *udp); /* the thread */
void udp_free(struct udp *u);

/* The listeners, and all connections. */
struct tcp_options {
	unsigned clients_max, client_max, idle_ms; /* as in sock.h */
};
struct tcp;
int tcp_new(struct tcp **out, const struct sock_reader *r, const struct tcp_options *o);
int tcp_listen(struct tcp *t, const struct sock_address *a); /* before tcp_run */
void *tcp_run(void *tcp);
unsigned tcp_clients(const struct tcp *t); /* any thread */
void tcp_free(struct tcp *t);
