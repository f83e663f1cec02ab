#include "lists/addrpool.h"

#include <sodium/crypto_shorthash_siphash24.h>
#include <string.h>

#define SLOT_LEN 8 /* bytes */

_Static_assert(crypto_shorthash_siphashx24_KEYBYTES == POOL_KEY_LEN, "SipHash key");

static void
hash(uint8_t out[16], const struct addrpool *p, const uint8_t *name, uint64_t slot)
{
	uint8_t in[SLOT_LEN + NAME_LEN_MAX];
	unsigned len = 0;

	for (unsigned i = 0; i < SLOT_LEN; i++)
		in[i] = (uint8_t)(slot >> (56 - 8 * i));
	while (name[len])
		len += name[len] + 1u;
	memcpy(in + SLOT_LEN, name, len + 1);
	crypto_shorthash_siphashx24(out, in, SLOT_LEN + len + 1, p->key);
}

void
addrpool_a(uint8_t out[4], const struct addrpool *p, const uint8_t *name, uint64_t slot)
{
	uint8_t h[16];

	hash(h, p, name, slot);
	for (unsigned i = 0; i < 4; i++)
		out[i] = (uint8_t)(p->a[i] | (h[i] & ~p->a_mask[i]));
}

void
addrpool_aaaa(uint8_t out[16], const struct addrpool *p, const uint8_t *name, uint64_t slot)
{
	uint8_t h[16];

	hash(h, p, name, slot);
	for (unsigned i = 0; i < 16; i++)
		out[i] = (uint8_t)(p->aaaa[i] | (h[i] & ~p->aaaa_mask[i]));
}
