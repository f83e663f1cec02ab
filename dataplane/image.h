/* image.h - everything that a query is answered from: feeds, their policies, the index,
 * static zones.
 *
 * Built whole, published by one pointer (publish.h); afterwards its index changes by
 * lists/index_delta.h, and what no other thread reads. */
#pragma once

#include "dataplane/blocks.h"
#include "dataplane/tails.h"
#include "dataplane/zones.h"
#include "lists/action.h"
#include "lists/index.h"
#include "lists/policy.h"
#include "lists/read.h"

#include <stdint.h>

struct shield;

struct image_feed {
	char name[64];
	uint8_t action;   /* enum action, of entries that do not say */
	uint8_t policy;   /* into tails */
	uint64_t entries; /* as loaded */
	uint32_t serial;  /* the newest of its zones; 0: not from zones */
	int32_t until;    /* the last of its entries ends before this day; 0: it has none */
};

/* A zone of a feed. */
struct image_part {
	uint8_t feed;
	bool is_drill, is_twice; /* twice: two files hold it */
	uint8_t suffix_len, origin_len;
	uint32_t serial; /* in force */
	uint64_t job;    /* of the load that ran when a delta last moved it; 0: none */
	uint8_t suffix[NAME_LEN_MAX], origin[NAME_LEN_MAX];
};

struct image {
	struct index *index;
	struct tails *tails; /* prepared answers of every policy */
	struct zones *zones; /* our own; NULL: none */
	const struct shield
	    *shield; /* borrowed from the options; NULL: nothing is kept out or limited */
	unsigned feeds_n;
	struct image_feed feed[INDEX_FEEDS_MAX];
	struct image_part *part; /* the main thread's */
	size_t parts_n, parts_room;
	bool has_blocks;      /* feed BLOCKS_FEED is the operator's */
	struct blocks blocks; /* what of that feed is in the index; the main thread's */
	uint64_t generation;  /* 1, 2, ... */
	int64_t load_ns;      /* how long loading took */
	int64_t loaded_at;    /* Unix time, s */
};

void image_free(struct image *img); /* NULL is allowed */

/* Notes a zone of a feed.  Returns 0 or -ENOMEM. */
int image_part_add(struct image *img, unsigned feed, const struct list_meta *m);

/* The zone of a feed with an origin; of another image, the zone of the feed with that name.
 * NULL: there is none. */
struct image_part *image_part(
    const struct image *img, unsigned feed, const uint8_t *origin, size_t len);
const struct image_part *image_part_like(
    const struct image *img, const char *feed, const struct image_part *part);
