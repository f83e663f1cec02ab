/* index_bench: load, lookups and update of the index alone, on one core.
 *
 *   index_bench NAMES [UPDATES]
 *
 * Names have the shape of Conficker.C's: 4 to 9 letters under one of 110 two-letter suffixes.
 * Lookups are of names drawn at random, canonical and in memory, VEC_MAX a call; the median of
 * five runs. */
#include "dataplane/vec.h"
#include "lists/index.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUERIES (4u << 20)
#define RUNS    5

struct slot { /* one name, padded as hash_suffixes wants it */
	uint8_t name[32];
};

static uint64_t seed = 1;

static uint64_t
rnd(void)
{
	uint64_t z = (seed += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static unsigned
make_name(uint8_t *out)
{
	uint64_t r = rnd(), tld = rnd() % 110;
	unsigned len = 4 + (unsigned)(r % 6);

	r /= 6;
	out[0] = (uint8_t)len;
	for (unsigned i = 1; i <= len; i++, r /= 26)
		out[i] = (uint8_t)('a' + r % 26);
	out[len + 1] = 2;
	out[len + 2] = (uint8_t)('a' + tld / 26);
	out[len + 3] = (uint8_t)('a' + tld % 26);
	out[len + 4] = 0;
	return len + 5;
}

static struct entry
make_entry(void)
{
	struct entry e = {.from = 0, .until = DAY_NEVER, .action = ACTION_INHERIT};

	e.name_len = (uint8_t)make_name(e.name);
	return e;
}

static double
rss_mib(void)
{
	long all = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f || fscanf(f, "%ld %ld", &all, &resident) != 2)
		resident = 0;
	if (f)
		fclose(f);
	return (double)resident * (double)getpagesize() / 1048576.0;
}

static struct index *
load(uint64_t names)
{
	struct hash_key key = {{7}};
	struct index_loader *l;
	struct index *ix;
	double t = now_s(), t2;

	seed = 1;
	if (index_loader_new(&l, hash_best(), &key, 0) < 0)
		exit(1);
	for (uint64_t i = 0; i < names; i++) {
		struct entry e = make_entry();

		if (index_loader_add(l, &e, 1, false) < 0)
			exit(1);
	}
	t2 = now_s();
	if (index_loader_finish(l, &ix) < 0)
		exit(1);
	printf("load: %.2f s (taken in %.2f s)\n", now_s() - t, t2 - t);
	return ix;
}

static double
lookups(const struct index *ix, const struct slot *q, uint64_t *found)
{
	struct hash_name h[VEC_MAX];
	struct probe probe[VEC_MAX * HASH_LABELS_MAX];
	double t = now_s();

	*found = 0;
	for (unsigned i = 0; i < QUERIES; i += VEC_MAX) {
		unsigned n;

		for (unsigned k = 0; k < VEC_MAX; k++)
			hash_name_set(&h[k], q[i + k].name);
		n = index_find(ix, h, VEC_MAX, probe);
		for (unsigned k = 0; k < n; k++)
			*found += index_decide(ix, probe[k].class, 20000) != NULL;
	}
	return QUERIES / (now_s() - t) / 1e6;
}

static int
by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static void
measure(const struct index *ix, const struct slot *q, const char *what)
{
	double rate[RUNS];
	uint64_t found = 0;

	for (unsigned i = 0; i < RUNS; i++)
		rate[i] = lookups(ix, q, &found);
	qsort(rate, RUNS, sizeof(rate[0]), by_value);
	printf("%s: %.2f M/s (%.2f to %.2f), %.1f %% found\n", what, rate[RUNS / 2], rate[0],
	    rate[RUNS - 1], 100.0 * (double)found / QUERIES);
}

/* Names of the list, spread over all of it, in random order. */
static struct slot *
sample(uint64_t names)
{
	struct slot *q = calloc(QUERIES, sizeof(*q));
	uint64_t step = names < QUERIES ? 1 : names / QUERIES;

	seed = 1;
	for (uint64_t i = 0, n = 0; i < names && n < QUERIES; i++) {
		struct slot s = {{0}};

		make_name(s.name);
		if (i % step == 0)
			q[n++] = s;
	}
	for (uint64_t i = names < QUERIES ? names : 0; names < QUERIES && i < QUERIES; i++)
		q[i] = q[rnd() % names];
	for (unsigned i = QUERIES - 1; i > 0; i--) {
		unsigned k = (unsigned)(rnd() % (i + 1));
		struct slot s = q[i];

		q[i] = q[k];
		q[k] = s;
	}
	return q;
}

static void
no_readers(void *ctx)
{
	(void)ctx;
}

static void
update(struct index *ix, uint64_t n)
{
	struct index_change *ch = calloc(n, sizeof(*ch));
	double t;

	for (uint64_t i = 0; i < n; i++)
		ch[i] = (struct index_change){.entry = make_entry(), .feed = 2};
	t = now_s();
	if (index_update(ix, ch, n, no_readers, NULL) < 0)
		exit(1);
	printf("update: %" PRIu64 " names in %.1f ms\n", n, (now_s() - t) * 1e3);
	free(ch);
}

int
main(int argc, char **argv)
{
	uint64_t names = argc > 1 ? strtoull(argv[1], NULL, 10) : 1500000;
	uint64_t updates = argc > 2 ? strtoull(argv[2], NULL, 10) : 50000;
	double before = rss_mib();
	struct index *ix = load(names);
	struct index_stats s;
	struct slot *q;

	index_stats(ix, &s);
	printf("names: %" PRIu64 " in %" PRIu64 " arrays, %.1f bytes a name in the index, "
	       "%.1f resident, hash %s\n",
	    s.names, s.arrays, (double)s.bytes / (double)s.names,
	    (rss_mib() - before) * 1048576.0 / (double)s.names, s.hash);
	q = sample(names);
	measure(ix, q, "hits");
	for (unsigned i = 0; i < QUERIES; i++) {
		make_name(q[i].name);
		q[i].name[q[i].name[0] + 2] = 'z'; /* a suffix that no name of the list has */
	}
	measure(ix, q, "misses");
	update(ix, updates);
	index_free(ix);
	free(q);
	return 0;
}
