#include "bench/structures.h"

#include "base/err.h"
#include "bench/names.h"
#include "lists/hash.h"
#include "lists/index_arena.h"

#include <Judy.h>
#include <errno.h>
#include <rte_hash.h>
#include <rte_hash_crc.h>
#include <rte_malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define BULK      64
#define HUGE_PAGE (2u << 20)
#define ROOM_BASE (64u << 20) /* bytes reserved, and for each name; what is not used is not there \
			       */
#define ROOM_NAME 160
#define HEAP      "names"
#define LEN_AT    (STRUCTURE_KEY_BYTES - 1) /* of a key: where a name's length stands */

struct structure {
	const struct structure_kind *kind;
	struct arena *arena; /* Judy's */
	void *judy;
	struct rte_hash *table;
	void *heap;
	uint64_t heap_bytes;
};

static uint64_t
hash_of(const struct structure_key *k)
{
	static const struct hash_key key = {{7}};
	struct probe probe[HASH_LABELS_MAX];
	struct hash_name h;

	hash_name_set(&h, k->bytes);
	hash_best()->suffixes(&key, &h, 1, 1u << h.labels, probe);
	return probe[0].hash.key;
}

static unsigned
name_len(const uint8_t *name)
{
	unsigned len = 1;

	for (; *name; name += *name + 1)
		len += *name + 1u;
	return len;
}

static void
key_hash(struct structure_key *k)
{
	uint64_t hash = hash_of(k);

	memcpy(k->bytes, &hash, sizeof(hash));
}

/* "tld.label": names of one domain stand together, as a tree of strings likes it. */
static void
key_text(struct structure_key *k)
{
	unsigned label = k->bytes[0], tld = k->bytes[label + 1];
	struct structure_key text = {{0}};

	memcpy(text.bytes, k->bytes + label + 2, tld);
	text.bytes[tld] = '.';
	memcpy(text.bytes + tld + 1, k->bytes + 1, label);
	*k = text;
}

static void
key_wire(struct structure_key *k)
{
	k->bytes[LEN_AT] = (uint8_t)name_len(k->bytes);
}

static uint64_t
word_of(const struct structure_key *k)
{
	uint64_t word;

	memcpy(&word, k->bytes, sizeof(word));
	return word;
}

static int
add_judyl(struct structure *s, const struct structure_key *k)
{
	return JudyLIns(&s->judy, word_of(k), PJE0) == PPJERR ? -ENOMEM : 0;
}

static int
add_judysl(struct structure *s, const struct structure_key *k)
{
	return JudySLIns(&s->judy, k->bytes, PJE0) == PPJERR ? -ENOMEM : 0;
}

static int
add_judyhs(struct structure *s, const struct structure_key *k)
{
	struct structure_key name = *k; /* it takes a pointer that is not const */

	return JudyHSIns(&s->judy, name.bytes, k->bytes[LEN_AT], PJE0) == PPJERR ? -ENOMEM : 0;
}

static int
add_table(struct structure *s, const struct structure_key *k)
{
	return rte_hash_add_key(s->table, k->bytes) < 0 ? -ERR_FULL : 0;
}

static uint64_t
find_judyl(const struct structure *s, const struct structure_key *k, uint64_t n)
{
	uint64_t found = 0;

	for (uint64_t i = 0; i < n; i++)
		found += JudyLGet(s->judy, word_of(&k[i]), PJE0) != NULL;
	return found;
}

static uint64_t
find_judysl(const struct structure *s, const struct structure_key *k, uint64_t n)
{
	uint64_t found = 0;

	for (uint64_t i = 0; i < n; i++)
		found += JudySLGet(s->judy, k[i].bytes, PJE0) != NULL;
	return found;
}

static uint64_t
find_judyhs(const struct structure *s, const struct structure_key *k, uint64_t n)
{
	uint64_t found = 0;

	for (uint64_t i = 0; i < n; i++)
		found +=
		    JudyHSGet(s->judy, (void *)(uintptr_t)k[i].bytes, k[i].bytes[LEN_AT]) != NULL;
	return found;
}

static uint64_t
find_table(const struct structure *s, const struct structure_key *k, uint64_t n)
{
	const void *key[BULK];
	int32_t at[BULK];
	uint64_t found = 0;

	for (uint64_t i = 0; i < n; i += BULK) {
		for (unsigned j = 0; j < BULK; j++)
			key[j] = k[i + j].bytes;
		rte_hash_lookup_bulk(s->table, key, BULK, at);
		for (unsigned j = 0; j < BULK; j++)
			found += at[j] >= 0;
	}
	return found;
}

static const struct {
	void (*key)(struct structure_key *k);
	int (*add)(struct structure *s, const struct structure_key *k);
	uint64_t (*find)(const struct structure *s, const struct structure_key *k, uint64_t n);
} ways[] = {
    {key_hash, add_judyl, find_judyl},
    {key_text, add_judysl, find_judysl},
    {key_wire, add_judyhs, find_judyhs},
    {key_hash, add_table, find_table},
};

const struct structure_kind structure_kinds[] = {
    {"JudyL, flat", false},
    {"JudySL", false},
    {"JudyHS", false},
    {"rte_hash bulk", true},
    {0},
};

/* A heap of DPDK's on huge pages, without any being reserved for it. */
static int
make_heap(struct structure *s, uint64_t bytes)
{
	s->heap_bytes = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
	s->heap = aligned_alloc(HUGE_PAGE, s->heap_bytes);
	if (!s->heap)
		return -ENOMEM;
	madvise(s->heap, s->heap_bytes, MADV_HUGEPAGE);
	if (rte_malloc_heap_create(HEAP) < 0 ||
	    rte_malloc_heap_memory_add(HEAP, s->heap, s->heap_bytes, NULL,
		(unsigned)(s->heap_bytes / HUGE_PAGE), HUGE_PAGE) < 0)
		return -ENOMEM;
	return 0;
}

static int
make_table(struct structure *s, uint64_t names)
{
	struct rte_hash_parameters p = {.name = "names",
	    .entries = (uint32_t)names,
	    .key_len = sizeof(uint64_t),
	    .hash_func = rte_hash_crc};
	int rc = make_heap(s, ROOM_BASE + names * ROOM_NAME);

	if (rc < 0)
		return rc;
	p.socket_id = rte_malloc_heap_get_socket(HEAP);
	s->table = rte_hash_create(&p);
	return s->table ? 0 : -ENOMEM;
}

static int
load(struct structure *s, uint64_t names)
{
	struct names gen = {1};
	unsigned way = (unsigned)(s->kind - structure_kinds);
	int rc = 0;

	for (uint64_t i = 0; i < names && rc == 0; i++) {
		struct structure_key k = {{0}};

		names_next(&gen, k.bytes);
		ways[way].key(&k);
		rc = ways[way].add(s, &k);
	}
	return rc;
}

int
structure_new(struct structure **out, const struct structure_kind *kind, uint64_t names)
{
	struct structure *s = calloc(1, sizeof(*s));
	struct arena *before;
	int rc;

	if (!s)
		return -ENOMEM;
	s->kind = kind;
	rc = kind->needs_eal ? make_table(s, names)
			     : arena_new(&s->arena, ROOM_BASE + names * ROOM_NAME);
	before = arena_use(s->arena);
	if (rc == 0)
		rc = load(s, names);
	arena_use(before);
	if (rc < 0)
		structure_free(s);
	else
		*out = s;
	return rc;
}

void
structure_free(struct structure *s)
{
	if (!s)
		return;
	rte_hash_free(s->table);
	if (s->heap) {
		rte_malloc_heap_memory_remove(HEAP, s->heap, s->heap_bytes);
		rte_malloc_heap_destroy(HEAP);
	}
	free(s->heap);
	arena_free(s->arena);
	free(s);
}

uint64_t
structure_bytes(const struct structure *s)
{
	struct rte_malloc_socket_stats stats = {0};

	if (s->arena)
		return arena_bytes(s->arena) - arena_idle(s->arena);
	rte_malloc_get_socket_stats(rte_malloc_heap_get_socket(HEAP), &stats);
	return stats.heap_allocsz_bytes;
}

void
structure_keys(const struct structure *s, struct structure_key *keys, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		ways[s->kind - structure_kinds].key(&keys[i]);
}

uint64_t
structure_find(const struct structure *s, const struct structure_key *keys, uint64_t n)
{
	return ways[s->kind - structure_kinds].find(s, keys, n);
}
