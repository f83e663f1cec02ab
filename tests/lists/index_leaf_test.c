#include "lists/index_leaf.h"

#include "lists/index_impl.h"
#include "tests/lists/index_tools.h"
#include "tests/test.h"

#include <stdio.h>

#define NAMES 30000 /* in 1,024 arrays: up to 29 a leaf on average, some over 31 */
#define STEP  600

static struct entry
numbered(unsigned i)
{
	char text[32];

	snprintf(text, sizeof(text), "n%u.example", i);
	return entry_of(text, DAY_FIRST, DAY_NEVER, ACTION_INHERIT);
}

static struct probe
probe_of(const struct index *ix, unsigned i)
{
	uint8_t padded[NAME_LEN_MAX + 16] = {0};
	struct entry e = numbered(i);
	struct probe probe = {0};
	unsigned depth;

	memcpy(padded, e.name, e.name_len);
	index_hash_entry(ix->impl, &ix->key, &e, &probe.hash, &depth);
	return probe;
}

static void
no_readers(void *ctx)
{
	(void)ctx;
}

/* How many of all names a search finds wrongly when the first n are listed. */
static unsigned
wrong(const struct index *ix, leaf_fn *search, unsigned n)
{
	unsigned bad = 0;

	for (unsigned i = 0; i < NAMES; i++) {
		struct probe probe = probe_of(ix, i);

		index_fetch(ix, &probe, 1);
		search(ix, &probe, 1);
		bad += (probe.class != 0) != (i < n);
	}
	return bad;
}

static struct index *
index_of_one(void)
{
	struct entry e = numbered(0);
	struct index_loader *l;
	struct index *ix = NULL;

	index_loader_new(&l, hash_best(), &index_key, 0);
	index_loader_add(l, &e, 1, false);
	index_loader_finish(l, &ix);
	return ix;
}

/* Every population from none to more than a leaf holds, in every place within a cache line. */
static void
test_search(const char *name, leaf_fn *search)
{
	struct index *ix = index_of_one();
	unsigned bad = wrong(ix, search, 1);

	for (unsigned n = 1; n < NAMES; n++) {
		struct index_change change = {.entry = numbered(n), .feed = 1};

		if (index_update(ix, &change, 1, no_readers, NULL) < 0)
			bad++;
		if (n % STEP == STEP / 2)
			bad += wrong(ix, search, n + 1);
	}
	CHECK(bad == 0, "%s finds what is listed, and nothing else, while arrays grow", name);
	index_free(ix);
}

int
main(void)
{
	struct leaf_layout layout;

	CHECK(leaf_learn(&layout), "this library's leaves are laid out as we read them");
	test_search("judy", leaf_search_judy);
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2"))
		test_search("avx2", leaf_search_avx2);
#endif
	return test_end();
}
