/* image.h - everything that a query is answered from: feeds, their policies, the index,
 * static zones.
 *
 * Built whole, published by one pointer (publish.h), never changed afterwards but through
 * index_update. */
#pragma once

#include "dataplane/blocks.h"
#include "dataplane/tails.h"
#include "dataplane/zones.h"
#include "lists/action.h"
#include "lists/index.h"
#include "lists/policy.h"

#include <stdint.h>

struct image_feed {
	char name[64];
	uint8_t action;   /* enum action, of entries that do not say */
	uint8_t policy;   /* into tails */
	uint64_t entries; /* as loaded */
	uint32_t serial;  /* the newest of its zones; 0: not from zones */
	int32_t until;    /* the last of its entries ends before this day; 0: it has none */
};

struct image {
	struct index *index;
	struct tails *tails; /* prepared answers of every policy */
	struct zones *zones; /* our own; NULL: none */
	unsigned feeds_n;
	struct image_feed feed[INDEX_FEEDS_MAX];
	bool has_blocks;      /* feed BLOCKS_FEED is the operator's */
	struct blocks blocks; /* what of that feed is in the index; the main thread's */
	uint64_t generation;  /* 1, 2, ... */
	int64_t load_ns;      /* how long loading took */
	int64_t loaded_at;    /* Unix time, s */
};

void image_free(struct image *img); /* NULL is allowed */
