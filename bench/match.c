#include "bench/match.h"

unsigned
match_ports(double rate, double timeout_s)
{
	unsigned ports = 16; /* so few would not spread over the queues of a device */

	while (ports <= MATCH_PORTS_MAX && (double)ports * MATCH_IDS < 1.1 * rate * timeout_s)
		ports *= 2;
	return ports <= MATCH_PORTS_MAX ? ports : 0;
}

void
match_start(struct match *m, struct match_slot *slot, unsigned ports, uint64_t timeout)
{
	*m = (struct match){.slot = slot, .slots = (uint64_t)ports * MATCH_IDS, .timeout = timeout};
}
