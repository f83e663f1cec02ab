/* worker.h - one lcore's loop over its queues: receive, answer, send, report quiet. */
#pragma once

#include "dataplane/counters.h"
#include "dataplane/engine.h"
#include "dataplane/exception.h"
#include "dataplane/frame.h"
#include "dataplane/idle.h"
#include "dataplane/publish.h"

#include <stdbool.h>
#include <stdint.h>

struct worker_queue {
	uint16_t port, queue; /* DPDK's numbers */
	const struct frame_port *frame;
	uint8_t index; /* of the port, for its counters */
	uint8_t mode;  /* enum port_mode */
	bool has_peer;
	bool inspects_tcp;
	uint16_t peer; /* DPDK's number of the port that frames are handed to, by the same queue */
	const struct exception *exception; /* NULL: none */
};

struct worker {
	struct publish *publish;
	unsigned reader_id, lcore;
	unsigned nap_max_us; /* 0: it never sleeps */
	struct idle idle;
	unsigned queues_n;
	struct worker_queue queue[PORTS_MAX];
	struct counters counters;
	atomic_bool is_watched;       /* set by others */
	struct stage_times times;     /* while it is */
	struct engine engine;         /* counts there */
	struct exception_spent spent; /* of all queues' exceptions */
	uint64_t tsc_ms; /* milliseconds in a tick of the time stamp counter, times 2^64 */
};

/* lcore_function_t; arg is the worker.  Returns 0 when publish.stop is set. */
int worker_run(void *arg);

/* idle.c: called after every round; a nap is within the second. */
void worker_busy(struct worker *w, unsigned packets);
void worker_idle(struct worker *w);
