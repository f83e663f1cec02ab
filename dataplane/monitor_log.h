/* monitor_log.h - what a monitor saw, in the log: option monitor-log. */
#pragma once

#include "lists/index.h"

#include <stdint.h>

struct server;

/* Zeroed at first. */
struct monitor_log {
	int64_t from_ns; /* since when it counts, CLOCK_MONOTONIC; 0: not yet */
	uint64_t seen, passed_on, feed[INDEX_FEEDS_MAX]; /* the counters at that time */
};

/* Logs, every monitor-log seconds, one line for the whole and one for each feed whose names were
 * asked for.  To be called a few times a second. */
void monitor_log_step(struct server *s, int64_t now_ns);

/* Before other lists are put in place, which may number feeds anew: logs what is counted so far. */
void monitor_log_end(struct server *s, int64_t now_ns);
