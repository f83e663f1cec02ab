/* guard.h - rules that stop an update before it takes effect.
 *
 * Pure: today is an argument, what is in force is told in numbers.  An update's entries go through
 * a guard one by one; at its end each rule has a count of what broke it and the first examples.  A
 * rule is overridden only by name, and by whom is the caller's to decide. */
#pragma once

#include "lists/entry.h"
#include "lists/psl.h"

#include <stddef.h>

enum guard_rule {
	GUARD_SUFFIX,         /* a part of a suffix outside the feed's scope */
	GUARD_ACTION,         /* an action that the feed may not use */
	GUARD_WINDOW,         /* a window longer than the feed may have, or without an end */
	GUARD_NAMES,          /* more entries than the feed may have */
	GUARD_CHANGE,         /* more entries added and removed than one update may */
	GUARD_CHANGE_PERCENT, /* the same, against what is in force */
	GUARD_PROTECTED,      /* a name that is protected, above one, or below a protected suffix */
	GUARD_ALLOWED,        /* a name on an allow list, or above one */
	GUARD_PUBLIC_SUFFIX,  /* a name below which others register */
	GUARD_EXPIRED,        /* a window that has ended */
	GUARD_RULES
};

/* The word in files, manifests and answers ("public-suffix"), and what it means, for people. */
const char *guard_text(enum guard_rule rule);
const char *guard_about(enum guard_rule rule);

/* Returns a rule, or -ERR_UNKNOWN. */
int guard_parse(const char *text, size_t len);

/* Names that no list may hit: a listed name covers all below it, so one above them hits too. */
struct guard_names;

enum guard_kind {
	GUARD_KIND_PROTECTED, /* this name */
	GUARD_KIND_BELOW,     /* this name and all below it */
	GUARD_KIND_ALLOWED,   /* this name, from an allow list */
};

/* key is random, new for each set (hash.h).  Returns 0 or a negative code of nameset.h. */
struct hash_key;
int guard_names_new(struct guard_names **out, const struct hash_key *key);
int guard_names_add(struct guard_names *g, enum guard_kind kind, const uint8_t *name, size_t len);
int guard_names_end(struct guard_names *g); /* from here on it can be asked */
void guard_names_free(struct guard_names *g);

struct guard_suffix {
	uint8_t len; /* bytes; 1: the root, under which everything is */
	uint8_t name[NAME_LEN_MAX];
};

/* What a feed may do.  0 or NULL: no such rule. */
struct guard_scope {
	const struct guard_suffix *suffix; /* parts may be of these suffixes or below them */
	size_t suffixes;
	uint32_t actions;     /* bit a: enum action a is allowed; bit ACTION_INHERIT: to say none */
	uint32_t window_days; /* the longest window */
	uint64_t names;       /* entries in the whole update */
	uint64_t change;      /* entries added and removed */
	uint32_t change_percent;
	const struct guard_names *protect;
	const struct psl *psl;
	int32_t today; /* UTC day (base/date.h) */
};

/* The update against what is in force, entries of all parts. */
struct guard_change {
	uint64_t in_force; /* 0: the feed's first update, which no change rule stops */
	uint64_t added, removed;
};

#define GUARD_EXAMPLES 5

struct guard_found {
	uint64_t count;
	unsigned examples;                           /* of them in `example`, 0..GUARD_EXAMPLES */
	char example[GUARD_EXAMPLES][NAME_TEXT_MAX]; /* names or suffixes as text */
};

struct guard {
	const struct guard_scope *scope; /* the caller's */
	uint64_t entries;
	struct guard_found found[GUARD_RULES];
};

/* Begins an update.  scope is borrowed until the end. */
void guard_start(struct guard *g, const struct guard_scope *scope);

/* A part begins, an entry of it, and the end of the update.  The entry's name is the listed one,
 * the suffix included. */
void guard_part(struct guard *g, const uint8_t *suffix, size_t len);
void guard_entry(struct guard *g, const struct entry *e);
void guard_end(struct guard *g, const struct guard_change *change);

/* Whether parts of a suffix are in scope. */
bool guard_takes_suffix(const struct guard_scope *s, const uint8_t *suffix, size_t len);

/* How many rules were broken that are not in `overridden` (bit r: enum guard_rule r). */
unsigned guard_refusals(const struct guard *g, uint32_t overridden);
