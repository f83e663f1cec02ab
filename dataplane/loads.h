/* loads.h - loads of configuration and lists, one at a time, in a thread of their own.
 *
 * The main thread asks, goes on serving, and takes over what came out.  One further request can
 * wait; more requests while it waits get its number. */
#pragma once

#include "dataplane/image.h"
#include "dataplane/options.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define LOADS_KEPT   8    /* results that can be asked for */
#define LOADS_ERRORS 1000 /* texts kept of one load; all are logged */

enum load_state { LOAD_NONE, LOAD_QUEUED, LOAD_RUNNING, LOAD_DONE };

struct load_result {
	uint64_t job; /* 1, 2, ... */
	enum load_state state;
	int rc;
	json_t *errors; /* array of texts */
};

struct loads {
	const struct args *args;
	struct load_result result[LOADS_KEPT];
	uint64_t newest, running; /* jobs; running 0: none */
	int done_fd;              /* readable when the running job has ended */
	atomic_bool cancel;
	pthread_t thread;
	struct options *options; /* what the running job made */
	struct image *image;
};

/* args is borrowed until loads_close.  Returns 0 or -errno. */
int loads_init(struct loads *l, const struct args *args);

/* Cancels and waits for what is running; frees. */
void loads_close(struct loads *l);

/* Asks for a load.  Returns its job, or -errno. */
int64_t loads_request(struct loads *l);

/* To be called when done_fd is readable: ends the job and starts the one that waits.
 * Returns 0 and hands over both, or what the load failed with. */
int loads_take(struct loads *l, struct options **options, struct image **image);

/* Notes that what a job made cannot be taken over; its errors were added to its result. */
void loads_fail(struct loads *l, uint64_t job, int rc);

/* A job that is kept; NULL: unknown. */
const struct load_result *loads_find(const struct loads *l, uint64_t job);

/* Logs a mistake and, where errors (a json_t array) is given, keeps its text there:
 * a feeds_error_fn and a conf_error_fn. */
void loads_error(void *errors, const char *text);
void loads_conf_error(void *errors, const char *path, unsigned line, const char *text);

/* feeds_load with its times noted. */
int loads_image(
    struct image **out, const struct options *o, void *errors, const atomic_bool *cancel);
