/* node_impl.h - a node's parts.  For control/node*.c. */
#pragma once

#include "control/node.h"
#include "control/pull.h"
#include "control/receipt_send.h"
#include "control/store_proof.h"

enum node_state {
	NODE_NONE,    /* nothing is held */
	NODE_HELD,    /* held, not verified since the start */
	NODE_VALID,   /* in force */
	NODE_EXPIRED, /* held; too few signatures live, or count any more */
};

#define NODE_ERROR_MAX 512

struct node_part {
	const struct hub_feed *feed; /* NULL: the catalog, or with an empty origin a free place */
	const struct hub_source *source;
	enum node_state state;
	struct store_zone zone; /* what is held; origin, suffix and feed always */
	uint8_t origin[NAME_LEN_MAX], suffix[NAME_LEN_MAX];
	uint8_t origin_len, suffix_len;
	int64_t until;              /* Unix seconds: the last one at which the signatures do */
	int64_t heard;              /* Unix seconds: a source said that this is the newest */
	char error[NODE_ERROR_MAX]; /* of the last try, "": none */
	unsigned failures;          /* since a source had an answer that counts */
	uint64_t said[HUB_SOURCES_MAX + 1];   /* by source, and of what is held: digest of the error
						 that the log has; 0: none */
	bool is_keys;                         /* not a part: the feed's next key change */
	bool is_whole;                        /* a difference went wrong: ask for all of it */
	bool is_fixed;                        /* the configuration names it */
	bool is_member, is_seen;              /* the catalog does; while one is read: it did */
	bool is_listed;                       /* the list file is what it is to be */
	bool is_told;                         /* by NOTIFY that there is something new */
	int64_t due_ns, list_due_ns;          /* monotonic */
	int64_t told_ns;                      /* likewise: not before, for a NOTIFY */
	char policy_digest[STORE_DIGEST_HEX]; /* of its policy zone that is there as a file */
	bool is_signed;                       /* there is a receipt, of: */
	bool was_stale; /* it was made within the second of the last, and again since */
	uint32_t signed_serial;
	int64_t signed_handed, sign_ns; /* sign_ns: not before */

	/* The pull under way: */
	bool is_check; /* of what is held */
	bool is_ixfr;
	struct pull pull; /* pid -1: none */
	int64_t kill_ns;
	char *reply;
	size_t reply_n;
};

#define NODE_BATCH 16 /* receipts that one process sends */

/* Receipts on their way to one source. */
struct node_sender {
	pid_t pid; /* 0 or less: none runs */
	int fd;
	int64_t kill_ns;
	bool has_work; /* there may be some to send */
	const struct hub_source *to;
	size_t n, got;
	struct store_outgoing what[NODE_BATCH];
	char *body[NODE_BATCH]; /* ours */
	char result[NODE_BATCH * 64];
	/* By source: */
	unsigned failures[HUB_SOURCES_MAX];
	int64_t due_ns[HUB_SOURCES_MAX];
	long status[HUB_SOURCES_MAX]; /* of the failure that the log has */
	char code[HUB_SOURCES_MAX][RECEIPT_CODE_MAX];
	char last[HUB_SOURCES_MAX][STORE_ORIGIN_MAX]; /* of the batch before; "": begin anew */
};

struct node_command {
	pid_t pid;    /* 0 or less: it does not run */
	bool is_due;  /* files have changed since it was started */
	bool is_good; /* it went well the last time */
	int64_t due_ns, kill_ns;
};

struct node {
	struct node_part *part; /* they never move: the epoll set points to them */
	size_t parts, room;
	size_t lost_members; /* of the catalog: for which there was no room */
	unsigned running;
	size_t next;                 /* part to look at first */
	uint64_t told, told_refused; /* NOTIFY messages; of strangers at least so many */
	int epoll_fd;
	uint64_t unreached[HUB_SOURCES_MAX]; /* as said, of sources that none can get at */
	bool reload_due[16];                 /* of each responder */
	int64_t reload_ns, loud_ns;
	int64_t notes_ns; /* when the count of notes began */
	unsigned notes, notes_lost;
	int64_t clock_s; /* how far the clock is from the monotonic one */

	struct node_sender sender;
	struct node_command command[HUB_COMMANDS_MAX];
	bool is_policy_due; /* files of policy zones are to be written */
	int64_t policy_ns;
};

struct node_part *node_find(struct node *n, const char *origin);

/* Adds a part that is neither fixed nor a member; NULL: there is no room, or its name is too
 * long. */
struct node_part *node_add(struct node *n, const struct hub_options *o, const struct hub_feed *f,
    const uint8_t *suffix, size_t len);

static inline bool
node_is_part(const struct node_part *p)
{
	return p->feed != NULL;
}

/* node_catalog.c.  A part held since an earlier start that the configuration does not name; NULL:
 * it is none of ours any more. */
struct node_part *node_catalog_hold(struct hub *h, const struct store_zone *z);
void node_catalog_take(struct hub *h, struct node_part *catalog, const json_t *reply);
/* Lets go of a part that the catalog names no more, when nothing of it is in force. */
void node_catalog_drop(struct hub *h, struct node_part *p);

/* node_pull.c.  Starts a pull of a part; takes in what came of one whose descriptor is ready. */
void node_pull_start(struct hub *h, struct node_part *p);
void node_pull_read(struct hub *h, struct node_part *p);
void node_pull_end(struct node *n, struct node_part *p); /* kills it if need be */

/* node_take.c.  Acts on the reply of a pull that has ended; NULL: it gave none,
 * or is to be ended. */
void node_take(struct hub *h, struct node_part *p, const json_t *reply);

/* Whether one more may be written down of what a source caused, which may be an enemy and have ever
 * new troubles: log and audit take NODE_NOTES an hour. */
#define NODE_NOTES 500
bool node_may_note(struct node *n);

/* Of the same trouble once, however often it is met. */
void node_complain(struct hub *h, struct node_part *p, const char *event, const json_t *reply);
/* The next one is asked after retry; when all have failed, the pause doubles, up to refresh. */
void node_next_source(struct hub *h, struct node_part *p);

/* node_keys.c.  Makes p what fetches the key change after the keys in force; acts on its reply: the
 * source is not trusted, the keys of before must have signed.  Returns -ERR_NAME. */
int node_keys_name(struct hub *h, struct node_part *p, const struct hub_feed *f);
void node_keys_take(struct hub *h, struct node_part *p, const json_t *reply);
void node_keys_ask(struct hub *h, const struct hub_feed *f); /* at once, as a part was refused */

/* node_policy.c */
void node_policy_step(struct hub *h);

/* node_command.c.  Files have changed; runs what is due. */
void node_command_changed(struct node *n);
void node_command_step(struct hub *h);
void node_command_close(struct node *n);

/* node_receipt.c.  Receipts for what is in force and handed over; what waits is sent. */
int node_receipt_open(struct hub *h);
void node_receipt_step(struct hub *h);

/* node_sender.c */
void node_sender_step(struct hub *h);
void node_sender_close(struct node_sender *s);

/* node_local.c.  Brings the list files to what is in force, and tells responders. */
void node_local_step(struct hub *h);
