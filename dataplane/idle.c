#include "dataplane/worker.h"

#include <rte_cycles.h>
#include <rte_pause.h>

/* Spinning is paid for by packets, so that it costs each at most 0.2 us or so: at 100,000 queries a
 * second naps are nearly all of the time, above some 5 million there are none.  Naps grow until a
 * full burst comes: then the queue fills faster than they end. */
#define ROUNDS_EARNED 4 /* by a packet; a round without one takes about 50 ns */
#define ROUNDS_MAX    20000
#define NAP_MIN_US    20  /* the kernel's timer slack adds 50 */
#define NAP_MAX_US    100 /* a queue of 1,024 then holds what comes meanwhile at 6 million a second \
			   */

void
worker_busy(struct worker *w, unsigned packets)
{
	uint32_t rounds = w->rounds + packets * ROUNDS_EARNED;

	w->rounds = rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX;
	if (packets >= VEC_MAX)
		w->nap_more_us = 0;
}

void
worker_idle(struct worker *w)
{
	rte_pause();
	if (w->busy_poll)
		return;
	if (w->rounds > 0) {
		w->rounds--;
		return;
	}
	publish_sleep(w->publish, w->reader_id);
	rte_delay_us_sleep(NAP_MIN_US + w->nap_more_us);
	publish_wake(w->publish, w->reader_id);
	if (w->nap_more_us < NAP_MAX_US - NAP_MIN_US)
		w->nap_more_us++;
}
