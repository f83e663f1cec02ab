#include "lists/index_delta.h"

#include "base/err.h"
#include "lists/index_impl.h"

#include <Judy.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DIGIT_BITS 11
#define DIGITS     (1u << DIGIT_BITS)
#define AHEAD_LEAF 12 /* changes between asking for an array and using it */
#define AHEAD_ROOT 24 /* likewise for its root */

struct item {
	uint64_t key;
	uint64_t value; /* check and class, as in an array */
	uint32_t tag;
	bool remove;
};

/* An array that changes. */
struct swap {
	uint64_t at; /* its number */
	void *old, *new;
};

struct index_delta {
	struct index *ix;
	struct item *item;
	size_t n, room;
	uint32_t depths; /* of what is added */
	uint32_t culprit;
	/* What applying it would do to the counts. */
	int64_t names, entries;
};

int
index_delta_new(struct index_delta **out, struct index *ix)
{
	struct index_delta *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->ix = ix;
	*out = d;
	return 0;
}

void
index_delta_free(struct index_delta *d)
{
	if (!d)
		return;
	free(d->item);
	free(d);
}

size_t
index_delta_count(const struct index_delta *d)
{
	return d->n;
}

uint32_t
index_delta_culprit(const struct index_delta *d)
{
	return d->culprit;
}

static struct item *
place(struct index_delta *d)
{
	if (d->n == d->room) {
		size_t room = d->room ? 2 * d->room : 64;
		struct item *more = reallocarray(d->item, room, sizeof(*more));

		if (!more)
			return NULL;
		d->item = more;
		d->room = room;
	}
	return &d->item[d->n];
}

int
index_delta_add(struct index_delta *d, const struct index_change *ch, uint32_t tag)
{
	struct index *ix = d->ix;
	struct index_rule rule = {.from = ch->entry.from,
	    .until = ch->entry.until,
	    .feed = ch->feed,
	    .action = ch->entry.action};
	struct item *item = place(d);
	struct hash128 h;
	unsigned depth;
	int64_t class;
	int rc;

	if (!item)
		return -ENOMEM;
	if (ch->feed >= INDEX_FEEDS_MAX)
		return -ERR_RANGE;
	if (rule.action == ACTION_INHERIT && ch->pass)
		rule.action = ACTION_PASS;
	rc = index_hash_entry(ix->impl, &ix->key, &ch->entry, &h, &depth);
	if (rc < 0)
		return rc;
	class = class_of_rule(&ix->classes, &rule);
	if (class < 0)
		return (int)class;
	*item = (struct item){h.key, index_check(h) | (uint64_t) class, tag, ch->remove};
	if (!ch->remove)
		d->depths |= 1u << depth;
	d->n++;
	return 0;
}

/* Into order of the arrays, so that each is made once; stable. */
static int
sort(struct index_delta *d)
{
	struct item *to = malloc(d->n * sizeof(*to)), *from = d->item;

	if (!to)
		return -ENOMEM;
	for (unsigned shift = d->ix->shift; shift < 64; shift += DIGIT_BITS) {
		size_t at[DIGITS] = {0}, sum = 0;
		struct item *other = from;

		for (size_t i = 0; i < d->n; i++)
			at[from[i].key >> shift & (DIGITS - 1)]++;
		for (unsigned k = 0; k < DIGITS; k++) {
			size_t count = at[k];

			at[k] = sum;
			sum += count;
		}
		for (size_t i = 0; i < d->n; i++)
			to[at[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
		from = to;
		to = other;
	}
	free(to);
	d->item = from;
	d->room = d->n;
	return 0;
}

static int
copy(void **out, Word_t key, Word_t value)
{
	JError_t e;
	void **to = JudyLIns(out, key, &e);

	if (to == PPJERR)
		return -ENOMEM;
	*to = (void *)value;
	return 0;
}

/* A block whose layout is known is walked without libJudy, which would search for each key. */
static int
clone(const struct index *ix, void **out, const void *array)
{
	const Word_t *word = array;
	Word_t key = 0;
	JError_t e;
	int rc = 0;

	*out = NULL;
	if (array && ix->search != leaf_search_judy && word[0] < LEAF_KEYS) {
		const Word_t *value = word + ix->layout.value_at[word[0]];

		for (Word_t i = 0; i <= word[0] && rc == 0; i++)
			rc = copy(out, word[1 + i], value[i]);
		return rc;
	}
	for (void **v = JudyLFirst(array, &key, &e); v && rc == 0; v = JudyLNext(array, &key, &e))
		rc = copy(out, key, (Word_t)*v);
	return rc;
}

static int
add_item(struct index_delta *d, void **array, const struct item *item, bool strict)
{
	struct hash128 h = {item->key, item->value >> CLASS_BITS};
	enum index_added what;
	int rc = index_array_add(
	    &d->ix->classes, array, h, (uint32_t)(item->value & (INDEX_CLASSES - 1)), &what);

	if (rc < 0)
		return rc;
	if (what == INDEX_ADDED_NOTHING)
		return strict ? -EEXIST : 0;
	d->names += what == INDEX_ADDED_NAME;
	d->entries++;
	return 0;
}

static int
remove_item(struct index_delta *d, void **array, const struct item *item, bool strict)
{
	const uint64_t class_mask = INDEX_CLASSES - 1;
	JError_t e;
	void **value = JudyLGet(*array, item->key, &e);
	uint64_t v = value ? (uint64_t)(uintptr_t)*value : 0;
	int64_t left;

	if (!v || (v ^ item->value) >> CLASS_BITS)
		return strict ? -ENOENT : 0;
	left = class_without(
	    &d->ix->classes, (uint32_t)(v & class_mask), (uint32_t)(item->value & class_mask));
	if (left < 0)
		return (int)left;
	if (left == (int64_t)(v & class_mask))
		return strict ? -ENOENT : 0;
	d->entries--;
	if (left > 0) {
		*value = (void *)(uintptr_t)((v & ~class_mask) | (uint64_t)left);
		return 0;
	}
	d->names--;
	return JudyLDel(array, item->key, &e) == 1 ? 0 : -ENOMEM;
}

static void
ask_ahead(const struct index_delta *d, size_t i)
{
	const struct index *ix = d->ix;

	if (i + AHEAD_ROOT < d->n)
		__builtin_prefetch(&ix->root[d->item[i + AHEAD_ROOT].key >> ix->shift]);
	if (i + AHEAD_LEAF < d->n) {
		uint32_t root = atomic_load_explicit(
		    &ix->root[d->item[i + AHEAD_LEAF].key >> ix->shift], memory_order_relaxed);
		const char *leaf = ix->base + (uint64_t)(root & ROOT_PLACE) * ROOT_UNIT;

		__builtin_prefetch(leaf);
		__builtin_prefetch(leaf + (root & ROOT_TWO ? 64 : 0));
	}
}

/* Makes every array that changes anew. */
static int
prepare(struct index_delta *d, struct swap *swap, size_t *made, bool strict)
{
	struct index *ix = d->ix;
	int rc = 0;

	for (size_t i = 0; i < d->n;) {
		uint64_t at = d->item[i].key >> ix->shift;
		struct swap *s = &swap[(*made)++];

		s->at = at;
		s->old = index_array(ix, atomic_load_explicit(&ix->root[at], memory_order_relaxed));
		d->culprit = d->item[i].tag;
		rc = clone(ix, &s->new, s->old);
		for (; rc == 0 && i < d->n && d->item[i].key >> ix->shift == at; i++) {
			const struct item *item = &d->item[i];

			ask_ahead(d, i);
			d->culprit = item->tag;
			rc = item->remove ? remove_item(d, &s->new, item, strict)
					  : add_item(d, &s->new, item, strict);
		}
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void
publish(struct index_delta *d, const struct swap *swap, size_t n)
{
	struct index *ix = d->ix;

	atomic_fetch_or_explicit(&ix->depths, d->depths, memory_order_release);
	for (size_t i = 0; i < n; i++)
		atomic_store_explicit(
		    &ix->root[swap[i].at], index_root_to(ix, swap[i].new), memory_order_release);
	ix->names += (uint64_t)d->names;
	ix->entries += (uint64_t)d->entries;
}

int
index_delta_apply(struct index_delta *d, bool strict, index_grace_fn *grace, void *ctx)
{
	struct arena *before = arena_use(d->ix->arena);
	struct swap *swap = calloc(d->n ? d->n : 1, sizeof(*swap));
	uint64_t bytes = arena_bytes(d->ix->arena);
	size_t made = 0;
	JError_t e;
	int rc = swap ? 0 : -ENOMEM;

	d->names = d->entries = 0;
	if (rc == 0 && d->n > 1)
		rc = sort(d);
	if (rc == 0)
		rc = prepare(d, swap, &made, strict);
	if (rc == 0 && made) {
		publish(d, swap, made);
		grace(ctx);
	}
	for (size_t i = 0; i < made; i++) {
		if (i + AHEAD_LEAF < made)
			__builtin_prefetch(swap[i + AHEAD_LEAF].old);
		JudyLFreeArray(rc == 0 ? &swap[i].old : &swap[i].new, &e);
	}
	if (rc < 0)
		arena_rewind(d->ix->arena, bytes);
	free(swap);
	arena_use(before);
	return rc;
}

int
index_update(struct index *ix, const struct index_change *changes, size_t n, index_grace_fn *grace,
    void *ctx)
{
	struct index_delta *d;
	int rc = index_delta_new(&d, ix);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = index_delta_add(d, &changes[i], (uint32_t)i);
	if (rc == 0)
		rc = index_delta_apply(d, false, grace, ctx);
	index_delta_free(d);
	return rc;
}
