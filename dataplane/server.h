/* server.h - the running responder, as its main thread sees it.
 *
 * The main thread alone swaps lists, so it may read the current image without being a reader. */
#pragma once

#include "base/ctl_server.h"
#include "dataplane/args.h"
#include "dataplane/health.h"
#include "dataplane/loads.h"
#include "dataplane/monitor_log.h"
#include "dataplane/options.h"
#include "dataplane/port.h"
#include "dataplane/publish.h"
#include "dataplane/sock.h"

struct server {
	struct args args;
	struct options *start; /* what sockets and ports were opened with */
	struct options *live;  /* what the current image was made from; may be the same */
	struct publish publish;
	struct sock *sock;   /* NULL: none */
	struct ports *ports; /* NULL: none */
	struct loads loads;
	int64_t started_ns;                  /* CLOCK_MONOTONIC */
	uint64_t feed_base[INDEX_FEEDS_MAX]; /* to be taken off a feed's counter: from feeds that
					      * had its number before */
	struct blocks blocks_changed;        /* names blocked or not any more while a load runs */
	struct health health;
	int64_t stages_until_ns; /* CLOCK_MONOTONIC; 0: stop watches are off */
	struct monitor_log monitor_log;
	bool is_drained;        /* by command */
	int reload_rc;          /* of the last load; under 0: what it failed with */
	struct ctl_server *ctl; /* NULL: no control socket */
	bool end;
};

/* Opens devices, loads the lists, starts everything; or says why not and returns an error.
 * server_close is right after either. */
int server_open(struct server *s);

/* Serves until s->end; signal_fd yields TERM, INT and HUP. */
void server_run(struct server *s, int signal_fd);

/* Answers what has come in, and closes everything. */
void server_close(struct server *s);

/* Adds up what all threads counted. */
void server_counters(const struct server *s, struct counters *sum);
