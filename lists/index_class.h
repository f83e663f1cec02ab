/* index_class.h - distinct sets of (feed, window, action), each with a number of 24 bits.
 *
 * A class is a run of rules in precedence, linked by index_rule.next; its number is that of its
 * first rule, 0 stands for no class.  Rules are never changed or moved once a class is made, so
 * readers of an index need no lock.  One writer. */
#pragma once

#include "lists/index.h"

#define CLASS_RULES_MAX 64 /* windows and feeds of one name */

#define CLASS_RECENT 4096 /* a power of two */

struct classes {
	struct index_rule *rule;       /* INDEX_CLASSES of them reserved */
	uint32_t n;                    /* rules in use, rule 0 included */
	uint64_t sets;                 /* classes */
	void *by_set;                  /* JudyHS: numbers of single rules, ascending -> class */
	uint32_t recent[CLASS_RECENT]; /* classes of one rule, by a hash of that rule */
};

int classes_init(struct classes *c); /* 0 or -ENOMEM */
void classes_close(struct classes *c);

/* Number of the class that holds one rule (next is ignored), or -ERR_FULL, -ENOMEM. */
int64_t class_of_rule(struct classes *c, const struct index_rule *rule);

/* Number of the class with the rules of both a and b; either may be 0.  -ERR_FULL also when
 * a name would have more than CLASS_RULES_MAX rules. */
int64_t class_join(struct classes *c, uint32_t a, uint32_t b);

/* Number of class a without the rule of the single-rule class b; 0 when none is left. */
int64_t class_without(struct classes *c, uint32_t a, uint32_t b);
