#include "lists/index_impl.h"

#include "base/err.h"

#include <Judy.h>
#include <errno.h>
#include <stdlib.h>

#define BATCH 8192 /* changes a grace period: bounds what waits to be freed */

static int
clone(void **out, const void *array)
{
	Word_t key = 0;
	JError_t e;
	void **from = JudyLFirst(array, &key, &e);

	*out = NULL;
	for (; from; from = JudyLNext(array, &key, &e)) {
		void **to = JudyLIns(out, key, &e);

		if (to == PPJERR) {
			JudyLFreeArray(out, &e);
			return -ENOMEM;
		}
		*to = *from;
	}
	return 0;
}

/* Takes class out of the name h.  *gone says whether the name went with it. */
static int
array_remove(struct classes *c, void **array, struct hash128 h, uint32_t class, bool *gone)
{
	JError_t e;
	void **value = JudyLGet(*array, h.key, &e);
	uint64_t v = value ? (uint64_t)(uintptr_t)*value : 0;
	int64_t left;

	*gone = false;
	if (!v || (v ^ index_check(h)) >> CLASS_BITS)
		return 0;
	left = class_without(c, (uint32_t)(v & (INDEX_CLASSES - 1)), class);
	if (left < 0)
		return (int)left;
	if (left > 0)
		*value = (void *)(uintptr_t)(index_check(h) | (uint64_t)left);
	else
		*gone = JudyLDel(array, h.key, &e) == 1;
	return 0;
}

/* One change: *old is what the array was, to be freed after the grace period. */
static int
change_one(struct index *ix, const struct index_change *ch, void **old)
{
	struct index_rule rule = {.from = ch->entry.from,
	    .until = ch->entry.until,
	    .feed = ch->feed,
	    .action = ch->entry.action};
	struct hash128 h;
	unsigned depth;
	_Atomic uint32_t *root;
	void *array = NULL;
	bool moved = false;
	JError_t e;
	int64_t class;
	int rc;

	if (rule.action == ACTION_INHERIT && ch->pass)
		rule.action = ACTION_PASS;
	rc = index_hash_entry(ix->impl, &ix->key, &ch->entry, &h, &depth);
	if (rc < 0)
		return rc;
	class = class_of_rule(&ix->classes, &rule);
	if (class < 0)
		return (int)class;
	root = index_root(ix, h);
	*old = index_array(ix, atomic_load_explicit(root, memory_order_relaxed));
	rc = clone(&array, *old);
	if (rc == 0)
		rc = ch->remove
			 ? array_remove(&ix->classes, &array, h, (uint32_t) class, &moved)
			 : index_array_add(&ix->classes, &array, h, (uint32_t) class, &moved);
	if (rc < 0) {
		JudyLFreeArray(&array, &e);
		return rc;
	}
	if (!ch->remove)
		atomic_fetch_or_explicit(&ix->depths, 1u << depth, memory_order_release);
	atomic_store_explicit(root, index_root_to(ix, array), memory_order_release);
	ix->names += moved ? (ch->remove ? -1ull : 1ull) : 0;
	return 0;
}

int
index_update(struct index *ix, const struct index_change *changes, size_t n, index_grace_fn *grace,
    void *ctx)
{
	struct arena *before = arena_use(ix->arena);
	void **old = calloc(BATCH, sizeof(*old));
	size_t i = 0;
	int rc = old ? 0 : -ENOMEM;

	while (i < n && rc == 0) {
		size_t m = 0;
		JError_t e;

		while (i < n && m < BATCH && rc == 0) {
			rc = changes[i].feed < INDEX_FEEDS_MAX ? 0 : -ERR_RANGE;
			if (rc == 0)
				rc = change_one(ix, &changes[i], &old[m]);
			if (rc == 0) {
				i++;
				m++;
			}
		}
		grace(ctx);
		for (size_t k = 0; k < m; k++)
			JudyLFreeArray(&old[k], &e);
	}
	free(old);
	arena_use(before);
	return rc;
}
