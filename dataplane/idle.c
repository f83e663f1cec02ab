#include "dataplane/idle.h"

#include "dataplane/worker.h"

#include <rte_cycles.h>
#include <rte_pause.h>

#define ROUNDS_EARNED 2 /* by a packet: some 0.1 us, a small part of what it costs itself */
#define ROUNDS_MAX    20000

void
idle_packets(struct idle *i, uint32_t packets)
{
	uint32_t rounds = i->rounds + packets * ROUNDS_EARNED;

	i->rounds = rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX;
	i->gathered += packets;
}

uint32_t
idle_nap(struct idle *i, uint32_t nap_max_us)
{
	uint32_t us = i->nap_us;

	if (nap_max_us == 0)
		return 0;
	if (i->rounds > 0) {
		i->rounds--;
		return 0;
	}
	if (i->gathered > IDLE_GATHER_MAX)
		us = (uint32_t)((uint64_t)us * IDLE_GATHER_MAX / i->gathered);
	else
		us += us / 8 + 1;
	if (us < IDLE_NAP_MIN_US)
		us = IDLE_NAP_MIN_US;
	if (us > nap_max_us)
		us = nap_max_us;
	i->nap_us = us;
	i->gathered = 0;
	return us;
}

void
worker_busy(struct worker *w, unsigned packets)
{
	idle_packets(&w->idle, packets);
}

void
worker_idle(struct worker *w)
{
	uint32_t us = idle_nap(&w->idle, w->nap_max_us);

	rte_pause();
	if (us == 0)
		return;
	publish_sleep(w->publish, w->reader_id);
	rte_delay_us_sleep(us);
	publish_wake(w->publish, w->reader_id);
}
