/* stages.h - where the time goes: time stamp counter cycles by stage, while somebody asks.
 *
 * Written by one thread, read by any.  Reading the counter costs some 25 cycles a stage and burst,
 * so it is off unless wanted. */
#pragma once

#include "dataplane/counters.h"

#include <rte_cycles.h>
#include <stdint.h>

/* clang-format off: a table */
#define STAGES(X)                                                                     \
	X(STAGE_RX, "rx")           /* the device's receive call, when it had some */ \
	X(STAGE_FRAME, "frame")     /* Ethernet, IP, UDP; ARP and the like */         \
	X(STAGE_QUERY, "query")     /* header, question, EDNS */                      \
	X(STAGE_LOOKUP, "lookup")   /* hash, index, precedence */                     \
	X(STAGE_RESPOND, "respond") /* answer written */                              \
	X(STAGE_COUNT, "count")                                                       \
	X(STAGE_TURN, "turn") /* the answer's frame */                                \
	X(STAGE_TX, "tx")     /* the device's send call */
/* clang-format on */

#define STAGE_ENUM(id, text) id,
enum stage { STAGES(STAGE_ENUM) STAGES_N };
#undef STAGE_ENUM

struct stage_times {
	struct {
		counter calls, packets, cycles;
	} stage[STAGES_N];
} __attribute__((aligned(64)));

/* One thread's stop watch; times NULL: off. */
struct stage_watch {
	struct stage_times *times;
	uint64_t last; /* TSC at the end of the stage before */
};

/* The stage's name. */
const char *stage_text(enum stage s);

static inline void
stage_start(struct stage_watch *w)
{
	if (w->times)
		w->last = rte_rdtsc();
}

/* The time since the last call was the stage's, with n packets. */
static inline void
stage_end(struct stage_watch *w, enum stage s, unsigned n)
{
	uint64_t now;

	if (!w->times)
		return;
	now = rte_rdtsc();
	count_add(&w->times->stage[s].calls, 1);
	count_add(&w->times->stage[s].packets, n);
	count_add(&w->times->stage[s].cycles, now - w->last);
	w->last = now;
}
