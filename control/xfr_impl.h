/* xfr_impl.h - what the files of the transfer process share.  One thread. */
#pragma once

#include "control/notify.h"
#include "control/xfr.h"
#include "control/xfr_event.h"
#include "control/xfr_reply.h"
#include "control/xfr_tls.h"

#include <poll.h>
#include <sys/queue.h>

#define XFR_FRAME 2 /* bytes: the length before a message over TCP (RFC 1035 4.2.2) */

enum xfr_state { XFR_HANDSHAKE, XFR_READING, XFR_SENDING };

/* A connection.  While it sends, it is not read from: who asks much waits for the answers. */
struct xfr_conn {
	TAILQ_ENTRY(xfr_conn) all; /* newest first */
	int fd;
	enum xfr_state state;
	struct xfr_tls *tls; /* NULL: plain */
	struct xfr_peer peer;
	int64_t active_ns; /* accepted, last whole request, or progress of an answer */
	bool is_known;     /* has sent a request that a registry signed */
	bool wants_turn;   /* has work to do without waiting for the socket */
	bool ends;         /* is closed when out is empty */
	size_t in_len;     /* bytes in in: of requests not yet taken */
	size_t out_len, out_at;
	uint8_t *out;                  /* a frame being sent; NULL: none */
	struct xfr_transfer *transfer; /* NULL: none */
	struct xfr_transfer *owed;     /* sent, and not yet acknowledged: oldest first */
	unsigned owed_n, look_ms;
	int64_t look_ns;       /* when to look whether they are */
	uint64_t acknowledged; /* bytes */
	uint8_t in[XFR_FRAME + XFR_REQUEST_MAX];
};

#define XFR_OWED_MAX 16 /* of one connection; it is not read from while there are so many */

/* A transfer under way. */
struct xfr_transfer {
	struct xfr_stream *stream;  /* NULL: its last message is in out */
	struct book *book;          /* held */
	struct xfr_request request; /* its tsig points nowhere any more */
	struct xfr_answer answer;
	struct xfr_event event;
	int64_t began_ns;
	bool has_begun; /* the first message was made */
	struct xfr_transfer *next;
};

struct xfr_listener {
	int udp_fd, tcp_fd; /* -1: none */
	bool is_tls;
};

TAILQ_HEAD(xfr_conns, xfr_conn);

struct xfr {
	const struct xfr_options *o;
	int parent_fd, dir_fd;
	bool has_ended;
	struct book *book;
	struct xfr_listener listener[XFR_LISTEN_MAX];
	struct xfr_conns conns;
	unsigned conns_n;
	struct pollfd *polls; /* 3 + 2 * XFR_LISTEN_MAX + conns_max */
	struct xfr_tls_server *tls;
	struct xfr_events *events;
	struct notify *notify;
	struct xfr_replay replay;
	struct message message;
	uint8_t scratch[XFR_MESSAGE_ROOM]; /* the message being made */
	char command[64];                  /* of the parent, not yet whole */
	size_t command_len;
};

int64_t xfr_now_ns(void);                /* CLOCK_MONOTONIC */
uint64_t xfr_now_s(const struct xfr *x); /* Unix time */

/* An event that names who asked for what. */
void xfr_event_of(struct xfr_event *e, const struct xfr_peer *peer, const struct xfr_answer *a);

/* Tells of a request that was answered at once. */
void xfr_tell_answer(
    struct xfr *x, const struct xfr_asked *asked, const struct xfr_answer *a, enum xfr_kind kind);

/* xfr_listen.c: opens what the options name.  Returns 0 or -errno, said in the log. */
int xfr_listen(struct xfr *x);
void xfr_listen_end(struct xfr *x);

/* xfr_udp.c: answers a bounded number of the messages that wait. */
void xfr_udp_serve(struct xfr *x, int fd);
void xfr_notify_send(struct xfr *x); /* what is due, a bounded number */

/* xfr_conn.c */
void xfr_conn_accept(struct xfr *x, const struct xfr_listener *l);
void xfr_conn_close(struct xfr *x, struct xfr_conn *c);
short xfr_conn_events(const struct xfr_conn *c);                          /* of poll */
int64_t xfr_conn_deadline(const struct xfr *x, const struct xfr_conn *c); /* CLOCK_MONOTONIC */
/* Ends a connection that is past its deadline, and says why. */
void xfr_conn_cut(struct xfr *x, struct xfr_conn *c);

/* xfr_tcp.c: does what can be done, one message at most; may close c. */
void xfr_tcp_serve(struct xfr *x, struct xfr_conn *c);

/* xfr_transfer.c */
int xfr_transfer_begin(
    struct xfr *x, struct xfr_conn *c, const struct xfr_request *q, const struct xfr_answer *a);
/* Makes the next message, into c->out.  Returns 0, -EAGAIN, or a code that ends the connection. */
int xfr_transfer_step(struct xfr *x, struct xfr_conn *c);
/* Ends the transfer.  error NULL: all of it is sent; it is told of when it is acknowledged. */
void xfr_transfer_end(struct xfr *x, struct xfr_conn *c, const char *error);
void xfr_transfer_tell(struct xfr *x, struct xfr_transfer *t, const char *error); /* frees t */

/* xfr_owed.c */
void xfr_owed_add(struct xfr *x, struct xfr_conn *c, struct xfr_transfer *t);
void xfr_owed_step(struct xfr *x, struct xfr_conn *c, int64_t now_ns);
/* The connection ends: what is not acknowledged never will be. */
void xfr_owed_end(struct xfr *x, struct xfr_conn *c, const char *error);

/* Frames the message that was made.  Returns 0 or -ENOMEM. */
int xfr_frame(struct xfr *x, struct xfr_conn *c);
