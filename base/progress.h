/* progress.h - a progress line for long work.
 *
 * Drawn on standard error, only when that is a terminal, at most ten times a
 * second: a bar, the percentage, the rate and the time left.  One thread. */
#pragma once

#include <stdint.h>

struct progress {
	const char *what; /* borrowed until progress_end */
	uint64_t total;   /* 0: unknown, no bar */
	int64_t start_ns, next_ns; /* CLOCK_MONOTONIC */
	int on;
};

void progress_start(struct progress *p, const char *what, uint64_t total);

/* Cheap: call it every few thousand items. */
void progress_step(struct progress *p, uint64_t done);

/* Removes the line. */
void progress_end(struct progress *p);
