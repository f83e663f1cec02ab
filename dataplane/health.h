/* health.h - whether every thread that answers still moves.  Main thread; takes the time. */
#pragma once

#include "dataplane/publish.h"

#include <stdbool.h>
#include <stdint.h>

#define HEALTH_STALL_NS INT64_C(2000000000) /* not quiet once for so long: it hangs */

struct health {
	bool is_asked; /* a question is out */
	uint64_t question;
	int64_t asked_ns;
	int64_t silent_ns; /* how long the question has been out, as of the last step */
};

/* Looks after the question, and asks the next.  To be called every few hundred ms. */
void health_step(struct health *h, struct publish *p, int64_t now_ns);

/* How long some reader has not moved, if that is over HEALTH_STALL_NS; 0: all move. */
int64_t health_stalled_ns(const struct health *h);
