/* xfr.h - the process that hands out zones: DNS over UDP, TCP and TLS to those that book.json
 * names, and NOTIFY to them.
 *
 * It answers SOA, AXFR and IXFR for the zones of the book, each signed with a key of a registry
 * that may read the zone (RFC 8945, 5936, 1995, 9103), and nothing else.  It reads the book and
 * the files that the book names; it writes nothing.
 *
 * It tells the parent what happened, one JSON object a line, at most 4 KiB, over parent_fd:
 *   {"event": "transfer", "registry", "zone", "serial", "kind": "axfr|ixfr", "bytes", "ms", "ok",
 * "error", "client", "transport": "tcp|tls"}      a transfer has ended; ok: the peer's kernel has
 * all of it
 *   {"event": "soa", "registry", "zone", "serial", "kind": "soa|uptodate", "ok": true, "client",
 * "transport"} has asked; uptodate: by IXFR, and holds this serial
 *   {"event": "notify", "registry", "zone", "serial", "client", "ok", "error"}
 *                                           acknowledged, refused or given up
 *   {"event": "notified", "registry", "zone", "serial", "kind": "notify", "ok": true, "client",
 * "transport"}    a source (in registry) says that there is something new of a zone that we fetch
 *   {"event": "refused", "registry", "zone", "client", "transport", "kind": "notify" or none,
 * "ok": false, "error"}
 *   {"event": "book", "ok", "error", "zones"}  a book was taken over, or was not
 *   {"event": "lost", "count"}              so many events could not be told
 * Keys without a value are left out.  The parent says "book\n" when there is a new book;
 * the end of its file ends the process. */
#pragma once

#include "base/priv.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define XFR_LISTEN_MAX 16

enum xfr_service { XFR_PLAIN, XFR_TLS }; /* UDP and TCP, or TLS */

struct xfr_listen {
	struct sockaddr_in6 address; /* IPv4 as ::ffff:a.b.c.d */
	enum xfr_service service;
};

struct xfr_options {
	const char *state_dir;
	struct xfr_listen listen[XFR_LISTEN_MAX];
	unsigned listen_n;
	const char *certificate, *key; /* PEM files; needed with XFR_TLS */
	unsigned conns_max;            /* connections in all, 1..4096 */
	unsigned client_conns_max;     /* of one IPv4 address or IPv6 /64 */
	unsigned key_transfers_max;    /* under way for one registry */
	unsigned idle_ms;              /* without a whole request; hand-shakes too */
	unsigned stall_ms;             /* of a transfer: the peer takes nothing */
	unsigned transfer_ms;          /* a whole transfer */
	int64_t clock_offset_s;        /* added to the system's clock */
	const struct priv *priv;       /* who to become; NULL: stays */
	bool is_filtered;              /* set the filter of system calls */
};

/* Limits that suit a hub of some hundred registries; the rest is zero. */
void xfr_defaults(struct xfr_options *o);

/* Listens, gives up its privileges, serves until parent_fd ends.
 *   parent_fd  a stream socket, taken over; -1: none (until SIGTERM)
 * Returns 0, or a code after saying on standard error what failed. */
int xfr_run(const struct xfr_options *o, int parent_fd);
