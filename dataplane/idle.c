#include "dataplane/worker.h"

#include <rte_cycles.h>
#include <rte_pause.h>

#define SPIN_ROUNDS 20000 /* about a millisecond: bursts that follow closely find us awake */
#define NAP_MIN_US  20
#define NAP_MAX_US  200

void
worker_idle(struct worker *w, uint64_t rounds)
{
	uint64_t naps;

	rte_pause();
	if (w->busy_poll || rounds < SPIN_ROUNDS)
		return;
	naps = rounds - SPIN_ROUNDS;
	publish_sleep(w->publish, w->reader_id);
	rte_delay_us_sleep(
	    naps < NAP_MAX_US - NAP_MIN_US ? NAP_MIN_US + (unsigned)naps : NAP_MAX_US);
	publish_wake(w->publish, w->reader_id);
}
