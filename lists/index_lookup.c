#include "lists/index_impl.h"

#include <Judy.h>

uint32_t
leaf_class(const void *array, struct hash128 h)
{
	JError_t e;
	void **value = JudyLGet(array, h.key, &e);
	uint64_t v = value ? (uint64_t)(uintptr_t)*value : 0;

	/* The key alone is 64 bits; the rest of the fingerprint must agree as well. */
	return (v ^ index_check(h)) >> CLASS_BITS ? 0 : (uint32_t)(v & (INDEX_CLASSES - 1));
}

void
leaf_search_judy(const struct index *ix, struct probe *probes, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		probes[i].class = leaf_class(index_array(ix, probes[i].class), probes[i].hash);
}

/* A block of one line is asked for once more in vain: cheaper than a branch. */
static void
prefetch_leaf(const struct index *ix, uint32_t root)
{
	const char *leaf = ix->base + (uint64_t)(root & ROOT_PLACE) * ROOT_UNIT;

	__builtin_prefetch(leaf);
	__builtin_prefetch(leaf + (root & ROOT_TWO ? 64 : 0));
}

unsigned
index_ask(const struct index *ix, const struct hash_name *names, unsigned n, struct probe *probes)
{
	uint32_t depths = atomic_load_explicit(&ix->depths, memory_order_acquire);
	unsigned made = ix->suffixes(&ix->key, names, n, depths, probes);

	for (unsigned i = 0; i < made; i++)
		__builtin_prefetch(index_root(ix, probes[i].hash));
	return made;
}

void
index_fetch(const struct index *ix, struct probe *probes, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		probes[i].class =
		    atomic_load_explicit(index_root(ix, probes[i].hash), memory_order_acquire);
		prefetch_leaf(ix, probes[i].class);
	}
}

void
index_search(const struct index *ix, struct probe *probes, unsigned n)
{
	ix->search(ix, probes, n);
}

/* All roots, then all leaves, then all searches: the loads of a burst are in flight together. */
unsigned
index_find(const struct index *ix, const struct hash_name *names, unsigned n, struct probe *probes)
{
	unsigned made = index_ask(ix, names, n, probes);

	index_fetch(ix, probes, made);
	index_search(ix, probes, made);
	return made;
}

const struct index_rule *
index_decide(const struct index *ix, uint32_t class, int32_t day)
{
	return index_rule_on(ix->rule, class, day);
}

const struct index_rule *
index_rules(const struct index *ix)
{
	return ix->rule;
}

bool
index_rule_before(const struct index_rule *a, const struct index_rule *b)
{
	bool pass_a = a->action == ACTION_PASS, pass_b = b->action == ACTION_PASS;

	return pass_a != pass_b ? pass_a : a->feed < b->feed;
}
