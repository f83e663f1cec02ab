/* hub.h - cordond's own process: the state, the children, the timers.
 *
 * One thread, one poll loop.  It reads nothing that came from the network but verdicts and short
 * lines of its children. */
#pragma once

#include "control/examine.h"
#include "control/hub_dry.h"
#include "control/hub_export.h"
#include "control/hub_fetch.h"
#include "control/hub_options.h"
#include "control/hub_policy.h"
#include "control/hub_refused.h"
#include "control/store_copy.h"
#include "control/store_zone.h"
#include "control/verdict.h"

#define HUB_LINE_MAX  4096 /* bytes of a child's line */
#define HUB_QUEUE_MAX 64   /* updates waiting to be examined */
#define HUB_LATELY    4096 /* deliveries that are remembered */

struct hub;
struct node;
struct hub_submission;

/* What became of a submitted update. */
struct hub_result {
	int error;               /* 0; or a code: it could not be examined or stored, try again */
	enum update_state state; /* if error is 0 */
	const json_t *verdict;   /* borrowed; {"state": "error", "error": ...} if error is not 0 */
};

/* Called once, with the submission still whole; it is freed after the return. */
typedef void hub_done_fn(struct hub *h, struct hub_submission *s, const struct hub_result *r);

struct hub_submission {
	const struct hub_feed *feed;
	int fd;                         /* of the archive; ours */
	char source[STORE_NAME_MAX];    /* "drop", "https" */
	char publisher[STORE_NAME_MAX]; /* "" where nobody is known */
	char name[256];                 /* of the file in its folder */
	bool wants_serial;
	uint32_t wanted;
	bool wants_keys; /* that serial is the version of a key change */
	bool is_dry;     /* examined, and nothing comes of it */
	json_int_t id;   /* for the answer over HTTPS, and */
	unsigned starts; /* which process of the intake asked */
	hub_done_fn *done;
	struct hub_submission *next;
};

/* A forked process and the socket to it. */
struct hub_child {
	const char *name;
	pid_t pid;        /* 0: not running */
	int fd;           /* -1 */
	int64_t again_ns; /* when it may be started after it ended */
	unsigned starts;
	size_t n; /* bytes in line */
	char line[HUB_LINE_MAX];
};

struct hub {
	struct hub_options *options;
	struct store *store;
	struct ctl_server *ctl;             /* NULL: none */
	bool end, book_stale;               /* the book on disk is not that of the database */
	int64_t started;                    /* Unix seconds, with the offset */
	int64_t drop_ns, sweep_ns, book_ns; /* monotonic: when to look next */
	struct hub_submission *queue, **queue_end;
	unsigned queued;
	struct hub_submission *now; /* being examined */
	struct examine examine;
	char *verdict; /* what came of it so far */
	size_t verdict_n, verdict_room;
	struct hub_policy policy;
	struct hub_exports exports;
	struct hub_dry dry;
	struct hub_child xfr, intake;
	struct hub_fetch *fetch; /* of each feed; role hub */
	json_t *https_counts;    /* as the intake told them last; NULL: not yet */
	struct hub_refused refused;
	struct {
		uint64_t what;   /* 0: free */
		int64_t at_ns;   /* monotonic */
	} lately[HUB_LATELY];    /* deliveries, by their digest */
	struct store_copy *copy; /* being made, or NULL */
	bool copy_due;
	int64_t copy_ns;   /* monotonic: not before */
	struct node *node; /* NULL: the role is hub */
};

int64_t hub_now(const struct hub *h); /* Unix seconds, by clock-offset */
int64_t hub_clock_ns(void);           /* monotonic */

/* hub.c.  Opens everything; what fails is logged.  path is borrowed. */
int hub_open(struct hub *h, const char *path);
void hub_run(struct hub *h, int signal_fd); /* until a signal */
void hub_close(struct hub *h);

/* hub_take.c.  Takes a submission over; -ERR_FULL when too many wait. */
int hub_take(struct hub *h, struct hub_submission *s);
void hub_take_step(struct hub *h); /* begins with the next, if none is under way */
void hub_take_read(struct hub *h); /* the verdict's descriptor is ready */
void hub_take_close(struct hub *h);

/* hub_drop.c.  Folders for the feeds; looks into them. */
int hub_drop_open(struct hub *h);
void hub_drop_step(struct hub *h);

/* hub_sweep.c.  Every hour: an end to what is too old, or what nothing names. */
void hub_sweep_step(struct hub *h);

/* Keeps a copy of the database. */
void hub_copy_step(struct hub *h);

/* hub_book.c.  Writes book.json and tells the process of transfers. */
int hub_book_write(struct hub *h);

/* Whether a zone is for a registry: parts and policy zones by suffix, manifests for mirrors, key
 * changes for all who take the feed. */
bool hub_book_reads(
    const struct hub_options *o, const struct registry *g, const struct store_zone *z);

/* hub_commands.c */
json_t *hub_answer(void *ctx, size_t argc, char **argv);
json_t *hub_status_registries(struct hub *h);
