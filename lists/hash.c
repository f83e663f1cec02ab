#include "lists/hash.h"

#include "lists/name.h"

#include <sodium.h>
#include <string.h>

_Static_assert(HASH_NAME_LABELS == NAME_LABELS_MAX, "room for every label");
_Static_assert(crypto_shorthash_siphashx24_KEYBYTES == 16, "SipHash key");
_Static_assert(crypto_shorthash_siphashx24_BYTES == 16, "SipHash-128 output");

static unsigned
sip_suffixes(const struct hash_key *key, const struct hash_name *names, unsigned n, uint32_t depths,
    struct probe *out)
{
	unsigned made = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct hash_name *h = &names[i];
		uint8_t in[16 + 1 + NAME_LABEL_MAX];

		memcpy(in, key->bytes + 16, 16); /* the root's hash is secret as well */
		for (unsigned d = 1; d <= h->labels && d <= HASH_LABELS_MAX && depths >> d; d++) {
			const uint8_t *label = h->name + hash_suffix_at(h, d);

			memcpy(in + 16, label, 1u + label[0]);
			crypto_shorthash_siphashx24(in, in, 17u + label[0], key->bytes);
			if (!(depths >> d & 1))
				continue;
			out[made] = (struct probe){.lane = (uint16_t)i,
			    .depth = (uint8_t)d,
			    .at = (uint8_t)(label - h->name)};
			memcpy(&out[made++].hash, in, 16);
		}
	}
	return made;
}

const struct hash_impl hash_sip = {"siphash-2-4-128", sip_suffixes};

void
hash_name_set(struct hash_name *h, const uint8_t *name)
{
	h->name = name;
	h->labels = 0;
	for (unsigned p = 0; name[p]; p += name[p] + 1u)
		h->label[h->labels++] = (uint8_t)p;
}
