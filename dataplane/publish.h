/* publish.h - hands new lists to the threads that answer, while they run (RCU). */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct image;
struct rte_rcu_qsbr;

#define PUBLISH_READERS_MAX 128

/* Shared by all threads of the program; made once. */
struct publish {
	_Atomic(struct image *) current;
	_Atomic int32_t day;     /* today, UTC; moved by the main thread */
	_Atomic uint32_t unix_s; /* now, modulo 2^32; likewise */
	atomic_bool stop;        /* the program ends */
	struct rte_rcu_qsbr *qs;
};

/* Returns 0 or -ENOMEM.  Works with and without the EAL. */
int publish_init(struct publish *p);

/* Frees what is published.  Every reader must be gone. */
void publish_close(struct publish *p);

/* A reader: id is its own, 0..PUBLISH_READERS_MAX - 1, from start to leave. */
void publish_enter(struct publish *p, unsigned id);
void publish_leave(struct publish *p, unsigned id);

/* The image to use now, valid until this reader's next publish_quiet or publish_sleep.  Hot. */
const struct image *publish_current(const struct publish *p);

/* Says that this reader holds nothing: once a burst.  Hot. */
void publish_quiet(struct publish *p, unsigned id);

/* Around anything that blocks: the reader holds nothing until it wakes. */
void publish_sleep(struct publish *p, unsigned id);
void publish_wake(struct publish *p, unsigned id);

/* Puts img (handed over) in place of the current one, waits until no reader uses the old one
 * and frees it.  One thread at a time.  Blocks for about one burst. */
void publish_swap(struct publish *p, struct image *img);

/* Waits until every reader has been quiet once: an index_grace_fn, ctx is the publish. */
void publish_grace(void *ctx);

/* A reader that works or sleeps passes by its quiet point all the time; one that hangs does not.
 * publish_ask starts a question, publish_all_moved says whether every reader has been quiet, or
 * asleep, since.  Neither waits. */
uint64_t publish_ask(struct publish *p);
bool publish_all_moved(struct publish *p, uint64_t question);
