/* hdr.h - histograms of times over the whole range of 64 bits, log-linear.
 *
 * A value lands in a bucket whose width is at most 1/64 of it; values below 64 are exact.  The unit
 * is the caller's.  Pure; one thread writes; histograms of equal layout are merged by adding. */
#pragma once

#include <stdint.h>

#define HDR_SUB     64 /* buckets an octave */
#define HDR_BUCKETS (59 * HDR_SUB)

struct hdr {
	uint64_t n, sum, min, max; /* min and max are exact; valid when n > 0 */
	uint64_t bucket[HDR_BUCKETS];
};

void hdr_clear(struct hdr *h);

/* The bucket of a value, and the highest value of a bucket.  Hot. */
static inline unsigned
hdr_bucket(uint64_t v)
{
	unsigned shift;

	if (v < HDR_SUB)
		return (unsigned)v;
	shift = 57 - (unsigned)__builtin_clzll(v);
	return (shift + 1) * HDR_SUB + (unsigned)(v >> shift) - HDR_SUB;
}

uint64_t hdr_highest(unsigned bucket);

/* Hot. */
static inline void
hdr_add(struct hdr *h, uint64_t v)
{
	h->bucket[hdr_bucket(v)]++;
	h->min = h->n && h->min < v ? h->min : v;
	h->max = h->n && h->max > v ? h->max : v;
	h->n++;
	h->sum += v;
}

void hdr_merge(struct hdr *into, const struct hdr *from);

/* The value that a part of the values, 0..1, does not exceed, to a bucket's width and never above
 * the maximum; 0 of an empty histogram. */
uint64_t hdr_percentile(const struct hdr *h, double part);
