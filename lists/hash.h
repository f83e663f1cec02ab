/* hash.h - keyed 128-bit hashes of a name's suffixes.
 *
 * hash(label.suffix) = F(hash(suffix), label), so one pass from the right gives the hash
 * of every suffix on the way.  The key is random and fresh at every start: nobody outside
 * can choose names that collide.  Two implementations stand behind one table:
 *   aes     x86-64 with AES-NI: per 16 bytes of label 4 AES rounds under secret round keys,
 *           the core of Pelican MAC 2.0 (Daemen and Rijmen, ePrint 2005/088), whose authors
 *           bound the probability that two chosen inputs collide by 2^-113
 *   sip     any machine: SipHash-2-4 with 128 bits of output (libsodium)
 * Values of the two differ; nothing that is stored may depend on them. */
#pragma once

#include <stdint.h>

#define HASH_KEY_LEN     80  /* bytes: state and four round keys; sip uses the first 32 */
#define HASH_LABELS_MAX  15  /* depth of the deepest suffix that can be hashed */
#define HASH_NAME_LABELS 127 /* of the longest name (NAME_LABELS_MAX) */

struct hash_key {
	uint8_t bytes[HASH_KEY_LEN] __attribute__((aligned(16)));
};

struct hash128 {
	uint64_t key;   /* the index's word in Judy; its top bits choose the array */
	uint64_t check; /* the rest of the fingerprint */
};

/* One name to hash.  Reads up to 16 bytes past the name's end. */
struct hash_name {
	const uint8_t *name;             /* canonical wire form (name.h) */
	uint8_t labels;                  /* how many, the root's not counted */
	uint8_t label[HASH_NAME_LABELS]; /* their offsets in name, from the left */
};

/* The offset in the name of its suffix of d labels, 1..labels. */
static inline unsigned
hash_suffix_at(const struct hash_name *h, unsigned d)
{
	return h->label[h->labels - d];
}

/* One suffix of one of the names. */
struct probe {
	struct hash128 hash;
	uint16_t lane;  /* which name */
	uint8_t depth;  /* labels in the suffix */
	uint8_t at;     /* its offset in the name */
	uint32_t class; /* filled by index_find; 0: not listed; before, the root of its array */
};

/* Hashes, for n names, the suffixes whose depth has its bit set in depths (bit d: d labels).
 *   out   room for n * HASH_LABELS_MAX probes, the caller's; a lane's probes stand together,
 *         shallow before deep, lanes in order
 * Returns how many.  Hot. */
typedef unsigned hash_fn(const struct hash_key *key, const struct hash_name *names, unsigned n,
    uint32_t depths, struct probe *out);

struct hash_impl {
	const char *name;
	hash_fn *suffixes;
};

extern const struct hash_impl hash_sip, hash_aes;

/* The fastest that this processor has; aes is never chosen where it cannot run. */
const struct hash_impl *hash_best(void);

/* Notes the labels of a canonical name in h. */
void hash_name_set(struct hash_name *h, const uint8_t *name);
