/* checksum.h - the Internet checksum (RFC 1071). */
#pragma once

#include <stdint.h>
#include <string.h>

typedef uint64_t checksum_lanes __attribute__((vector_size(32)));
typedef uint64_t checksum_half __attribute__((vector_size(16)));

/* 64 times 255, 64 times 0: from 64 - n on it keeps the first n bytes of 64. */
extern const uint8_t checksum_keep[128];

/* The sum of n bytes, known when compiled: a multiple of 4.  Hot. */
static inline uint64_t
checksum_fixed(const void *bytes, unsigned n)
{
	const uint8_t *p = bytes;
	uint64_t sum = 0;
	uint32_t w;

	for (unsigned k = 0; k < n; k += 4) {
		memcpy(&w, p + k, 4);
		sum += w;
	}
	return sum;
}

/* As checksum_add, for more than 64 bytes. */
uint64_t checksum_add_long(uint64_t sum, const void *bytes, unsigned n);

/* Adds n bytes to a running sum; what is summed first must be an even number of bytes, except for
 * the last piece.  Reads up to 64 bytes past the end, and has no branch on n up to 64: it is as
 * random as the lengths of names.  The sum is in the byte order of memory.  Hot. */
static inline __attribute__((always_inline)) uint64_t
checksum_add(uint64_t sum, const void *bytes, unsigned n)
{
	const uint8_t *p = bytes;
	checksum_lanes a, b, keep_a, keep_b;
	checksum_half half[2];

	if (__builtin_expect(n > 64, 0))
		return checksum_add_long(sum, bytes, n);
	memcpy(&a, p, 32);
	memcpy(&b, p + 32, 32);
	memcpy(&keep_a, checksum_keep + 64 - n, 32);
	memcpy(&keep_b, checksum_keep + 96 - n, 32);
	a &= keep_a;
	b &= keep_b;
	a = (a & UINT32_MAX) + (a >> 32) + (b & UINT32_MAX) + (b >> 32);
	memcpy(half, &a, sizeof(half));
	half[0] += half[1];
	return sum + half[0][0] + half[0][1];
}

/* The sum of n bytes, 0 to 16, of which 16 can be read.  Hot. */
static inline uint64_t
checksum_short(const void *bytes, unsigned n)
{
	checksum_half a, keep;

	memcpy(&a, bytes, 16);
	memcpy(&keep, checksum_keep + 64 - n, 16);
	a &= keep;
	a = (a & UINT32_MAX) + (a >> 32);
	return a[0] + a[1];
}

/* What takes a sum below 2^47 away when it is added: the difference to a multiple of 65535. */
static inline uint64_t
checksum_negative(uint64_t sum)
{
	return (0xffffull << 32) - sum;
}

/* A folded sum of bytes as it counts when they begin at an odd offset (RFC 1071 2(B)). */
static inline uint16_t
checksum_at(uint16_t folded, unsigned offset)
{
	return offset & 1 ? (uint16_t)(folded << 8 | folded >> 8) : folded;
}

/* The sum as 16 bits, not complemented: 0xffff when a right checksum was part of it.  A half is
 * added to the other half where the carry out of the lower one ends in the upper one. */
static inline uint16_t
checksum_fold(uint64_t sum)
{
	uint32_t word;

	sum += sum << 32 | sum >> 32;
	word = (uint32_t)(sum >> 32);
	word += word << 16 | word >> 16;
	return (uint16_t)(word >> 16);
}
