/* The index against a plain model, through loads and updates, and with a reader beside the writer.
 */
#include "lists/index.h"

#include "tests/lists/index_tools.h"
#include "tests/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

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

/* A row that stands twice would leave with its twin. */
static bool
has_twin(const struct row *rows, const struct row *r)
{
	for (const struct row *o = rows; o < rows + ENTRIES; o++)
		if (o != r && o->name == r->name && o->feed == r->feed && o->from == r->from &&
		    o->until == r->until && o->action == r->action)
			return true;
	return false;
}

/* Takes out, or puts in, a third of the rows.  Returns the number of changes. */
static size_t
turn_over(struct row *rows, struct index_change *changes)
{
	size_t n = 0;

	for (struct row *r = rows; r < rows + ENTRIES; r++) {
		if (rnd(3) != 0 || has_twin(rows, r))
			continue;
		r->is_gone = !r->is_gone;
		changes[n++] = change_of(r);
	}
	return n;
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

	index_loader_new(&l, impl, &index_key, 0);
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
		size_t n = turn_over(rows, changes);

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

	index_loader_new(&l, hash_best(), &index_key, 0);
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
	check_model(&hash_sip);
	if (hash_best() != &hash_sip)
		check_model(hash_best());
	check_beside();
	return test_end();
}
