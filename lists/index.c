#include "lists/index_impl.h"

#include "base/err.h"

#include <Judy.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
index_free(struct index *ix)
{
	if (!ix)
		return;
	classes_close(&ix->classes);
	arena_free(ix->arena);
	free(ix);
}

int
index_hash_entry(const struct hash_impl *impl, const struct hash_key *key, const struct entry *e,
    struct hash128 *out, unsigned *depth)
{
	uint8_t padded[NAME_LEN_MAX + 16] = {0};
	struct hash_name h;
	struct probe probe[HASH_LABELS_MAX];
	unsigned labels;

	memcpy(padded, e->name, e->name_len);
	labels = name_labels(padded);
	if (labels == 0 || labels > HASH_LABELS_MAX)
		return -ERR_NAME;
	hash_name_set(&h, padded);
	impl->suffixes(key, &h, 1, 1u << labels, probe);
	*out = probe[0].hash;
	*depth = labels;
	return 0;
}

/* Judy's largest leaf, and what is no leaf, goes beyond a line. */
uint32_t
index_root_to(const struct index *ix, const void *array)
{
	uint64_t at = (uint64_t)((const char *)array - ix->base), last, end;

	if (!array)
		return 0;
	memcpy(&last, array, sizeof(last));
	end = last < LEAF_KEYS ? ix->layout.value_at[last] + last + 1 : LEAF_KEYS + 1;
	return (uint32_t)(at / ROOT_UNIT) | (at / ROOT_UNIT % LEAF_KEYS + end > 8 ? ROOT_TWO : 0);
}

int
index_array_add(struct classes *c, void **array, struct hash128 h, uint32_t class,
    enum index_added *what)
{
	JError_t e;
	void **value = JudyLIns(array, h.key, &e);
	uint64_t v;
	int64_t joined;

	if (value == PPJERR)
		return -ENOMEM;
	v = (uint64_t)(uintptr_t)*value;
	/* A value that is in use has a class, which is never 0. */
	if (v && (v ^ index_check(h)) >> CLASS_BITS)
		return -EAGAIN;
	joined = class_join(c, (uint32_t)(v & (INDEX_CLASSES - 1)), class);
	if (joined < 0)
		return (int)joined;
	*value = (void *)(uintptr_t)(index_check(h) | (uint64_t)joined);
	*what = INDEX_ADDED_RULE;
	if (!v)
		*what = INDEX_ADDED_NAME;
	else if (joined == (int64_t)(v & (INDEX_CLASSES - 1)))
		*what = INDEX_ADDED_NOTHING;
	return 0;
}

const struct index_rule *
index_rule_at(const struct index *ix, uint32_t at)
{
	return at ? &ix->rule[at] : NULL;
}

void
index_stats(const struct index *ix, struct index_stats *s)
{
	*s = (struct index_stats){
	    .names = atomic_load_explicit(&ix->names, memory_order_relaxed),
	    .entries = atomic_load_explicit(&ix->entries, memory_order_relaxed),
	    .arrays = 1ull << (64 - ix->shift),
	    .bytes = arena_bytes(ix->arena) + ix->classes.n * sizeof(struct index_rule),
	    .classes = ix->classes.sets,
	    .depths = atomic_load_explicit(&ix->depths, memory_order_relaxed),
	    .hash = ix->impl->name,
	};
}

uint64_t
index_twins(const struct index *ix, unsigned feed)
{
	return ix->twins[feed];
}

/* Spreads n keys over an array by a step that no power of two divides, then looks for each. */
static int
array_keeps(uint64_t n, uint64_t step)
{
	void *array = NULL;
	JError_t e;
	int rc = 0;

	for (uint64_t i = 0; i < n && rc == 0; i++) {
		void **value = JudyLIns(&array, i * step, &e);

		if (value == PPJERR)
			rc = -ENOMEM;
		else
			*value = (void *)(uintptr_t)(i + 1);
	}
	for (uint64_t i = 0; i < n && rc == 0; i++) {
		void **value = JudyLGet(array, i * step, &e);

		if (!value || (uintptr_t)*value != i + 1)
			rc = -ERR_LIBRARY;
	}
	if (rc == 0 && JudyLCount(array, 0, ~0ul, &e) != n)
		rc = -ERR_LIBRARY;
	JudyLFreeArray(&array, &e);
	return rc;
}

int
index_self_test(void)
{
	static const uint64_t steps[] = {
	    1, 3, 256, 257, 65537, 0x1000193, 0x100000001b3, 0x9e3779b97f4a7c15};
	uint64_t before = arena_judy_calls();

	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		/* Below, at and over a leaf's 31 words, and far over. */
		for (uint64_t n = 30; n <= 3000; n = n < 33 ? n + 1 : n * 4) {
			int rc = array_keeps(n, steps[i]);

			if (rc < 0)
				return rc;
		}
	}
	return arena_judy_calls() > before ? 0 : -ERR_LIBRARY;
}
