/* xfr_replay.h - requests for transfers that were seen already.
 *
 * RFC 8945 lets a request be repeated for as long as its fudge lasts, and whoever repeats one
 * would be sent the zone.  Over TCP nothing repeats a message in good faith, so a MAC is good once.
 * Fixed memory: within one set of slots the oldest goes first. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPLAY_SETS 8192
#define REPLAY_WAYS 4

struct xfr_replay {
	struct {
		uint64_t
		    mac[REPLAY_WAYS]; /* first 8 bytes, which nobody without the key can choose */
		uint64_t until_s[REPLAY_WAYS];
	} set[REPLAY_SETS];
};

/* Whether the MAC (10 bytes or more) was seen and is still in its time; notes it if not. */
bool xfr_replay_seen(struct xfr_replay *r, const uint8_t *mac, uint64_t until_s, uint64_t now_s);
