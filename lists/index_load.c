#include "lists/index_impl.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Entries wait as 16 bytes each, in parts by the first bits of the key.  Then part after part
 * is sorted and its arrays are made one after the other, all in cache, so that nothing that
 * Judy grows out of is left over. */
#define PART_BITS     10
#define PARTS         (1u << PART_BITS)
#define CHUNK         255 /* items: a chunk has 4 KiB */
#define SORT_BITS     8
#define ARENA_DEFAULT (INDEX_NAMES_MAX * 24) /* address space; memory is taken as it fills */

struct item {
	uint64_t key;
	uint64_t value; /* check and class, as in an array */
};

struct chunk {
	struct chunk *next;
	uint64_t n;
	struct item item[CHUNK];
};

struct part {
	struct chunk *last; /* the chunks before it by `next` */
	uint64_t n;
};

struct index_loader {
	const struct hash_impl *impl;
	struct hash_key key;
	struct classes classes;
	struct arena *arena; /* of the chunks */
	uint64_t bytes_max;
	uint64_t entries;
	uint32_t depths;
	struct part part[PARTS];
};

int
index_loader_new(struct index_loader **out, const struct hash_impl *impl,
    const struct hash_key *key, uint64_t bytes_max)
{
	struct index_loader *l = calloc(1, sizeof(*l));
	int rc = -ENOMEM;

	if (!l)
		return rc;
	l->impl = impl;
	l->key = *key;
	l->bytes_max = bytes_max ? bytes_max : ARENA_DEFAULT;
	rc = classes_init(&l->classes);
	if (rc == 0)
		rc = arena_new(&l->arena, l->bytes_max);
	if (rc < 0) {
		index_loader_free(l);
		return rc;
	}
	*out = l;
	return 0;
}

void
index_loader_free(struct index_loader *l)
{
	if (!l)
		return;
	classes_close(&l->classes);
	arena_free(l->arena);
	free(l);
}

static int
append(struct index_loader *l, struct item item)
{
	struct part *p = &l->part[item.key >> (64 - PART_BITS)];
	struct chunk *c = p->last;

	if (!c || c->n == CHUNK) {
		c = arena_take(l->arena, sizeof(*c));
		if (!c)
			return -ENOMEM;
		c->next = p->last;
		p->last = c;
	}
	c->item[c->n++] = item;
	p->n++;
	return 0;
}

int
index_loader_add(struct index_loader *l, const struct entry *e, unsigned feed, bool pass)
{
	struct index_rule rule = {
	    .from = e->from, .until = e->until, .feed = (uint8_t)feed, .action = e->action};
	struct hash128 h;
	unsigned depth;
	int64_t class;
	int rc;

	if (feed >= INDEX_FEEDS_MAX)
		return -ERR_RANGE;
	if (l->entries >= INDEX_NAMES_MAX)
		return -ERR_FULL;
	if (rule.action == ACTION_INHERIT && pass)
		rule.action = ACTION_PASS;
	rc = index_hash_entry(l->impl, &l->key, e, &h, &depth);
	if (rc < 0)
		return rc;
	class = class_of_rule(&l->classes, &rule);
	if (class < 0)
		return (int)class;
	rc = append(l, (struct item){h.key, index_check(h) | (uint64_t) class});
	if (rc < 0)
		return rc;
	l->depths |= 1u << depth;
	l->entries++;
	return 0;
}

/* One pass of a counting sort by SORT_BITS of the key. */
static void
sort_pass(struct item *to, const struct item *from, uint64_t n, unsigned shift)
{
	uint64_t at[1 << SORT_BITS] = {0}, sum = 0;

	for (uint64_t i = 0; i < n; i++)
		at[from[i].key >> shift & ((1 << SORT_BITS) - 1)]++;
	for (unsigned b = 0; b < 1 << SORT_BITS; b++) {
		uint64_t count = at[b];

		at[b] = sum;
		sum += count;
	}
	for (uint64_t i = 0; i < n; i++)
		to[at[from[i].key >> shift & ((1 << SORT_BITS) - 1)]++] = from[i];
}

static void
gather(struct item *to, const struct part *p)
{
	for (const struct chunk *c = p->last; c; c = c->next) {
		memcpy(to, c->item, c->n * sizeof(*to));
		to += c->n;
	}
}

/* Into order of the arrays: a part's two leading bytes below its own bits decide up to 2^26. */
static int
fill(struct index *ix, const struct part *p, struct item *a, struct item *b)
{
	gather(a, p);
	sort_pass(b, a, p->n, 64 - PART_BITS - 2 * SORT_BITS);
	sort_pass(a, b, p->n, 64 - PART_BITS - SORT_BITS);
	for (uint64_t i = 0; i < p->n; i++) {
		struct hash128 h = {a[i].key, a[i].value >> CLASS_BITS};
		_Atomic uint32_t *root = index_root(ix, h);
		void *array = index_array(ix, atomic_load_explicit(root, memory_order_relaxed));
		uint32_t class = (uint32_t)(a[i].value & (INDEX_CLASSES - 1));
		enum index_added what;
		int rc = index_array_add(&ix->classes, &array, h, class, &what);

		if (rc < 0)
			return rc;
		atomic_store_explicit(root, index_root_to(ix, array), memory_order_relaxed);
		ix->names += what == INDEX_ADDED_NAME;
		ix->twins[ix->rule[class].feed] += what == INDEX_ADDED_NOTHING;
	}
	return 0;
}

static int
fill_all(struct index *ix, const struct index_loader *l)
{
	struct arena *before = arena_use(ix->arena);
	uint64_t most = 1;
	struct item *a, *b;
	int rc = 0;

	for (unsigned i = 0; i < PARTS; i++)
		most = l->part[i].n > most ? l->part[i].n : most;
	a = malloc(most * sizeof(*a));
	b = malloc(most * sizeof(*b));
	if (!a || !b)
		rc = -ENOMEM;
	for (unsigned i = 0; i < PARTS && rc == 0; i++)
		rc = fill(ix, &l->part[i], a, b);
	free(a);
	free(b);
	arena_use(before);
	return rc;
}

/* 1.25 to 2.5 names an array, so that most are within one cache line; at least 2^PART_BITS
 * arrays. */
static unsigned
array_bits(uint64_t names)
{
	unsigned bits = PART_BITS;

	while (2 * names >> bits >= 7)
		bits++;
	return bits;
}

int
index_loader_finish(struct index_loader *l, struct index **out)
{
	struct index *ix = aligned_alloc(64, (sizeof(*ix) + 63) / 64 * 64);
	unsigned bits = array_bits(l->entries);
	int rc = -ENOMEM;

	if (!ix)
		goto out;
	memset(ix, 0, sizeof(*ix));
	ix->impl = l->impl;
	ix->suffixes = l->impl->suffixes;
	ix->search = leaf_best(&ix->layout);
	ix->key = l->key;
	ix->shift = 64 - bits;
	ix->depths = l->depths;
	ix->entries = l->entries;
	ix->classes = l->classes;
	memset(&l->classes, 0, sizeof(l->classes)); /* handed over */
	ix->rule = ix->classes.rule;
	rc = arena_new(&ix->arena, l->bytes_max < ROOT_BYTES ? l->bytes_max : ROOT_BYTES);
	if (rc < 0)
		goto out;
	ix->base = arena_take(ix->arena, 64); /* what a root of 0 leads to */
	ix->root = arena_take(ix->arena, sizeof(*ix->root) << bits);
	rc = ix->root ? fill_all(ix, l) : -ENOMEM;
out:
	index_loader_free(l);
	if (rc < 0)
		index_free(ix);
	else
		*out = ix;
	return rc;
}
