/* session.h - one run of a scenario: names, queries, machine, and what it has measured so far. */
#pragma once

#include "bench/load_options.h"
#include "bench/rig.h"
#include "bench/store.h"

#include <jansson.h>

struct session {
	struct load_options options;
	struct names_store names;
	struct pool pool;
	struct rig *rig;
	struct gen_result *result; /* of the last trial */
	json_t *trials;            /* array */
	json_t *summary;           /* object */
	unsigned discarded;        /* trials that others disturbed */
};

/* A scenario: runs trials, fills summary.  Returns 0 or a negative error. */
typedef int scenario_fn(struct session *s);

/* Makes queries anew, by a mix. */
int session_pool(struct session *s, const struct pool_mix *mix);

/* Takes names anew and gives them to the ring's first `workers` workers, with an index of them. */
int session_names(struct session *s, uint64_t names, unsigned workers);

/* Takes the names that a family makes on a day (lists/dga.h), likewise, for all workers. */
int session_family(struct session *s, const char *family, int32_t day);

/* Makes one query for each name, all listed; at[i] is the place of name i in the pool. */
int session_each(struct session *s, uint32_t *at);

/* Runs a trial and adds it to the trials, with what distinguishes it as "point".  Over rings, where
 * all that works is this process: waits for a quiet machine before, and throws a trial away that
 * others disturbed, while the options' patience lasts.
 * Returns 0 or a negative error; -EINTR when it was ended from outside. */
int session_trial(struct session *s, const char *point, const struct gen_trial *t);

/* Waits for a trial that rig_launch began, then likewise. */
int session_finish(struct session *s, const char *point, const struct gen_trial *t);

/* The options' trial at a rate. */
struct gen_trial session_at(const struct session *s, double rate);

/* The whole command: options, machine, scenario, record.  Returns the exit status. */
int session_main(int argc, char **argv, const char *name, const char *help, scenario_fn *run);
