/* index_impl.h - layout of struct index, for the files index*.c only. */
#pragma once

#include "lists/index.h"
#include "lists/index_arena.h"
#include "lists/index_class.h"
#include "lists/index_leaf.h"

#include <stdatomic.h>

#define CLASS_BITS 24
#define CHECK_BITS (64 - CLASS_BITS) /* of the fingerprint, beside the class in a value */

/* Where an array stands in the arena: half the room of a pointer.  0: it is empty. */
#define ROOT_UNIT  8           /* bytes */
#define ROOT_TWO   0x80000000u /* the array goes on in the next cache line */
#define ROOT_PLACE 0x7fffffffu /* units from the arena's base */
#define ROOT_BYTES ((uint64_t)ROOT_UNIT << 31)

struct index {
	/* Read for every query. */
	_Atomic uint32_t *root;  /* 2^bits JudyL arrays */
	char *base;              /* of the arena */
	unsigned shift;          /* 64 - bits: a key's array is key >> shift */
	_Atomic uint32_t depths; /* bit d: names of d labels are listed */
	const struct index_rule *rule;
	hash_fn *suffixes;
	leaf_fn *search;
	struct leaf_layout layout;
	struct hash_key key;
	/* The writer's. */
	const struct hash_impl *impl;
	struct classes classes;
	struct arena *arena;
	_Atomic uint64_t names, entries;
	uint64_t twins[INDEX_FEEDS_MAX];
};

static inline _Atomic uint32_t *
index_root(const struct index *ix, struct hash128 h)
{
	return &ix->root[h.key >> ix->shift];
}

/* The Judy array behind a root; NULL when it is empty. */
static inline void *
index_array(const struct index *ix, uint32_t root)
{
	return root ? ix->base + (uint64_t)(root & ROOT_PLACE) * ROOT_UNIT : NULL;
}

/* The other way round. */
uint32_t index_root_to(const struct index *ix, const void *array);

/* What a value keeps of the hash. */
static inline uint64_t
index_check(struct hash128 h)
{
	return h.check << CLASS_BITS;
}

/* Hash of a whole name; its depth goes to *depth.  Returns 0 or -ERR_NAME. */
int index_hash_entry(const struct hash_impl *impl, const struct hash_key *key,
    const struct entry *e, struct hash128 *out, unsigned *depth);

enum index_added {
	INDEX_ADDED_NAME,    /* it was not there */
	INDEX_ADDED_RULE,    /* it was, by another feed, window or action */
	INDEX_ADDED_NOTHING, /* the very same was there */
};

/* Adds a class of one rule to the name h in one array.  Returns 0, -ENOMEM, -ERR_FULL, -EAGAIN. */
int index_array_add(struct classes *c, void **array, struct hash128 h, uint32_t class,
    enum index_added *what);
