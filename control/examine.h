/* examine.h - a process that reads one submitted update and says what is to be thought of it.
 *
 * It is forked by the hub, opens what it needs, gives up everything else - no path, no socket, no
 * further file, bounded memory and time - and only then reads the first byte.  What comes back is a
 * verdict (verdict.h) over a pipe and the normal form of the parts in one file. */
#pragma once

#include "control/hub_options.h"
#include "control/store.h"

#include <sys/types.h>

#define EXAMINE_NAMES_MAX (48 << 10) /* bytes of names that a dry run shows */

struct examine_zone { /* a part in force */
	uint8_t suffix[NAME_LEN_MAX];
	uint8_t suffix_len;
	char digest[STORE_DIGEST_HEX];
};

struct examine_task {
	const struct hub_options *options;
	const struct hub_feed *feed;
	const struct store *store;
	int archive_fd;    /* of a regular file; the caller's */
	int64_t now;       /* Unix seconds */
	bool has_serial;   /* an update is in force: */
	uint32_t serial;   /* its serial */
	bool wants_serial; /* it must be of this serial: */
	uint32_t wanted;
	bool is_dry;     /* say which names come and go, too */
	bool wants_keys; /* with wants_serial: it must be a key change of that version */
	const struct examine_zone *zone;
	size_t zones;
};

struct examine {
	pid_t pid;
	int verdict_fd; /* to read until its end; non-blocking */
	int out_fd;     /* the parts, once the process has ended */
};

/* Starts it.  task is borrowed until the return.  Returns 0, and the caller reaps pid and closes
 * the descriptors; or -errno. */
int examine_start(struct examine *e, const struct examine_task *task);
