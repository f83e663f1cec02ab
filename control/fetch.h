/* fetch.h - a process that fetches a feed's next update, or key change, from another hub.
 *
 * Forked as that of pull.h, with one connection and nothing else.  It asks for the key change after
 * the keys in force, then for the manifest; one that is newer and that enough publishers signed
 * brings all its parts after it.  They come back as an archive, as publishers submit it, to be
 * examined like any other: the source is not trusted, and this process neither.  The reply is one
 * JSON object:
 *
 *   {"state": "new|current|refused|failed", "kind": "update|keys", "serial", "bytes", "error",
 *    "reasons": [{"code", "where", "line", "text", "times"}]} */
#pragma once

#include "control/pull.h"

struct fetch_task {
	const struct hub_options *options;
	const struct hub_feed *feed;
	const struct store *store;
	const struct hub_source *from;
	const char *held; /* digest of the manifest in force; NULL: none is kept */
	bool has_serial;  /* an update is in force: */
	uint32_t serial;  /* its serial */
	bool skip_keys;   /* do not ask for a key change */
	bool is_whole;    /* ask for the whole manifest */
};

/* Starts it.  Returns as pull_start; out_fd takes the archive. */
int fetch_start(struct pull *p, const struct fetch_task *task);
