/* structures.h - what else could hold a list's names: each is given the same names and queries as
 * the index, in the form of key that suits it best.
 *
 * Judy's trees live on huge pages as the index does; so does the hash table.  Keys of queries are
 * made beforehand: the two that take a hash are not charged for it, the index is.  One thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define STRUCTURE_KEY_BYTES 32

struct structure_key {
	uint8_t bytes[STRUCTURE_KEY_BYTES]; /* a canonical name, then what the structure wants */
};

struct structure;

struct structure_kind {
	const char *name;
	bool needs_eal; /* DPDK's environment must be there */
};

/* Ended by a row without a name. */
extern const struct structure_kind structure_kinds[];

/* Loads `names` names of names.h, seed 1.  Returns 0, -ENOMEM or -ERR_FULL. */
int structure_new(struct structure **out, const struct structure_kind *kind, uint64_t names);
void structure_free(struct structure *s); /* NULL is allowed */

/* Bytes of memory that it holds. */
uint64_t structure_bytes(const struct structure *s);

/* Turns n names into its keys, in place. */
void structure_keys(const struct structure *s, struct structure_key *keys, uint64_t n);

/* Looks n keys up, n a multiple of 64.  Returns how many are there. */
uint64_t structure_find(const struct structure *s, const struct structure_key *keys, uint64_t n);
