/* pull_wire.h - the connection of a process that fetches: TCP or TLS, messages behind their
 * length (RFC 7766 8).  It blocks, for a limited time each. */
#pragma once

#include "control/pull_tls.h"

#include <netinet/in.h>

struct pull_wire {
	int fd;               /* -1: none; ours */
	struct pull_tls *tls; /* NULL: plain TCP; ours */
};

/* Connects, and reads what TLS needs of files.  Not a byte is read from the network.
 *   to     IPv4 as ::ffff:a.b.c.d
 *   tls    borrowed until pull_wire_close; NULL: plain TCP
 * Returns 0, -ERR_LIBRARY, -ETIMEDOUT or -errno; pull_wire_close in each case. */
int pull_wire_open(struct pull_wire *w, const struct sockaddr_in6 *to,
    const struct pull_tls_want *tls, int64_t stall_s);

/* Shakes hands, if there is TLS.  As pull_tls_start, whose reason *why then is. */
int pull_wire_start(struct pull_wire *w, const char **why);

/* A message of len bytes; bytes has its length in front of it, in two more.  Returns 0 or as read,
 * -ETIMEDOUT. */
int pull_wire_send(struct pull_wire *w, const uint8_t *bytes, size_t len);

/* The next message.  Returns its length, -ERR_SHORT at the end, -ETIMEDOUT, -errno. */
int pull_wire_receive(struct pull_wire *w, uint8_t *bytes);

void pull_wire_close(struct pull_wire *w);
