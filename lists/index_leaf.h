/* index_leaf.h - searching the leaf that a small Judy array is.
 *
 * A JudyL of up to 31 words is one block: its population less one, the keys in order, then the
 * values.  Where the values begin is asked of the library itself at start (leaf_learn), by the
 * addresses that JudyLGet returns; a library that lays its leaves out otherwise is served by
 * JudyLGet, as are arrays of more than LEAF_KEYS words and processors without a search of their
 * own here. */
#pragma once

#include "lists/hash.h"

#include <stdbool.h>
#include <stdint.h>

#define LEAF_KEYS 8 /* words that a search of ours takes */

struct index;

struct leaf_layout {
	uint8_t value_at[LEAF_KEYS]; /* by population less one: words from the block's start */
};

/* Fills probe.class of n probes, which index_fetch has seen.  Hot. */
typedef void leaf_fn(const struct index *ix, struct probe *probes, unsigned n);

/* By JudyLGet, on any machine; by AVX2, where leaf_learn found the layout. */
void leaf_search_judy(const struct index *ix, struct probe *probes, unsigned n);
void leaf_search_avx2(const struct index *ix, struct probe *probes, unsigned n);

/* Finds the layout out.  Returns whether it is the one described above. */
bool leaf_learn(struct leaf_layout *out);

/* The fastest search that this processor and this library allow. */
leaf_fn *leaf_best(struct leaf_layout *out);

/* The class in one array, by JudyLGet; 0: not there. */
uint32_t leaf_class(const void *array, struct hash128 h);
