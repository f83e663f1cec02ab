/* tcp_impl.h - the TCP thread: sock_tcp.c accepts and keeps the time, tcp_conn.c serves. */
#pragma once

#include "dataplane/sock_impl.h"
#include "dataplane/tcp_table.h"

#include "base/log.h"

#define TCP_READ (8 * 1024) /* bytes read at once */

struct tcp {
	struct sock_reader r;
	int ep;
	int idle_ms;
	unsigned queries_max; /* of a connection; 0: no limit */
	int64_t now_ns;       /* of this round */
	int64_t resume_ns;    /* out of descriptors or memory: when to accept again; 0: we do */
	bool draining;        /* the end: nothing more is read */
	unsigned listen_n;
	int *listener;
	struct tcp_table *table;
	_Atomic unsigned clients; /* tcp_table_n, for other threads */
	struct log_limit accept_limit;
	struct vec v;
	uint8_t room[VEC_MAX][TCP_ROOM];
	uint8_t in[TCP_FRAME_MAX + TCP_READ]; /* a rest, and what is read behind it */
};

/* The connection's event has come: reads and answers, or sends what waits. */
void conn_ready(struct tcp *t, struct tcp_conn *c);

void conn_close(struct tcp *t, struct tcp_conn *c);
