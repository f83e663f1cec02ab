#include "bench/hdr.h"

#include <math.h>
#include <string.h>

void
hdr_clear(struct hdr *h)
{
	memset(h, 0, sizeof(*h));
}

uint64_t
hdr_highest(unsigned bucket)
{
	unsigned shift;

	if (bucket < HDR_SUB)
		return bucket;
	shift = bucket / HDR_SUB - 1;
	return ((uint64_t)(bucket % HDR_SUB + HDR_SUB) << shift) + ((1ull << shift) - 1);
}

void
hdr_merge(struct hdr *into, const struct hdr *from)
{
	if (from->n == 0)
		return;
	if (into->n == 0 || from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	into->n += from->n;
	into->sum += from->sum;
	for (unsigned i = 0; i < HDR_BUCKETS; i++)
		into->bucket[i] += from->bucket[i];
}

uint64_t
hdr_percentile(const struct hdr *h, double part)
{
	uint64_t rank = (uint64_t)ceil(part * (double)h->n), seen = 0;

	if (rank <= 1) /* the first value is known exactly */
		return h->n ? h->min : 0;
	for (unsigned i = 0; i < HDR_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= rank)
			return hdr_highest(i) < h->max ? hdr_highest(i) : h->max;
	}
	return h->max;
}
