#include "lists/hash.h"

#include <string.h>

#if defined(__x86_64__)

#include <immintrin.h>

/* Keeps a label's first n bytes of the 16 that were loaded, n = 1..16. */
static const uint8_t keep[32] __attribute__((aligned(32))) = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0};

/* Four rounds on one block.  The length byte stands in a label's first block, so padding with
 * zeros is no ambiguity. */
__attribute__((target("aes,sse4.1"))) static inline __m128i
absorb(__m128i state, const uint8_t *p, unsigned n, const __m128i round[4])
{
	__m128i block = _mm_loadu_si128((const __m128i_u *)p);
	__m128i mask = _mm_loadu_si128((const __m128i_u *)(keep + 16 - n));

	state = _mm_xor_si128(state, _mm_and_si128(block, mask));
	state = _mm_aesenc_si128(state, round[0]);
	state = _mm_aesenc_si128(state, round[1]);
	state = _mm_aesenc_si128(state, round[2]);
	return _mm_aesenc_si128(state, round[3]);
}

__attribute__((target("aes,sse4.1"))) static unsigned
aes_suffixes(const struct hash_key *key, const struct hash_name *names, unsigned n, uint32_t depths,
    struct probe *out)
{
	const __m128i *k = (const __m128i *)key->bytes;
	const __m128i round[4] = {k[1], k[2], k[3], k[4]};
	unsigned made = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct hash_name *h = &names[i];
		__m128i state = k[0];

		for (unsigned d = 1; d <= h->labels && depths >> d; d++) {
			const uint8_t *p = h->name + hash_suffix_at(h, d);
			unsigned left = p[0] + 1u;

			for (; left > 16; left -= 16, p += 16)
				state = absorb(state, p, 16, round);
			state = absorb(state, p, left, round);
			if (!(depths >> d & 1))
				continue;
			out[made].lane = (uint16_t)i;
			out[made].depth = (uint8_t)d;
			_mm_storeu_si128((__m128i_u *)&out[made++].hash, state);
		}
	}
	return made;
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
