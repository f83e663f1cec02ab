#include "lists/index_impl.h"

#include <Judy.h>

/* A Judy array of up to 31 words is one leaf behind its root: its length, then the keys, then the
 * values.  With 5 names at the most, on average, two lines hold nearly all of it. */
static void
prefetch_leaf(const void *leaf)
{
	uintptr_t line = (uintptr_t)leaf; /* of an empty array NULL: harmless to ask for */

	__builtin_prefetch((const void *)line);
	__builtin_prefetch((const void *)(line + 64));
}

static uint32_t
class_in(const void *array, struct hash128 h)
{
	JError_t e;
	void **value = JudyLGet(array, h.key, &e);
	uint64_t v = value ? (uint64_t)(uintptr_t)*value : 0;

	/* The key alone is 64 bits; the rest of the fingerprint must agree as well. */
	return (v ^ index_check(h)) >> CLASS_BITS ? 0 : (uint32_t)(v & (INDEX_CLASSES - 1));
}

/* All roots, then all leaves, then all searches: the loads of a burst are in flight together. */
unsigned
index_find(const struct index *ix, const struct hash_name *names, unsigned n, struct probe *probes)
{
	uint32_t depths = atomic_load_explicit(&ix->depths, memory_order_acquire);
	unsigned made = ix->suffixes(&ix->key, names, n, depths, probes);

	for (unsigned i = 0; i < made; i++)
		__builtin_prefetch(index_root(ix, probes[i].hash));
	for (unsigned i = 0; i < made; i++)
		prefetch_leaf(
		    atomic_load_explicit(index_root(ix, probes[i].hash), memory_order_relaxed));
	for (unsigned i = 0; i < made; i++)
		probes[i].class = class_in(
		    atomic_load_explicit(index_root(ix, probes[i].hash), memory_order_acquire),
		    probes[i].hash);
	return made;
}

const struct index_rule *
index_decide(const struct index *ix, uint32_t class, int32_t day)
{
	for (; class; class = ix->rule[class].next)
		if (ix->rule[class].from <= day && day < ix->rule[class].until)
			return &ix->rule[class];
	return NULL;
}

bool
index_rule_before(const struct index_rule *a, const struct index_rule *b)
{
	bool pass_a = a->action == ACTION_PASS, pass_b = b->action == ACTION_PASS;

	return pass_a != pass_b ? pass_a : a->feed < b->feed;
}
