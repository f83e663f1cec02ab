#include "lists/index.h"

#include "base/err.h"
#include "tests/lists/index_tools.h"
#include "tests/test.h"

#include <errno.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *name;
	unsigned feed;
	int32_t from, until;
	enum action action;
} listed[] = {
    {"plain.com", 1, DAY_FIRST, DAY_NEVER, ACTION_INHERIT},
    {"deep.below.example.com.mx", 1, DAY_FIRST, DAY_NEVER, ACTION_INHERIT},
    {"day.ws", 1, 100, 101, ACTION_INHERIT},
    {"two.ws", 1, 100, 101, ACTION_INHERIT},
    {"two.ws", 1, 105, 107, ACTION_NXDOMAIN},
    {"both.cc", 3, 100, 200, ACTION_SINKHOLE},
    {"both.cc", 2, 150, 160, ACTION_NXDOMAIN},
    {"except.com", 4, DAY_FIRST, DAY_NEVER, ACTION_SINKHOLE},
    {"www.except.com", 5, DAY_FIRST, DAY_NEVER, ACTION_PASS},
    {"outer.org", 2, DAY_FIRST, DAY_NEVER, ACTION_SINKHOLE},
    {"inner.outer.org", 3, DAY_FIRST, DAY_NEVER, ACTION_NXDOMAIN},
    {"same.org", 2, DAY_FIRST, DAY_NEVER, ACTION_SINKHOLE},
    {"deeper.same.org", 2, DAY_FIRST, DAY_NEVER, ACTION_NXDOMAIN},
    {"nl", 6, DAY_FIRST, DAY_NEVER, ACTION_REFUSE},
    {"a-label-of-more-than-sixteen-1.org", 1, DAY_FIRST, DAY_NEVER, ACTION_INHERIT},
};

static const struct {
	const char *about, *name;
	int32_t day;
	int feed; /* -1: not listed then */
	enum action action;
	unsigned depth;
} cases[] = {
    {"a listed name", "plain.com", 5, 1, ACTION_INHERIT, 2},
    {"case does not matter", "PlAiN.CoM", 5, 1, ACTION_INHERIT, 2},
    {"a name below it", "a.b.c.plain.com", 5, 1, ACTION_INHERIT, 2},
    {"a name that only ends alike", "explain.com", 5, -1, 0, 0},
    {"the suffix itself", "com", 5, -1, 0, 0},
    {"a label cut elsewhere", "plainc.om", 5, -1, 0, 0},
    {"five labels", "deep.below.example.com.mx", 5, 1, ACTION_INHERIT, 5},
    {"above a listed name", "below.example.com.mx", 5, -1, 0, 0},
    {"below five labels", "x.deep.below.example.com.mx", 5, 1, ACTION_INHERIT, 5},
    {"the day before a window", "day.ws", 99, -1, 0, 0},
    {"the first day of a window", "day.ws", 100, 1, ACTION_INHERIT, 2},
    {"until is not part of it", "day.ws", 101, -1, 0, 0},
    {"first of two windows", "two.ws", 100, 1, ACTION_INHERIT, 2},
    {"between two windows", "two.ws", 103, -1, 0, 0},
    {"second of two windows, its own action", "two.ws", 106, 1, ACTION_NXDOMAIN, 2},
    {"two feeds: the lower number goes first", "both.cc", 155, 2, ACTION_NXDOMAIN, 2},
    {"two feeds: outside its window the other counts", "both.cc", 120, 3, ACTION_SINKHOLE, 2},
    {"pass beats a feed of lower number above it", "www.except.com", 5, 5, ACTION_PASS, 3},
    {"pass covers what is below", "a.www.except.com", 5, 5, ACTION_PASS, 3},
    {"beside the exception", "ftp.except.com", 5, 4, ACTION_SINKHOLE, 2},
    {"a lower feed number beats a deeper name", "inner.outer.org", 5, 2, ACTION_SINKHOLE, 2},
    {"of the same feed the deeper name wins", "deeper.same.org", 5, 2, ACTION_NXDOMAIN, 3},
    {"a whole TLD", "anything.nl", 5, 6, ACTION_REFUSE, 1},
    {"the root", ".", 5, -1, 0, 0},
    {"a long label", "a-label-of-more-than-sixteen-1.org", 5, 1, ACTION_INHERIT, 2},
    {"another that begins alike", "a-label-of-more-than-sixteen-2.org", 5, -1, 0, 0},
};

static struct index *
load_table(const struct hash_impl *impl)
{
	struct index_loader *l = NULL;
	struct index *ix = NULL;

	if (index_loader_new(&l, impl, &index_key, 64 << 20) < 0)
		return NULL;
	for (size_t i = 0; i < N(listed); i++) {
		struct entry e =
		    entry_of(listed[i].name, listed[i].from, listed[i].until, listed[i].action);

		if (index_loader_add(l, &e, listed[i].feed, false) < 0)
			return NULL;
	}
	return index_loader_finish(l, &ix) == 0 ? ix : NULL;
}

static void
check_table(const struct hash_impl *impl)
{
	struct index *ix = load_table(impl);
	struct index_stats s;

	CHECK(ix != NULL, "%s: loaded", impl->name);
	if (!ix)
		return;
	for (size_t i = 0; i < N(cases); i++) {
		unsigned depth = 0;
		const struct index_rule *r = decide(ix, cases[i].name, cases[i].day, &depth);

		if (cases[i].feed < 0)
			CHECK(!r, "%s: %s", impl->name, cases[i].about);
		else
			CHECK(r && r->feed == cases[i].feed && r->action == cases[i].action &&
				  depth == cases[i].depth,
			    "%s: %s", impl->name, cases[i].about);
	}
	index_stats(ix, &s);
	CHECK(s.names == N(listed) - 2 && s.entries == N(listed), "%s: counts", impl->name);
	CHECK(s.depths == (1 << 1 | 1 << 2 | 1 << 3 | 1 << 5), "%s: depths", impl->name);
	index_free(ix);
}

static void
check_limits(void)
{
	static const char deep[] = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p";
	struct index_loader *l = NULL;
	struct index *ix = NULL;
	struct entry e = entry_of(deep, 0, 1, ACTION_DROP);
	unsigned depth = 0;

	index_loader_new(&l, &hash_sip, &index_key, 64 << 20);
	CHECK(index_loader_add(l, &e, 0, false) == -ERR_NAME, "16 labels are too deep");
	e = entry_of(deep + 2, 0, 1, ACTION_DROP);
	CHECK(index_loader_add(l, &e, 0, false) == 0, "15 labels are not");
	CHECK(index_loader_add(l, &e, INDEX_FEEDS_MAX, false) == -ERR_RANGE, "feed out of range");
	e = entry_of(".", 0, 1, ACTION_DROP);
	CHECK(index_loader_add(l, &e, 0, false) == -ERR_NAME, "the root is never listed");
	e = entry_of("pass.example", 0, 9, ACTION_INHERIT);
	CHECK(index_loader_add(l, &e, 0, true) == 0, "an entry of a pass feed");
	CHECK(index_loader_finish(l, &ix) == 0, "finish");
	CHECK(decide(ix, "pass.example", 3, &depth)->action == ACTION_PASS, "is an exception");
	CHECK(decide(ix, deep, 0, &depth) && depth == 15, "below 15 labels");
	index_free(ix);
	index_loader_new(&l, &hash_sip, &index_key, 6 << 20);
	for (unsigned i = 0; i < 600000; i++) {
		char text[32];

		snprintf(text, sizeof(text), "n%u.example", i);
		e = entry_of(text, 0, 1, ACTION_DROP);
		if (index_loader_add(l, &e, 0, false) == -ENOMEM) {
			CHECK(i > 50000, "memory limit holds, after %u names", i);
			index_loader_free(l);
			return;
		}
	}
	CHECK(0, "memory limit holds");
	index_loader_free(l);
}

/* Keys of the last label alone: all names under one TLD collide in 64 bits. */
static unsigned
weak_suffixes(const struct hash_key *key, const struct hash_name *names, unsigned n,
    uint32_t depths, struct probe *out)
{
	unsigned made = hash_sip.suffixes(key, names, n, depths, out);

	for (unsigned i = 0; i < made; i++)
		out[i].hash.key = names[out[i].lane].name[hash_suffix_at(&names[out[i].lane], 1) + 1];
	return made;
}

static void
check_fingerprint(void)
{
	static const struct hash_impl weak = {"weak", weak_suffixes};
	struct index_loader *l = NULL;
	struct index *ix = NULL;
	struct entry e = entry_of("one.example", DAY_FIRST, DAY_NEVER, ACTION_DROP);
	unsigned depth = 0;

	index_loader_new(&l, &weak, &index_key, 64 << 20);
	index_loader_add(l, &e, 0, false);
	CHECK(index_loader_finish(l, &ix) == 0, "one name");
	CHECK(decide(ix, "one.example", 5, &depth) != NULL, "is found");
	CHECK(!decide(ix, "two.example", 5, &depth), "64 equal bits are not enough");
	index_free(ix);
	index_loader_new(&l, &weak, &index_key, 64 << 20);
	index_loader_add(l, &e, 0, false);
	e = entry_of("two.example", DAY_FIRST, DAY_NEVER, ACTION_DROP);
	index_loader_add(l, &e, 0, false);
	CHECK(index_loader_finish(l, &ix) == -EAGAIN, "two names with equal keys are refused");
}

static void
no_grace(void *ctx)
{
	(void)ctx;
}

/* Counts, new depths, and sets that differ only in the order in which they came. */
static void
check_counts(void)
{
	struct index_loader *l = NULL;
	struct index *ix = NULL;
	struct index_stats s;
	struct index_change ch = {.entry = entry_of("a.b.c.d.e.f", 0, 9, ACTION_DROP)};
	unsigned depth = 0;

	index_loader_new(&l, &hash_sip, &index_key, 64 << 20);
	for (unsigned i = 0; i < 5; i++) {
		struct entry e = entry_of(i < 2 ? "p.example" : "q.example", 0, i % 2 ? 5 : 9,
		    ACTION_DROP); /* p: 9, 5; q: 9, 5, 9 */

		index_loader_add(l, &e, 0, false);
	}
	index_loader_finish(l, &ix);
	index_stats(ix, &s);
	CHECK(s.names == 2 && s.entries == 5, "five entries of two names");
	CHECK(s.classes == 3, "two rules and their set: %lu", (unsigned long)s.classes);
	CHECK(!decide(ix, "a.b.c.d.e.f", 3, &depth), "six labels are not listed");
	CHECK(index_update(ix, &ch, 1, no_grace, NULL) == 0, "update");
	index_stats(ix, &s);
	CHECK(decide(ix, "x.a.b.c.d.e.f", 3, &depth) && depth == 6, "a depth that is new");
	CHECK(s.names == 3, "a name more");
	ch.remove = true;
	CHECK(index_update(ix, &ch, 1, no_grace, NULL) == 0, "removal");
	index_stats(ix, &s);
	CHECK(!decide(ix, "a.b.c.d.e.f", 3, &depth) && s.names == 2, "a name less");
	CHECK(index_update(ix, &ch, 1, no_grace, NULL) == 0, "removal of what is not there");
	index_free(ix);
}

int
main(void)
{
	CHECK(index_self_test() == 0, "libJudy passes the self-test");
	check_table(&hash_sip);
	if (hash_best() != &hash_sip)
		check_table(hash_best());
	check_limits();
	check_fingerprint();
	check_counts();
	return test_end();
}
