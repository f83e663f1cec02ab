/* rig.h - what a measurement runs on: the EAL, the generator's port and lcore, and, over rings in
 * this process, a responder of our own on further lcores. */
#pragma once

#include "bench/gen.h"
#include "dataplane/image.h"
#include "dataplane/options.h"
#include "dataplane/port.h"

#include <stdbool.h>

#define RIG_RING "ring" /* the device that stands for a responder in this process */

struct rig_config {
	char device[64];    /* RIG_RING, or as DPDK names it: net_memif0, 0000:01:00.0 */
	char devargs[256];  /* "role=client,socket=..." */
	const char *lcores; /* the generator's CPU, then those of the ring's workers */
	const char *file_prefix;
	unsigned memory_mb;
	unsigned ring_size; /* of each direction of a ring, a power of two */
	bool huge;
	struct gen_frames_config frames;
	unsigned verify_mask;
};

struct rig;

/* Opens everything; start-up only.  Says on the log what failed.  Returns 0, -errno or -ERR_*. */
int rig_open(struct rig **out, const struct rig_config *c);
void rig_close(struct rig *r); /* NULL is allowed */

bool rig_is_ring(const struct rig *r);
unsigned rig_workers(const struct rig *r); /* of the ring, 0 otherwise */

/* Gives the ring's workers an image (handed over) and starts the first n of them, or, when they
 * run already, puts it in place of the last one. */
int rig_serve(struct rig *r, struct image *img, unsigned n);

/* Stops the workers; rig_serve starts them again. */
void rig_rest(struct rig *r);

/* Says that a feed of the served image has this zone, empty.  Returns 0 or -ENOMEM. */
int rig_add_zone(struct rig *r, unsigned feed, const struct list_meta *zone);

/* Takes a delta file of a feed into the lists that are served, as a responder does on `cordon
 * reload
 * --deltas`.  Returns when it is in force for every worker; mistakes go to standard error. */
int rig_take_delta(struct rig *r, const struct options *o, unsigned feed, const char *path);

/* Starts a trial on the generator's lcore and returns at once; then rig_wait ends it.  rig_wait
 * draws a progress line and returns what gen_run returned. */
int rig_launch(
    struct rig *r, const struct pool *pool, const struct gen_trial *t, struct gen_result *out);
int rig_wait(struct rig *r, const char *what);

/* Lets queries come from 2^bits addresses below 10.0.0.0/8, 0..24, and as many IPv6 ones. */
void rig_spread(struct rig *r, unsigned bits);

/* Sum of the counters of the ring's workers. */
void rig_counters(const struct rig *r, struct counters *sum);

/* Ends the trial that runs; from a signal handler too. */
void rig_stop(struct rig *r);
bool rig_is_stopped(const struct rig *r);
