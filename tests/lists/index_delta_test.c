/* Deltas against a plain set: rules of the contract, random deltas, and a reader beside the writer
 * that holds it to what was acknowledged. */
#include "lists/index_delta.h"

#include "base/err.h"
#include "tests/lists/index_tools.h"
#include "tests/test.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#define NAMES   4000 /* of the plain set */
#define BATCH   600
#define ROUNDS  60
#define CHANGES 4 /* of a row below */

static void
no_grace(void *ctx)
{
	(void)ctx;
}

static struct index_change
change(const char *name, int32_t from, unsigned feed, bool remove)
{
	return (struct index_change){.entry = entry_of(name, from, from + 9, ACTION_DROP),
	    .feed = (uint8_t)feed,
	    .remove = remove};
}

/* "one.com" and "two.com" in feed 1 from day 0, "two.com" in feed 2 as well. */
static struct index *
small_index(void)
{
	static const char *const names[] = {"one.com", "two.com"};
	struct index_loader *l;
	struct index *ix = NULL;

	index_loader_new(&l, hash_best(), &index_key, 0);
	for (unsigned i = 0; i < 2; i++) {
		struct entry e = entry_of(names[i], 0, 9, ACTION_DROP);

		index_loader_add(l, &e, 1, false);
		if (i == 1)
			index_loader_add(l, &e, 2, false);
	}
	index_loader_finish(l, &ix);
	return ix;
}

static const struct {
	const char *about;
	struct {
		const char *name; /* NULL: no more */
		int32_t from;
		unsigned feed;
		bool remove;
	} change[CHANGES];
	bool strict;
	int rc;
	uint32_t culprit;        /* by number from 1 */
	uint64_t names, entries; /* afterwards */
	const char *listed, *unlisted;
} cases[] = {
    {"nothing", {{0}}, true, 0, 0, 2, 3, "one.com", "new.com"},
    {"what comes", {{"new.com", 0, 1, false}}, true, 0, 0, 3, 4, "new.com", "old.com"},
    {"at a new depth", {{"a.b.new.com", 0, 1, false}}, true, 0, 0, 3, 4, "a.b.new.com",
	"b.new.com"},
    {"what goes", {{"one.com", 0, 1, true}}, true, 0, 0, 1, 2, "two.com", "one.com"},
    {"one of two feeds", {{"two.com", 0, 1, true}}, true, 0, 0, 2, 2, "two.com", "x.com"},
    {"another window", {{"one.com", 1, 1, false}}, true, 0, 0, 2, 4, "one.com", "x.com"},
    {"goes and comes in that order", {{"one.com", 0, 1, true}, {"one.com", 0, 1, false}}, true, 0,
	0, 2, 3, "one.com", "x.com"},
    {"comes and goes in that order", {{"new.com", 0, 1, false}, {"new.com", 0, 1, true}}, true, 0,
	0, 2, 3, "one.com", "new.com"},
    {"strict: it is there", {{"new.com", 0, 1, false}, {"one.com", 0, 1, false}}, true, -EEXIST, 2,
	2, 3, "one.com", "new.com"},
    {"strict: it is not there", {{"one.com", 0, 1, true}, {"old.com", 0, 1, true}}, true, -ENOENT,
	2, 2, 3, "one.com", "old.com"},
    {"strict: it is, of another feed", {{"one.com", 0, 2, true}}, true, -ENOENT, 1, 2, 3, "one.com",
	"x.com"},
    {"strict: it is, with another window", {{"one.com", 1, 1, true}}, true, -ENOENT, 1, 2, 3,
	"one.com", "x.com"},
    {"strict: twice in one delta", {{"new.com", 0, 1, false}, {"new.com", 0, 1, false}}, true,
	-EEXIST, 2, 2, 3, "one.com", "new.com"},
    {"else both are let pass", {{"one.com", 0, 1, false}, {"old.com", 0, 1, true}}, false, 0, 0, 2,
	3, "one.com", "old.com"},
    {"a feed that cannot be", {{"new.com", 0, 64, false}}, true, -ERR_RANGE, 0, 2, 3, "one.com",
	"new.com"},
};

static bool
lists(const struct index *ix, const char *name)
{
	unsigned depth;

	return decide(ix, name, 5, &depth) != NULL;
}

static void
run_case(unsigned i)
{
	struct index *ix = small_index();
	struct index_delta *d = NULL;
	struct index_stats s;
	int rc = index_delta_new(&d, ix);

	for (unsigned k = 0; k < CHANGES && cases[i].change[k].name && rc == 0; k++) {
		struct index_change ch = change(cases[i].change[k].name, cases[i].change[k].from,
		    cases[i].change[k].feed, cases[i].change[k].remove);

		rc = index_delta_add(d, &ch, k + 1);
	}
	if (rc == 0)
		rc = index_delta_apply(d, cases[i].strict, no_grace, NULL);
	index_stats(ix, &s);
	CHECK(rc == cases[i].rc, "%s: %d", cases[i].about, rc);
	CHECK(!cases[i].culprit || index_delta_culprit(d) == cases[i].culprit, "%s: culprit %u",
	    cases[i].about, index_delta_culprit(d));
	CHECK(s.names == cases[i].names && s.entries == cases[i].entries, "%s: counts",
	    cases[i].about);
	CHECK(lists(ix, cases[i].listed) && !lists(ix, cases[i].unlisted), "%s: lookup",
	    cases[i].about);
	index_delta_free(d);
	index_free(ix);
}

static void
check_twins(void)
{
	struct entry e = entry_of("twin.com", 0, 9, ACTION_DROP);
	struct index_loader *l;
	struct index *ix = NULL;

	index_loader_new(&l, hash_best(), &index_key, 0);
	for (unsigned feed = 0; feed < 3; feed++)
		for (unsigned n = 0; n <= feed; n++)
			index_loader_add(l, &e, feed, false);
	index_loader_finish(l, &ix);
	CHECK(index_twins(ix, 0) == 0 && index_twins(ix, 1) == 1 && index_twins(ix, 2) == 2,
	    "twins are counted by feed");
	index_free(ix);
}

/* --- deltas that memory has no room for --- */

#define FULL_NAMES  20000
#define FULL_DELTA  300000
#define FULL_BYTES  (6 << 20) /* the loader's least, and too little for FULL_DELTA */
#define FULL_ROUNDS 5

static int
add_names(struct index *ix, unsigned first, unsigned n)
{
	struct index_delta *d;
	int rc = index_delta_new(&d, ix);

	for (unsigned i = first; i < first + n && rc == 0; i++) {
		struct index_change ch;
		char text[32];

		snprintf(text, sizeof(text), "n%u.t", i);
		ch = change(text, 0, 1, false);
		rc = index_delta_add(d, &ch, i);
	}
	if (rc == 0)
		rc = index_delta_apply(d, true, no_grace, NULL);
	index_delta_free(d);
	return rc;
}

static unsigned
count_listed(const struct index *ix, unsigned n)
{
	unsigned listed = 0;

	for (unsigned i = 0; i < n; i++) {
		char text[32];

		snprintf(text, sizeof(text), "n%u.t", i);
		listed += lists(ix, text);
	}
	return listed;
}

/* It changes nothing, and what it took is there for the next that fits. */
static void
check_full(void)
{
	struct index_loader *l;
	struct index *ix = NULL;
	struct index_stats s;
	unsigned n = FULL_NAMES, refused = 0;

	index_loader_new(&l, hash_best(), &index_key, FULL_BYTES);
	for (unsigned i = 0; i < n; i++) {
		struct entry e;
		char text[32];

		snprintf(text, sizeof(text), "n%u.t", i);
		e = entry_of(text, 0, 9, ACTION_DROP);
		if (index_loader_add(l, &e, 1, false) < 0)
			abort();
	}
	if (index_loader_finish(l, &ix) < 0)
		abort();
	for (unsigned i = 0; i < FULL_ROUNDS; i++) {
		refused += add_names(ix, n, FULL_DELTA) == -ENOMEM;
		n += add_names(ix, n, 20) == 0 ? 20 : 0;
	}
	index_stats(ix, &s);
	CHECK(refused == FULL_ROUNDS, "%u of %d too large", refused, FULL_ROUNDS);
	CHECK(n == FULL_NAMES + FULL_ROUNDS * 20, "what fits in between is taken: %u", n);
	CHECK(s.names == n && s.entries == n, "%u names", (unsigned)s.names);
	CHECK(count_listed(ix, n + FULL_DELTA) == n, "and no others are found");
	index_free(ix);
}

/* --- random deltas, and a reader --- */

struct model {
	struct index *ix;
	atomic_bool in_force[NAMES]; /* as acknowledged */
	atomic_uint version;         /* odd: a delta is being applied */
	_Atomic uint64_t rounds;     /* of the reader: a round is a quiescent state */
	atomic_bool stop;
	uint64_t wrong, judged;
	unsigned graces;
	bool late; /* a grace period began before all was published */
	const unsigned *which;
	unsigned which_n;
};

static uint64_t seed = 88172645463325252ull;

static unsigned
rnd(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

static void
model_name(char out[32], unsigned i)
{
	snprintf(out, 32, "n%u.t%u", i, i % 7);
}

/* What was answered while no delta was on its way must be what was acknowledged. */
static void *
read_on(void *arg)
{
	struct model *m = arg;
	unsigned i = 0;

	while (!atomic_load(&m->stop)) {
		unsigned before = atomic_load(&m->version);
		bool want = atomic_load(&m->in_force[i]), got;
		char text[32];

		model_name(text, i);
		got = lists(m->ix, text);
		if (before % 2 == 0 && atomic_load(&m->version) == before) {
			m->judged++;
			m->wrong += got != want;
		}
		i = (i + 7) % NAMES;
		atomic_fetch_add(&m->rounds, 1);
	}
	return NULL;
}

static void
wait_round(void *ctx)
{
	struct model *m = ctx;
	uint64_t now = atomic_load(&m->rounds);

	m->graces++;
	for (unsigned k = 0; k < m->which_n; k++) {
		char text[32];

		model_name(text, m->which[k]);
		m->late = m->late || lists(m->ix, text) == m->in_force[m->which[k]];
	}
	while (atomic_load(&m->rounds) < now + 2)
		sched_yield();
}

/* A delta of distinct names; where `spoilt`, one of them does not fit. */
static void
one_delta(struct model *m, bool spoilt)
{
	static bool taken[NAMES];
	unsigned which[BATCH], n = 1 + rnd(BATCH), bad = spoilt ? rnd(n) : n;
	struct index_delta *d;
	int rc = index_delta_new(&d, m->ix);

	memset(taken, 0, sizeof(taken));
	for (unsigned k = 0; k < n && rc == 0; k++) {
		struct index_change ch;
		char text[32];

		do
			which[k] = rnd(NAMES);
		while (taken[which[k]]);
		taken[which[k]] = true;
		model_name(text, which[k]);
		ch = change(text, 0, 1, m->in_force[which[k]] != (k == bad));
		rc = index_delta_add(d, &ch, k);
	}
	m->graces = 0;
	m->which = which;
	m->which_n = n;
	atomic_fetch_add(&m->version, 1);
	if (rc == 0)
		rc = index_delta_apply(d, true, wait_round, m);
	for (unsigned k = 0; k < n && rc == 0; k++)
		m->in_force[which[k]] = !m->in_force[which[k]];
	atomic_fetch_add(&m->version, 1);
	CHECK(spoilt ? (rc == -EEXIST || rc == -ENOENT) && index_delta_culprit(d) == bad : rc == 0,
	    "%u changes, %s: %d", n, spoilt ? "one of them wrong" : "all right", rc);
	CHECK(m->graces == (spoilt ? 0 : 1) && !m->late, "one grace period, behind all stores");
	index_delta_free(d);
}

static unsigned
count_wrong(const struct model *m)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < NAMES; i++) {
		char text[32];

		model_name(text, i);
		wrong += lists(m->ix, text) != m->in_force[i];
	}
	return wrong;
}

/* On a busy machine the reader may not have run between two deltas. */
static void
await_reader(struct model *m)
{
	uint64_t now = atomic_load(&m->rounds);

	while (atomic_load(&m->rounds) < now + 2)
		sched_yield();
}

static void
check_model(void)
{
	static struct model m;
	struct index_loader *l;
	struct index_stats s;
	uint64_t bytes = 0;
	pthread_t reader;

	index_loader_new(&l, hash_best(), &index_key, 0);
	for (unsigned i = 0; i < NAMES; i++) {
		struct entry e;
		char text[32];

		model_name(text, i);
		e = entry_of(text, 0, 9, ACTION_DROP);
		m.in_force[i] = rnd(2);
		if (m.in_force[i])
			index_loader_add(l, &e, 1, false);
	}
	index_loader_finish(l, &m.ix);
	pthread_create(&reader, NULL, read_on, &m);
	for (unsigned round = 0; round < ROUNDS; round++) {
		one_delta(&m, round % 4 == 3);
		await_reader(&m);
		CHECK(count_wrong(&m) == 0, "round %u: as the plain set", round);
		index_stats(m.ix, &s);
		bytes = round == ROUNDS / 6 ? s.bytes : bytes;
	}
	atomic_store(&m.stop, true);
	pthread_join(reader, NULL);
	CHECK(m.judged > 0 && m.wrong == 0, "a reader beside it: %u of %u wrong", (unsigned)m.wrong,
	    (unsigned)m.judged);
	CHECK(s.bytes < bytes + bytes / 4, "memory stays: %u, then %u", (unsigned)bytes,
	    (unsigned)s.bytes);
	index_free(m.ix);
}

int
main(void)
{
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_case(i);
	check_twins();
	check_full();
	check_model();
	return test_end();
}
