/* options.h - what the responder was told, checked and ready to use. */
#pragma once

#include "dataplane/args.h"
#include "dataplane/config.h"
#include "dataplane/cookie.h"
#include "dataplane/shield.h"
#include "dataplane/port.h"
#include "dataplane/sock.h"
#include "dataplane/tails.h"
#include "dataplane/zones.h"
#include "lists/action.h"
#include "lists/index.h"
#include "lists/policy.h"
#include "lists/read.h"

struct feed_options {
	char name[64];
	const struct conf_texts *files;  /* paths or glob(7) patterns */
	const struct conf_texts *deltas; /* likewise, of delta files; NULL: none */
	enum list_form form;
	enum action action;
	uint8_t policy;     /* index */
	bool any_zone;      /* zones may be of a feed with another name */
	uint64_t names_max; /* entries */
};

struct zone_options {
	const char *file; /* path, borrowed from config */
	unsigned line;    /* in the configuration */
	uint8_t origin_len;
	uint8_t origin[NAME_LEN_MAX]; /* canonical */
	uint64_t records_max;
};

/* Texts are borrowed from config, which is ours. */
struct options {
	struct config config;
	const char *path;         /* of the file, for messages; borrowed */
	bool is_start;            /* they are what a process starts with: nothing is in service */
	char *dir;                /* where relative list files are; "" for the working directory */
	int32_t now;              /* fixed day, or -1 */
	struct sock_options sock; /* listen_n 0: no sockets */
	struct eal_options eal;
	unsigned ports_n, policies_n, feeds_n, zones_n;
	struct port_options port[PORTS_MAX];
	struct policy policy[POLICIES_MAX];
	struct identity self;
	struct shield shield;
	unsigned limit_buckets;        /* of a thread */
	struct cookie_secrets cookies; /* n 0: none are given */
	char *cookie_file;             /* NULL: none */
	char *log_path, *drain_path;   /* of log-file and drain-file, ours; NULL: none */
	char *blocks_path; /* of blocks-file, ours; NULL: none.  Then feed[BLOCKS_FEED] is read from
			      it */
	struct conf_texts blocks_files;
	struct feed_options feed[INDEX_FEEDS_MAX]; /* in order of precedence */
	struct zone_options zone[ZONES_MAX];
};

/* Reads the file that args names, or takes the command line alone, and checks the whole.
 * error is called for every mistake, path and line as for conf_read.
 * Returns 0, -ERR_FORMAT after at least one call of error, or -ENOMEM. */
int options_load(struct options **out, const struct args *args, conf_error_fn *error, void *ctx);
void options_free(struct options *o); /* NULL is allowed */

/* What a running program cannot take over from b: "listen", "sockets", "dpdk", "ports",
 * "control", "log-file", "user", "group", "rrl.table" or "seccomp"; NULL if nothing of that
 * differs. */
const char *options_fixed_change(const struct options *a, const struct options *b);
