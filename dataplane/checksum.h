/* checksum.h - the Internet checksum (RFC 1071), eight bytes a step. */
#pragma once

#include <stdint.h>
#include <string.h>

/* Adds n bytes to a running sum; what is summed first must be an even number of bytes, except for
 * the last piece.  The sum is in the byte order of memory and does not overflow below 2^31 bytes.
 * Hot. */
static inline uint64_t
checksum_add(uint64_t sum, const void *bytes, unsigned n)
{
	const uint8_t *p = bytes;

	for (; n >= 8; n -= 8, p += 8) {
		uint64_t w;

		memcpy(&w, p, 8);
		sum += (w >> 32) + (w & 0xffffffff);
	}
	if (n > 0) {
		uint64_t w = 0;

		if (n & 4)
			memcpy(&w, p, 4);
		if (n & 2) {
			uint16_t h;

			memcpy(&h, p + (n & 4), 2);
			w += h;
		}
		if (n & 1) {
			uint16_t h = 0;

			memcpy(&h, p + (n & 6), 1);
			w += h;
		}
		sum += w;
	}
	return sum;
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
