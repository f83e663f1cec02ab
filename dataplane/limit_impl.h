/* limit_impl.h - the table that limiter.c makes and limit.c works on. */
#pragma once

#include "dataplane/limit.h"

#include <sodium.h>

#define LIMIT_WAYS 4 /* buckets of a set: a cache line */

/* until_ns: when it will be full again, were nothing more taken out (the theoretical arrival time
 * of the generic cell rate algorithm, ITU-T I.371). */
struct bucket {
	uint64_t until_ns;
	uint32_t tag;
	uint32_t over; /* answers over the limit, for slip */
};

struct set {
	struct bucket way[LIMIT_WAYS];
};

_Static_assert(sizeof(struct bucket) == LIMIT_BUCKET_LEN, "bucket");
_Static_assert(sizeof(struct set) == 64, "a cache line");

struct limiter {
	uint8_t key[crypto_shorthash_siphash24_KEYBYTES];
	uint64_t mask;
	void *memory;
	struct set *set;
};
