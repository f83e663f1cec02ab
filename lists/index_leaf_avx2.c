#include "lists/index_impl.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define LINE_WORDS 8

/* Bit k: the word at p[k] is the key. */
__attribute__((target("avx2"))) static inline unsigned
equal4(const uint64_t *p, __m256i key)
{
	__m256i four = _mm256_loadu_si256((const __m256i_u *)p);

	return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(four, key)));
}

/* No branch depends on where the key stands, nor on how many there are up to LEAF_KEYS.  A block
 * within one line is read within that line: the next one was not asked for.  An empty array's
 * root leads to the arena's first line, which is zero: no class. */
__attribute__((target("avx2"))) static inline uint32_t
class_in_leaf(const struct index *ix, uint32_t root, struct hash128 h)
{
	const uint64_t *leaf =
	    (const uint64_t *)(ix->base + (uint64_t)(root & ROOT_PLACE) * ROOT_UNIT);
	unsigned in_line = (uint32_t)(uintptr_t)leaf / ROOT_UNIT % LINE_WORDS;
	unsigned back = in_line > 3 && !(root & ROOT_TWO) ? in_line - 3 : 0;
	uint64_t last = leaf[0], v;
	__m256i key = _mm256_set1_epi64x((long long)h.key);
	unsigned at, more;

	if (__builtin_expect(last >= LEAF_KEYS, 0))
		return leaf_class(leaf, h);
	more = (unsigned)last & 4; /* five keys or more: four further words */
	at = equal4(leaf + 1 - back, key) >> back | equal4(leaf + 1 - back + more, key) << more;
	at &= (2u << last) - 1;
	v = leaf[ix->layout.value_at[last] + (unsigned)__builtin_ctz(at | 1u << (LEAF_KEYS - 1))];
	return at && !((v ^ index_check(h)) >> CLASS_BITS) ? (uint32_t)(v & (INDEX_CLASSES - 1))
							   : 0;
}

__attribute__((target("avx2"))) void
leaf_search_avx2(const struct index *ix, struct probe *probes, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		probes[i].class = class_in_leaf(ix, probes[i].class, probes[i].hash);
}

#endif
