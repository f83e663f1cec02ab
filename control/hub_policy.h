/* hub_policy.h - the policy zones of registries that want them: after each update, at midnight
 * UTC, and once after each start.
 *
 * One derive.h process at a time makes those of one feed.  A zone gets a new serial only when
 * something beside its SOA has changed, so whatever may be done twice may be. */
#pragma once

#include "control/derive.h"

#include <stdbool.h>
#include <stdint.h>

struct hub;
struct hub_feed;

struct hub_policy {
	struct derive derive;         /* pid 0: none runs */
	const struct hub_feed *feed;  /* whose zones are made */
	int32_t day, made_day;        /* UTC, days since 1970: today; of what is being made */
	unsigned next;                /* feed to look at */
	uint64_t stale;               /* bit i: feed i is to be derived */
	int64_t again_ns;             /* monotonic: not before, after a failure */
	struct hub_policy_zone *zone; /* ours: those that are being made */
	size_t zones, room;
};

void hub_policy_mark(struct hub *h, const struct hub_feed *f); /* its parts have changed */
void hub_policy_step(struct hub *h);                           /* begins with what is due */
void hub_policy_read(struct hub *h);                           /* end_fd is readable */

/* Ends what is under way; all feeds are due again.  Before the configuration changes. */
void hub_policy_stop(struct hub *h);
