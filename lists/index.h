/* index.h - the listed names, as very many small Judy arrays.
 *
 * Judy is used here and nowhere else.  The arrays hold no names: an array is chosen by the
 * top bits of a name's keyed hash (hash.h), the word in it is 64 bits of that hash, and the
 * value holds 40 more bits of it beside the name's class.  So a name is recognised by a keyed
 * fingerprint of 104 bits: with n names listed, a name that is not listed is taken for one
 * that is with probability at most n * 2^-104 (18 million names, 10^12 queries a day: once
 * in 3 * 10^9 years).
 *
 * A listed name covers all names below it.  A name may stand in several feeds and with
 * several windows; a class is one distinct set of (feed, window, action), in precedence:
 * `pass` first, then the feed with the lower number.  Windows are compared at lookup with the
 * day that the caller passes.
 *
 * Threads: one writer.  Readers run index_find and index_decide at any time; an array that
 * a change replaces is freed only after the caller's grace period. */
#pragma once

#include "lists/entry.h"
#include "lists/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEX_FEEDS_MAX  64
#define INDEX_CLASSES    (1u << 24) /* distinct sets that fit into a value */
#define INDEX_NAMES_MAX  (1ull << 28)
#define INDEX_LABELS_MAX HASH_LABELS_MAX

struct index;

/* One member of a class: 16 bytes, four in a cache line. */
struct index_rule {
	int32_t from, until; /* UTC days, [from, until) */
	uint8_t feed;        /* 0..INDEX_FEEDS_MAX - 1 */
	uint8_t action;      /* enum action; ACTION_INHERIT: the feed's */
	uint16_t unused;
	uint32_t next; /* the class's next rule, 0: none */
};

/* Building: a loader takes entries, the index comes out whole. */
struct index_loader;

/*   key        HASH_KEY_LEN random bytes, new for each index
 *   bytes_max  memory that loader and index may take together, 0: no limit */
int index_loader_new(struct index_loader **out, const struct hash_impl *impl,
    const struct hash_key *key, uint64_t bytes_max);

/* Takes an entry of a feed.  pass says that ACTION_INHERIT means ACTION_PASS in this feed.
 * Returns 0, -ERR_NAME (the root, or over INDEX_LABELS_MAX labels), -ERR_RANGE (feed),
 * -ERR_FULL (names or classes), -ENOMEM. */
int index_loader_add(struct index_loader *l, const struct entry *e, unsigned feed, bool pass);

/* Makes the index; frees the loader in every case.  Returns 0, -ENOMEM, -ERR_FULL, or -EAGAIN:
 * two names share 64 bits of hash (once in 10^5 years of hourly loads of 18 million names);
 * load again with another key. */
int index_loader_finish(struct index_loader *l, struct index **out);

void index_loader_free(struct index_loader *l);
void index_free(struct index *ix);

/* Looks up the names' suffixes; fills probe.class.  probes: room for n * HASH_LABELS_MAX,
 * the caller's.  Returns how many probes were made.  Hot. */
unsigned index_find(
    const struct index *ix, const struct hash_name *names, unsigned n, struct probe *probes);

/* The same in three steps, for a caller that has other work while memory answers: hashes and asks
 * for the roots; asks for the arrays; searches them.  Hot. */
unsigned index_ask(
    const struct index *ix, const struct hash_name *names, unsigned n, struct probe *probes);
void index_fetch(const struct index *ix, struct probe *probes, unsigned n);
void index_search(const struct index *ix, struct probe *probes, unsigned n);

/* The rule of a class that is in force on a day, by precedence; NULL if none is.  Hot. */
const struct index_rule *index_decide(const struct index *ix, uint32_t class, int32_t day);

/* The same in the hands of a caller who asks often: all rules of the index, numbered by class. */
const struct index_rule *index_rules(const struct index *ix);
static inline const struct index_rule *
index_rule_on(const struct index_rule *rules, uint32_t class, int32_t day)
{
	for (; class; class = rules[class].next)
		if (rules[class].from <= day && day < rules[class].until)
			return &rules[class];
	return NULL;
}

/* The rule with a number: `at` is a class, for its first rule, or some rule's next; NULL for 0. */
const struct index_rule *index_rule_at(const struct index *ix, uint32_t at);

/* Whether rule a goes before b when both cover a name, at different depths or not.
 * Equal rank: the deeper one wins, which is the caller's to see to. */
bool index_rule_before(const struct index_rule *a, const struct index_rule *b);

/* A change to a published index. */
struct index_change {
	struct entry entry;
	uint8_t feed;
	bool pass;   /* as for index_loader_add */
	bool remove; /* of exactly this feed, window and action; absent: no error */
};

/* Waits until no reader holds what was replaced before the call. */
typedef void index_grace_fn(void *ctx);

/* Applies n changes in order, all or none (index_delta.h).  Returns 0, or with nothing changed an
 * error of index_loader_add, or -EAGAIN as finish, or -ENOMEM. */
int index_update(struct index *ix, const struct index_change *changes, size_t n,
    index_grace_fn *grace, void *ctx);

struct index_stats {
	uint64_t names;   /* distinct */
	uint64_t entries; /* of all feeds, as loaded */
	uint64_t arrays;  /* Judy arrays, 2^k */
	uint64_t bytes;   /* memory taken, all told */
	uint64_t classes; /* distinct (feed, window, action) sets */
	uint32_t depths;  /* bit d: names of d labels are listed */
	const char *hash; /* implementation */
};

void index_stats(const struct index *ix, struct index_stats *s);

/* How many entries of a feed were loaded that stood there already, with the same window and action.
 * Taking out one of two twins takes out both: a delta does not fit such a feed. */
uint64_t index_twins(const struct index *ix, unsigned feed);

/* Judy's own pitfalls, tried at start: the interposed allocator is really called, and keys
 * inserted in the shapes that broken builds of libJudy lose are found again.
 * Returns 0 or -ERR_LIBRARY. */
int index_self_test(void);
