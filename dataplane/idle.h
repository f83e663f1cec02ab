/* idle.h - when a worker that packets do not fill sleeps, and how long.
 *
 * A nap costs a timer and two changes of context; in a virtual machine, where the timer is the
 * host's, as much CPU time as ten answers.  So naps are as long as nap_max allows and what gathers
 * meanwhile shares their cost; they get shorter when more gathers than a queue should hold.  Above
 * some million packets a second there are none. */
#pragma once

#include <stdint.h>

#define IDLE_NAP_MIN_US 20  /* shorter ones save nothing */
#define IDLE_GATHER_MAX 128 /* packets: two bursts, an eighth of a queue of 1,024 */

/* All zero at the start. */
struct idle {
	uint32_t rounds;   /* left before a nap */
	uint32_t gathered; /* packets since the last one */
	uint32_t nap_us;   /* the last one's length */
};

/* A round in which packets came; they earn rounds in which nothing need come. */
void idle_packets(struct idle *i, uint32_t packets);

/* A round in which none came.  nap_max_us: the longest nap, 0: none ever.  Returns how long to
 * sleep now, us, 0 or IDLE_NAP_MIN_US..nap_max_us. */
uint32_t idle_nap(struct idle *i, uint32_t nap_max_us);
