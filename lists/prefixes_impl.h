/* prefixes_impl.h - what prefixes.c makes and prefixes_find.c reads: every address, in stretches.
 */
#pragma once

#include "lists/prefixes.h"

#include <string.h>

typedef unsigned __int128 number;

/* A stretch of addresses from start to the next one's start. */
struct stretch {
	number start;
	unsigned value;
};

struct prefixes {
	unsigned n; /* 1 or more; the first starts at 0 */
	struct stretch stretch[];
};

static inline number
number_of(const uint8_t addr[PREFIX_ADDR_LEN])
{
	uint64_t half[2];

	memcpy(half, addr, sizeof(half));
	return (number)__builtin_bswap64(half[0]) << 64 | __builtin_bswap64(half[1]);
}
