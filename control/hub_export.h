/* hub_export.h - exports of parts in force, as the configuration asks for them: after each update
 * of their feed, at midnight UTC, and once after each start.
 *
 * One process at a time writes one export: a folder with a file, or for some forms a folder, for
 * each suffix.  It takes the place of the one before whole or not at all. */
#pragma once

#include "control/hub_options.h"
#include "control/store.h"

#include <sys/types.h>

struct hub;

struct hub_export_part {
	char suffix[STORE_ORIGIN_MAX];
	char digest[STORE_DIGEST_HEX]; /* "": no part is in force, and the file lists nothing */
};

struct hub_export_task {
	const struct hub_options *options;
	const struct store *store;
	const struct hub_export *export;
	int32_t day;     /* UTC, days since 1970: for which names are listed */
	uint32_t serial; /* of the feed; for suffixes without a part */
	struct hub_export_part *part;
	size_t parts, room;
};

struct hub_exports {
	pid_t pid;      /* 0: nothing is being written */
	int end_fd;     /* -1; readable when the process has ended */
	int report_fd;  /* -1; what it complains of */
	int32_t day;    /* UTC, today */
	unsigned now;   /* which is being written */
	unsigned next;  /* to look at */
	uint64_t files; /* that it will hold */
	struct {
		bool is_fresh;    /* nothing is to be done */
		int64_t again_ns; /* monotonic: not before, after a failure */
	} of[HUB_EXPORTS_MAX];
};

void hub_export_open(struct hub_exports *e);
void hub_export_mark(struct hub *h, const struct hub_feed *f); /* its parts have changed */
void hub_export_step(struct hub *h);                           /* begins with what is due */
void hub_export_read(struct hub *h);                           /* end_fd is readable */

/* Ends what is under way; all are due again.  Before the configuration changes. */
void hub_export_stop(struct hub *h);

/* In the process: writes them, complains on standard error.  Returns 0 or a negative code. */
int hub_export_run(const struct hub_export_task *task);
