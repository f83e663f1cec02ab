/* sock.h - DNS over kernel sockets, UDP and TCP, through the same engine as the ports. */
#pragma once

#include "dataplane/counters.h"
#include "dataplane/publish.h"

#include <stdint.h>

struct sock_options {
	const char *const *listen; /* "127.0.0.1:5300", "[::1]:53", "0.0.0.0:53"; default port 53 */
	unsigned listen_n;
	unsigned udp_threads;     /* 1..16 */
	unsigned tcp_clients_max; /* connections in all; over it the longest idle is closed */
	unsigned tcp_client_max;  /* per IPv4 address or IPv6 /64; over it its longest idle */
	unsigned tcp_idle_ms;     /* without a whole query, or with an answer not taken */
	unsigned reader_id;       /* first publish id to use; udp_threads + 1 of them */
};

struct sock;

/* Binds everything and starts the threads; raises the soft limit of descriptors to the hard one.
 * p has a current image.  On failure nothing is left open and *where is the address that failed,
 * or "sockets".  Returns 0 or -errno, -ERR_FORMAT for an address, -ERR_RANGE for another option. */
int sock_start(
    struct sock **out, const struct sock_options *o, struct publish *p, const char **where);

/* Ends the threads once publish.stop is set: stops accepting, answers what has been read, for at
 * most a second; frees. */
void sock_join(struct sock *s);

/* Per-thread counters, for counters_sum; *n threads. */
const struct counters *sock_counters(const struct sock *s, unsigned *n);

/* TCP connections open now. */
unsigned sock_tcp_clients(const struct sock *s);
