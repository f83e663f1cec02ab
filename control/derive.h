/* derive.h - a process that makes a feed's policy zones for one day out of the parts in force.
 *
 * Forked by the hub and locked in as the one of examine.h: what a part says was written by others,
 * however well it is signed. */
#pragma once

#include "control/hub_options.h"
#include "control/store.h"

#include <sys/types.h>

#define DERIVE_LABEL "rpz" /* a policy zone is SUFFIX.FEED.rpz.DOMAIN: no feed has this name */

struct derive_zone {
	char suffix[STORE_ORIGIN_MAX];
	char part[STORE_DIGEST_HEX]; /* "": the part is gone, and the zone becomes empty */
	uint32_t serial;             /* that it shall have */
};

struct derive_task {
	const struct hub_options *options;
	const struct hub_feed *feed;
	const struct store *store;
	int32_t day; /* UTC, days since 1970 */
	const struct derive_zone *zone;
	size_t zones;
};

struct derive_result { /* of each zone, in their order, in report_fd */
	uint64_t size; /* bytes in out_fd, behind those of the zone before */
	uint64_t names;
	uint64_t left_out; /* names that are too long to stand below its origin */
};

struct derive {
	pid_t pid;
	int end_fd;    /* becomes readable when the process has ended */
	int report_fd; /* results, or what went wrong when it has failed */
	int out_fd;    /* the zones */
};

/* The origin of a feed's policy zone.  Returns its length, or -ERR_NAME when it is too long. */
int derive_origin(uint8_t out[NAME_LEN_MAX], const struct hub_options *o,
    const struct hub_feed *feed, const char *suffix);

/* Starts it.  task is borrowed until the return.  Returns 0, and the caller reaps pid and closes
 * the descriptors; or -errno. */
int derive_start(struct derive *d, const struct derive_task *task);
void derive_close(struct derive *d); /* the descriptors */
