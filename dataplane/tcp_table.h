/* tcp_table.h - the TCP connections: in order of their deadlines, and by client address.
 *
 * Every call takes constant time.  No sockets here; one thread. */
#pragma once

#include "dataplane/tcp_frame.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct tcp_client; /* an IPv4 address, or an IPv6 /64 */

struct tcp_conn {
	TAILQ_ENTRY(tcp_conn) by_time;   /* of all connections, longest idle first */
	TAILQ_ENTRY(tcp_conn) of_client; /* of its client's, likewise */
	struct tcp_client *client;
	int64_t active_ns; /* last whole query, or progress of answers waiting in out */
	int fd;            /* -1: not in use */
	bool v6;
	uint8_t from[VEC_CLIENT_LEN]; /* the client's address, as in vec.client */
	bool is_full;                 /* waited on for room to send, not for queries */
	bool ended;                   /* takes no more queries: to be closed when out is empty */
	struct tcp_rest rest;
	struct tcp_out out; /* not empty: not read from */
};

struct tcp_table;

/*   conns_max   connections in all, 1 or more
 *   client_max  connections of one client, 1 or more
 *   key         random: nobody outside can choose clients that collide
 * Returns 0 or -ENOMEM. */
int tcp_table_new(struct tcp_table **out, unsigned conns_max, unsigned client_max, uint64_t key);

void tcp_table_free(struct tcp_table *t); /* NULL is allowed */

/* The connection that must go before one from this address can be added: the client's longest
 * idle when the client has its share, the longest idle of all when the table is full.  NULL: there
 * is room.  family: AF_INET or AF_INET6. */
struct tcp_conn *tcp_table_rival(const struct tcp_table *t, const struct sockaddr *from);

/* A new connection, active now.  There is room. */
struct tcp_conn *tcp_table_add(
    struct tcp_table *t, const struct sockaddr *from, int fd, int64_t now_ns);

/* now_ns is never before that of an earlier call. */
void tcp_table_touch(struct tcp_table *t, struct tcp_conn *c, int64_t now_ns);

/* Takes c out and frees its buffers.  fd is the caller's to close. */
void tcp_table_remove(struct tcp_table *t, struct tcp_conn *c);

/* The longest idle, NULL: none. */
struct tcp_conn *tcp_table_oldest(const struct tcp_table *t);

unsigned tcp_table_n(const struct tcp_table *t);

/* A number for a connection, lasting as long as its slot; connection number, in use or not. */
uint32_t tcp_table_number(const struct tcp_table *t, const struct tcp_conn *c);
struct tcp_conn *tcp_table_at(struct tcp_table *t, uint32_t number);
