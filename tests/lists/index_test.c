#include "lists/index.h"

#include "base/err.h"
#include "lists/name.h"
#include "tests/test.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct hash_key key = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}};

static struct entry
entry_of(const char *name, int32_t from, int32_t until, enum action action)
{
	struct entry e = {.from = from, .until = until, .action = (uint8_t)action};
	int len = name_from_text(e.name, name, strlen(name));

	e.name_len = (uint8_t)len;
	return e;
}

/* What a responder does with the probes: the rule that wins, and at which depth. */
static const struct index_rule *
decide(const struct index *ix, const char *text, int32_t day, unsigned *depth)
{
	uint8_t name[NAME_LEN_MAX + 16] = {0};
	struct hash_name h;
	struct probe probe[HASH_LABELS_MAX];
	const struct index_rule *best = NULL;
	unsigned n;

	name_from_text(name, text, strlen(text));
	hash_name_set(&h, name);
	n = index_find(ix, &h, 1, probe);
	for (unsigned i = 0; i < n; i++) {
		const struct index_rule *rule = index_decide(ix, probe[i].class, day);

		if (!rule || (best && index_rule_before(best, rule)))
			continue;
		best = rule;
		*depth = probe[i].depth;
	}
	return best;
}

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
};

static struct index *
load_table(const struct hash_impl *impl)
{
	struct index_loader *l = NULL;
	struct index *ix = NULL;

	if (index_loader_new(&l, impl, &key, 64 << 20) < 0)
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

	index_loader_new(&l, &hash_sip, &key, 64 << 20);
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
	index_loader_new(&l, &hash_sip, &key, 6 << 20);
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

/* --- against a plain model --- */

#define NAMES   3000
#define ENTRIES 9000
#define DAYS    12

struct row {
	uint16_t name;
	uint8_t feed, action;
	int32_t from, until;
	bool is_gone;
};

static uint64_t seed = 88172645463325252ull;

static uint64_t
rnd(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

/* Two or three labels; a third of the names lies below another. */
static void
model_name(char *out, size_t size, unsigned i)
{
	if (i % 3 == 2)
		snprintf(out, size, "w%u.n%u.t%u", i, i - 1, (i - 1) % 7);
	else
		snprintf(out, size, "n%u.t%u", i, i % 7);
}

static struct index_change
change_of(const struct row *r)
{
	struct index_change ch = {.feed = r->feed, .remove = r->is_gone};
	char text[64];

	model_name(text, sizeof(text), r->name);
	ch.entry = entry_of(text, r->from, r->until, r->action);
	return ch;
}

static bool
row_before(const struct row *a, const struct row *b)
{
	if ((a->action == ACTION_PASS) != (b->action == ACTION_PASS))
		return a->action == ACTION_PASS;
	return a->feed < b->feed;
}

/* Whether the index says of a name what the rows say. */
static bool
agrees(const struct index *ix, const struct row *rows, unsigned i, int32_t day)
{
	const struct row *best = NULL;
	const struct index_rule *got;
	char text[64];
	unsigned depth = 0, want = 0;

	for (const struct row *r = rows; r < rows + ENTRIES; r++) {
		bool covers = r->name == i || (i % 3 == 2 && r->name == i - 1);
		unsigned d = r->name % 3 == 2 ? 3 : 2;

		if (!covers || r->is_gone || day < r->from || day >= r->until)
			continue;
		if (best && (row_before(best, r) || (!row_before(r, best) && d < want)))
			continue;
		best = r;
		want = d;
	}
	model_name(text, sizeof(text), i);
	got = decide(ix, text, day, &depth);
	if (!best || !got)
		return !best && !got;
	return got->feed == best->feed && depth == want;
}

static void
check_all(const struct index *ix, const struct row *rows, const char *about)
{
	unsigned wrong = 0;

	for (unsigned k = 0; k < 4000; k++)
		wrong += !agrees(ix, rows, (unsigned)rnd(NAMES), (int32_t)rnd(DAYS));
	CHECK(wrong == 0, "%s: %u of 4000 wrong", about, wrong);
}

static unsigned graces;

static void
count_grace(void *ctx)
{
	(void)ctx;
	graces++;
}

static void
check_model(const struct hash_impl *impl)
{
	struct row *rows = calloc(ENTRIES, sizeof(*rows));
	struct index_change *changes = calloc(ENTRIES, sizeof(*changes));
	struct index_loader *l = NULL;
	struct index *ix = NULL;
	size_t n = 0;

	index_loader_new(&l, impl, &key, 0);
	for (unsigned i = 0; i < ENTRIES; i++) {
		struct row *r = &rows[i];
		struct index_change ch;

		*r = (struct row){(uint16_t)rnd(NAMES), (uint8_t)rnd(5),
		    (uint8_t)(ACTION_PASS + rnd(3)), (int32_t)rnd(DAYS), 0, false};
		r->until = r->from + 1 + (int32_t)rnd(4);
		/* A third comes later, by update. */
		r->is_gone = i % 3 == 0;
		ch = change_of(r);
		if (!r->is_gone)
			index_loader_add(l, &ch.entry, ch.feed, false);
	}
	CHECK(index_loader_finish(l, &ix) == 0, "%s: model loaded", impl->name);
	check_all(ix, rows, "after the load");
	for (unsigned round = 0; round < 4; round++) {
		n = 0;
		for (unsigned i = 0; i < ENTRIES; i++)
			if (rnd(3) == 0) {
				/* A row that stands twice would leave with its twin. */
				for (unsigned k = 0; k < ENTRIES; k++)
					if (k != i && rows[k].name == rows[i].name &&
					    rows[k].feed == rows[i].feed &&
					    rows[k].from == rows[i].from &&
					    rows[k].until == rows[i].until &&
					    rows[k].action == rows[i].action)
						goto next;
				rows[i].is_gone = !rows[i].is_gone;
				changes[n++] = change_of(&rows[i]);
			next:;
			}
		CHECK(index_update(ix, changes, n, count_grace, NULL) == 0, "%zu changes", n);
		check_all(ix, rows, "after an update");
	}
	CHECK(graces > 0, "grace periods were waited for");
	index_free(ix);
	free(rows);
	free(changes);
}

/* --- a reader beside the writer --- */

struct beside {
	struct index *ix;
	_Atomic uint64_t rounds; /* of the reader: a round is a quiescent state */
	atomic_bool stop;
	uint64_t lost;
};

static void *
read_on(void *arg)
{
	struct beside *b = arg;

	while (!atomic_load(&b->stop)) {
		unsigned depth = 0;

		for (unsigned i = 0; i < 50; i++) {
			char text[32];

			snprintf(text, sizeof(text), "stays%u.example", i);
			b->lost += decide(b->ix, text, 1, &depth) == NULL;
		}
		atomic_fetch_add(&b->rounds, 1);
	}
	return NULL;
}

static void
wait_round(void *ctx)
{
	struct beside *b = ctx;
	uint64_t now = atomic_load(&b->rounds);

	while (atomic_load(&b->rounds) < now + 2 && !atomic_load(&b->stop))
		;
}

static void
check_beside(void)
{
	struct beside b = {0};
	struct index_loader *l = NULL;
	struct index_change *changes = calloc(20000, sizeof(*changes));
	pthread_t reader;

	index_loader_new(&l, hash_best(), &key, 0);
	for (unsigned i = 0; i < 50; i++) {
		char text[32];
		struct entry e;

		snprintf(text, sizeof(text), "stays%u.example", i);
		e = entry_of(text, 0, 9, ACTION_DROP);
		index_loader_add(l, &e, 0, false);
	}
	index_loader_finish(l, &b.ix);
	for (unsigned i = 0; i < 20000; i++) {
		char text[32];

		snprintf(text, sizeof(text), "comes%u.example", i);
		changes[i] = (struct index_change){.entry = entry_of(text, 0, 9, ACTION_DROP)};
	}
	pthread_create(&reader, NULL, read_on, &b);
	for (unsigned round = 0; round < 4; round++) {
		for (unsigned i = 0; i < 20000; i++)
			changes[i].remove = round & 1;
		CHECK(index_update(b.ix, changes, 20000, wait_round, &b) == 0, "round %u", round);
	}
	atomic_store(&b.stop, true);
	pthread_join(reader, NULL);
	CHECK(b.lost == 0 && b.rounds > 0, "no name was lost to the reader");
	index_free(b.ix);
	free(changes);
}

int
main(void)
{
	CHECK(index_self_test() == 0, "libJudy passes the self-test");
	check_table(&hash_sip);
	check_limits();
	check_model(&hash_sip);
	if (hash_best() != &hash_sip) {
		check_table(hash_best());
		check_model(hash_best());
	}
	check_beside();
	return test_end();
}
