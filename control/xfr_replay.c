#include "control/xfr_replay.h"

#include <string.h>

bool
xfr_replay_seen(struct xfr_replay *r, const uint8_t *mac, uint64_t until_s, uint64_t now_s)
{
	unsigned oldest = 0;
	uint64_t key, *keys, *until;

	memcpy(&key, mac, sizeof(key));
	keys = r->set[key % REPLAY_SETS].mac;
	until = r->set[key % REPLAY_SETS].until_s;
	for (unsigned i = 0; i < REPLAY_WAYS; i++) {
		if (keys[i] == key && until[i] >= now_s)
			return true;
		if (until[i] < until[oldest])
			oldest = i;
	}
	keys[oldest] = key;
	until[oldest] = until_s;
	return false;
}
