/* pull.h - a process that fetches one zone from another server and verifies it.
 *
 * It is forked by the node, connects, opens what it needs, gives up everything else - no path, no
 * further socket, bounded memory and time - and only then reads the first byte.  The server is not
 * trusted: what it sends must be signed by the publishers (lists/verify.h).  What comes back is
 * one JSON object over a pipe, and the zone in normal form (lists/normal.h) in a file:
 *
 *   {"state": "new|current|refused|failed", "kind": "axfr|ixfr|held", "serial", "bytes", "names",
 *    "until", "error", "reasons": [{"code", "where", "line", "text", "times"}]}
 *
 * and of a key change "keys" (trust_json.h).
 * Of a catalog it is {"state": "catalog|failed", "serial", "bytes", "members": [ORIGIN], "error"}.
 *
 * failed: no zone came (error says why).  refused: one came and is not what the publishers signed,
 * or a guard speaks against it. */
#pragma once

#include "control/hub_options.h"
#include "control/store.h"
#include "control/tsig.h"

#include <sys/types.h>

#define PULL_REPLY_MAX (256 << 10) /* bytes of the JSON */

struct pull_task {
	const struct hub_options *options;
	const struct hub_feed *feed; /* NULL: the zone is a catalog */
	const struct store *store;
	const char *where;     /* the zone's name, for the reasons */
	const uint8_t *origin; /* canonical */
	size_t origin_len;
	const uint8_t *suffix; /* likewise */
	size_t suffix_len;
	const struct sockaddr_in6 *from; /* IPv4 as ::ffff:a.b.c.d; NULL: verify what is held */
	const struct pull_tls_want *tls; /* NULL: plain TCP */
	const struct tsig_key *key;
	const char *held; /* digest of the version in force; NULL: there is none */
	uint32_t serial;  /* its serial */
	bool is_whole;    /* ask for the whole zone */
	bool is_keys;     /* the zone is a key change; nothing is held */
};

struct pull {
	pid_t pid;
	int reply_fd; /* to read until its end; non-blocking */
	int out_fd;   /* the zone, once the process has ended */
};

/* Starts it.  task is borrowed until the return.  Returns 0, and the caller reaps pid and closes
 * the descriptors; or -errno. */
int pull_start(struct pull *p, const struct pull_task *task);

/* In the process; does not return. */
struct pull_files {
	int reply_fd, out_fd, raw_fd, spill_fd, body_fd;
};
_Noreturn void pull_run(const struct pull_task *task, const struct pull_files *files);
