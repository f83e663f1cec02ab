/* counters.h - what one thread counted.  Written by that thread alone, read by any. */
#pragma once

#include "dataplane/way.h"
#include "lists/index.h"

#include <stdatomic.h>
#include <stdint.h>

#define COUNTER_RCODES 16
#define COUNTER_PORTS  16

typedef _Atomic uint64_t counter;

struct counters {
	counter way[WAYS_N];
	counter rcode[COUNTER_RCODES];
	counter feed[INDEX_FEEDS_MAX]; /* queries decided by a rule of the feed */
	counter udp, udp6, tcp, tcp6;  /* DNS messages that came in */
	counter truncated;             /* answers with TC */
	counter rrl_dry_run;           /* answers over a limit that is only tried */
	counter tx_unsent;             /* answers that device or socket did not take */
	counter from_kernel;           /* frames of the exception path that were sent */
	counter kernel_unsent;         /* frames to or from the kernel that were not taken */
	counter
	    forwarded[COUNTER_PORTS]; /* frames that came on the port and went out at its peer */
	counter forward_unsent[COUNTER_PORTS]; /* that the peer's device did not take */
	counter bursts;                        /* that had at least one packet */
} __attribute__((aligned(64)));

/* One writer: a plain add, without a locked instruction. */
static inline void
count_add(counter *c, uint64_t n)
{
	atomic_store_explicit(
	    c, atomic_load_explicit(c, memory_order_relaxed) + n, memory_order_relaxed);
}

static inline uint64_t
count_get(const counter *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

/* Adds every counter of one to *sum. */
void counters_sum(struct counters *sum, const struct counters *one);
