#include "lists/hash.h"

#include <string.h>

#if defined(__x86_64__)

#include <immintrin.h>

/* Keeps a label's first n bytes of the 16 that were loaded, n = 1..16. */
static const uint8_t keep[32] __attribute__((aligned(32))) = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0};

struct rounds {
	__m128i key[4];
};

__attribute__((target("aes,sse4.1"))) static inline __m128i
absorb(__m128i state, __m128i block, const struct rounds *r)
{
	state = _mm_xor_si128(state, block);
	state = _mm_aesenc_si128(state, r->key[0]);
	state = _mm_aesenc_si128(state, r->key[1]);
	state = _mm_aesenc_si128(state, r->key[2]);
	return _mm_aesenc_si128(state, r->key[3]);
}

/* A label with its length byte, in blocks of 16 bytes; that byte stands in the first, so padding
 * with zeros is no ambiguity. */
__attribute__((target("aes,sse4.1"))) static inline __m128i
absorb_label(__m128i state, const uint8_t *p, const struct rounds *r)
{
	unsigned more = p[0]; /* bytes but one */
	__m128i block, mask;

	for (; __builtin_expect(more > 15, 0); more -= 16, p += 16)
		state = absorb(state, _mm_loadu_si128((const __m128i_u *)p), r);
	block = _mm_loadu_si128((const __m128i_u *)p);
	mask = _mm_loadu_si128((const __m128i_u *)(keep + 15 - more));
	return absorb(state, _mm_and_si128(block, mask), r);
}

__attribute__((target("aes,sse4.1"))) static unsigned
aes_suffixes(const struct hash_key *key, const struct hash_name *names, unsigned n, uint32_t depths,
    struct probe *out)
{
	const __m128i *k = (const __m128i *)key->bytes, first = k[0];
	const struct rounds r = {{k[1], k[2], k[3], k[4]}};
	struct probe *to = out;

	for (unsigned i = 0; i < n; i++) {
		const uint8_t *name = names[i].name, *label = names[i].label;
		unsigned labels = names[i].labels;
		uint32_t left = depths >> 1; /* bit 0: the next suffix is listed at that depth */
		__m128i state = first;

		for (unsigned l = labels; l > 0 && left; left >>= 1) {
			unsigned at = label[--l];

			state = absorb_label(state, name + at, &r);
			if (!(left & 1))
				continue;
			_mm_storeu_si128((__m128i_u *)&to->hash, state);
			to->lane = (uint16_t)i;
			to->depth = (uint8_t)(labels - l);
			to++->at = (uint8_t)at;
		}
	}
	return (unsigned)(to - out);
}

const struct hash_impl hash_aes = {"aes-4", aes_suffixes};

const struct hash_impl *
hash_best(void)
{
	return __builtin_cpu_supports("aes") && __builtin_cpu_supports("sse4.1") ? &hash_aes
										 : &hash_sip;
}

#else

const struct hash_impl *
hash_best(void)
{
	return &hash_sip;
}

#endif
