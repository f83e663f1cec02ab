#include "lists/index_class.h"

#include "base/err.h"
#include "lists/index_arena.h"

#include <Judy.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int
classes_init(struct classes *c)
{
	size_t bytes = INDEX_CLASSES * sizeof(*c->rule);

	memset(c, 0, sizeof(*c));
	c->rule = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (c->rule == MAP_FAILED)
		return -ENOMEM;
	c->n = 1;
	return 0;
}

void
classes_close(struct classes *c)
{
	struct arena *before;
	JError_t e;

	if (!c->rule || c->rule == MAP_FAILED)
		return;
	before = arena_use(NULL);
	JudyHSFreeArray(&c->by_set, &e);
	arena_use(before);
	munmap(c->rule, INDEX_CLASSES * sizeof(*c->rule));
	memset(c, 0, sizeof(*c));
}

static int
is_same(const struct index_rule *a, const struct index_rule *b)
{
	return a->from == b->from && a->until == b->until && a->feed == b->feed &&
	       a->action == b->action;
}

/* The rules in order of precedence; what is equal in rank is ordered by window, so that a set
 * has one form. */
static int
by_precedence(const void *va, const void *vb)
{
	const struct index_rule *a = va, *b = vb;

	if (index_rule_before(a, b))
		return -1;
	if (index_rule_before(b, a))
		return 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->until != b->until)
		return a->until < b->until ? -1 : 1;
	return (int)a->action - (int)b->action;
}

/* Appends the rules of a new class, linked. */
static uint32_t
append(struct classes *c, const struct index_rule *set, unsigned n)
{
	uint32_t class = c->n;

	for (unsigned i = 0; i < n; i++) {
		c->rule[class + i] = set[i];
		c->rule[class + i].next = i + 1 < n ? class + i + 1 : 0;
	}
	c->n += n;
	c->sets++;
	return class;
}

/* Looks the set up by its rules without their links, and makes it if it is new. */
static int64_t
intern(struct classes *c, const struct index_rule *set, unsigned n)
{
	struct arena *before = arena_use(NULL); /* outlives any one array */
	struct index_rule key[CLASS_RULES_MAX];
	int64_t rc = -ENOMEM;
	JError_t e;
	void **found;

	for (unsigned i = 0; i < n; i++)
		key[i] = (struct index_rule){.from = set[i].from,
		    .until = set[i].until,
		    .feed = set[i].feed,
		    .action = set[i].action};
	found = JudyHSIns(&c->by_set, key, n * sizeof(key[0]), &e);
	if (found == PPJERR)
		goto out;
	if (!*found && n > INDEX_CLASSES - c->n) {
		JudyHSDel(&c->by_set, key, n * sizeof(key[0]), &e);
		rc = -ERR_FULL;
		goto out;
	}
	if (!*found)
		*found = (void *)(uintptr_t)append(c, key, n);
	rc = (int64_t)(uintptr_t)*found;
out:
	arena_use(before);
	return rc;
}

int64_t
class_of_rule(struct classes *c, const struct index_rule *rule)
{
	uint32_t mix = ((uint32_t)rule->from * 31 + (uint32_t)rule->until) * 0x9e3779b1u +
		       rule->feed * 1021u + rule->action * 67u;
	uint32_t *recent = &c->recent[(mix >> 16 ^ mix) % CLASS_RECENT];
	int64_t class;

	if (*recent && is_same(&c->rule[*recent], rule))
		return *recent;
	class = intern(c, rule, 1);
	if (class > 0)
		*recent = (uint32_t) class;
	return class;
}

static unsigned
unfold(const struct classes *c, uint32_t class, struct index_rule *out, unsigned n)
{
	for (; class && n < CLASS_RULES_MAX + 1; class = c->rule[class].next)
		out[n++] = c->rule[class];
	return n;
}

int64_t
class_join(struct classes *c, uint32_t a, uint32_t b)
{
	struct index_rule set[2 * CLASS_RULES_MAX + 1];
	unsigned n, kept = 0;

	if (!a || !b || a == b)
		return a ? a : b;
	n = unfold(c, a, set, 0);
	n = unfold(c, b, set, n);
	qsort(set, n, sizeof(set[0]), by_precedence);
	for (unsigned i = 0; i < n; i++)
		if (kept == 0 || !is_same(&set[kept - 1], &set[i]))
			set[kept++] = set[i];
	return kept > CLASS_RULES_MAX ? -ERR_FULL : intern(c, set, kept);
}

int64_t
class_without(struct classes *c, uint32_t a, uint32_t b)
{
	struct index_rule set[CLASS_RULES_MAX + 1];
	unsigned n = unfold(c, a, set, 0), kept = 0;

	for (unsigned i = 0; i < n; i++)
		if (!is_same(&set[i], &c->rule[b]))
			set[kept++] = set[i];
	return kept ? intern(c, set, kept) : 0;
}
