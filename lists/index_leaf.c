#include "lists/index_leaf.h"

#include "lists/index_arena.h"

#include <Judy.h>

#define STEP 0x9e3779b97f4a7c15u

/* Whether an array of n words is one block as described; its values' place goes to *at. */
static bool
is_block(const void *array, unsigned n, uint8_t *at)
{
	const Word_t *word = array;
	Word_t key = 0;
	JError_t e;
	void **value = JudyLFirst(array, &key, &e);

	if (word[0] != n - 1 || !value)
		return false;
	*at = (uint8_t)((Word_t *)value - word);
	if (*at <= n || *at > 2 * LEAF_KEYS)
		return false;
	for (unsigned i = 0; i < n; i++) {
		if (!value || (Word_t *)value != word + *at + i || word[1 + i] != key)
			return false;
		value = JudyLNext(array, &key, &e);
	}
	return !value;
}

bool
leaf_learn(struct leaf_layout *out)
{
	struct arena *before = arena_use(NULL);
	void *array = NULL;
	bool ok = true;
	JError_t e;

	for (unsigned n = 1; n <= LEAF_KEYS && ok; n++) {
		void **value = JudyLIns(&array, n * STEP, &e);

		ok = value != PPJERR && is_block(array, n, &out->value_at[n - 1]);
	}
	JudyLFreeArray(&array, &e);
	arena_use(before);
	return ok;
}

leaf_fn *
leaf_best(struct leaf_layout *out)
{
	bool known = leaf_learn(out);

	/* It reads whole lines, a neighbour's words too, which a race detector would report. */
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
	if (known && __builtin_cpu_supports("avx2"))
		return leaf_search_avx2;
#endif
	(void)known;
	return leaf_search_judy;
}
