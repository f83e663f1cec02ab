/* gen.h - the load generator: sends queries in an open loop, takes the answers, one lcore.
 *
 * A query's latency counts from the moment at which it was due, not from when a late sender sent
 * it, to the receive burst that brings its answer. */
#pragma once

#include "bench/gen_frame.h"
#include "bench/hdr.h"
#include "bench/match.h"
#include "bench/pool.h"

#include <stdatomic.h>
#include <stdint.h>

#define GEN_RCODES 16

struct rte_mempool;

struct gen {
	struct gen_frames frames;
	const struct pool *pool;
	struct rte_mempool *mbufs;
	uint16_t port, queues; /* DPDK's port; queries go to its queues in turn */
	unsigned
	    verify_mask; /* an answer whose number has none of these bits is compared in full */
	struct match_slot *slot;   /* MATCH_PORTS_MAX * MATCH_IDS */
	_Atomic uint64_t progress; /* queries sent in this trial */
	atomic_bool stop;          /* ends the trial at once */
};

#define GEN_HOST_WATCH (1u << 26) /* a watched name's; */
#define GEN_HOST_COMES (1u << 27) /* the one that comes */
#define GEN_WATCH_STEP 64         /* one query in so many */

/* Two names that are asked for in turn beside all others: one comes onto the list, one goes. */
struct gen_watch {
	const struct pool *pool; /* a query for each, in this order */
	/* Ticks; 0: never. */
	uint64_t comes_at; /* first answer with the name that comes on the list */
	uint64_t goes_at;  /* last answer with the name that goes still on it */
	uint64_t old_due;  /* the latest query that was answered as before */
	uint64_t seen;     /* answers to both */
};

/* A query with a time of its own. */
struct gen_event {
	uint32_t due_us; /* from the trial's start */
	uint32_t at;     /* in the pool */
	uint32_t host;   /* its source, the low 24 bits count */
};

struct gen_trial {
	double rate;      /* queries a second, above 0 */
	double seconds;   /* of sending, above 0 */
	double timeout_s; /* after which a query is lost */
	const struct gen_event
	    *event;      /* NULL: evenly, by rate; else in order of time, and rate is */
	size_t events_n; /* their mean */
	/* Most that wait for answers at once; what is due then waits, and its latency and timeout
	 * count from when it was sent.  0: open loop.  Only with event. */
	uint64_t window;
	struct gen_watch *watch; /* NULL: none; the caller's, ours while the trial runs */
	uint32_t *answered; /* right answers by their query's place in the pool, used / 8 of
			     * them, cleared first; NULL: not counted */
};

/* One second of a trial, or its rest. */
struct gen_second {
	uint64_t sent, answered, lost; /* lost: found so in this second */
	uint64_t p50, p99, max;        /* ns */
};

struct gen_result {
	uint64_t intended; /* queries that the rate asked for */
	uint64_t sent;     /* of those, taken by the device */
	uint64_t unsent;   /* not taken by the device, whose ring was full: lost on the way */
	uint64_t skipped;  /* the generator was late: not sent, not held against the other side */
	uint64_t answered; /* in time and right */
	uint64_t lost;     /* sent, and no right answer in time */
	uint64_t late, duplicate, stray, wrong; /* answers that do not count */
	uint64_t other;                         /* frames that are no answers */
	uint64_t verified;                      /* answers compared in full */
	uint64_t answer_bytes;                  /* of DNS, for the mean */
	uint64_t rcode[GEN_RCODES];
	double seconds;     /* of sending, as measured */
	struct hdr latency; /* ns */
	unsigned series_n, series_room;
	struct gen_second *series; /* the caller's; seconds beyond series_room are not kept */
};

/* Share of the intended queries, less skipped ones, without a right answer in time. */
double gen_loss(const struct gen_result *r);

/* Runs one trial on this lcore; *out is cleared but for series and series_room.
 * Returns 0, or -ERR_RANGE when rate * timeout_s is more than can wait. */
int gen_run(struct gen *g, const struct gen_trial *t, struct gen_result *out);
