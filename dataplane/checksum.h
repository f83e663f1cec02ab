/* checksum.h - the Internet checksum (RFC 1071), eight bytes a step. */
#pragma once

#include <stdint.h>
#include <string.h>

/* The first n bytes at p, 0..7, as they lie in memory; reads 8.  No branch on n: it is as random
 * as the lengths of names. */
static inline uint64_t
checksum_tail(const uint8_t *p, unsigned n)
{
	uint64_t w;

	memcpy(&w, p, 8);
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? w & ~(~0ull << 8 * n)
							 : w & ~(~0ull >> 8 * n);
}

/* Adds n bytes to a running sum; what is summed first must be an even number of bytes, except for
 * the last piece.  Reads up to 7 bytes past the end.  The sum is in the byte order of memory and
 * does not overflow below 2^31 bytes.  Hot. */
static inline uint64_t
checksum_add(uint64_t sum, const void *bytes, unsigned n)
{
	const uint8_t *p = bytes;
	uint64_t w;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&w, p, 8);
		sum += (w >> 32) + (w & 0xffffffff);
	}
	w = checksum_tail(p, n);
	return sum + (w >> 32) + (w & 0xffffffff);
}

/* The sum as 16 bits, not complemented: 0xffff when a right checksum was part of it. */
static inline uint16_t
checksum_fold(uint64_t sum)
{
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)((sum >> 16) + sum);
}
