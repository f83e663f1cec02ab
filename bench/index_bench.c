/* index_bench: load, lookups and update of the index alone, on one core.
 *
 *   index_bench NAMES [UPDATES]
 *
 * Lookups are of names drawn at random, canonical and in memory, VEC_MAX a call; the median of
 * five runs. */
#include "bench/names.h"
#include "dataplane/vec.h"
#include "lists/index.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUERIES (4u << 20)
#define RUNS    5

struct slot { /* one name, padded as hash_suffixes wants it */
	uint8_t name[32];
};

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
	struct names gen = {1};
	struct index_loader *l;
	struct index *ix;
	double t = bench_now_s(), t2;

	if (index_loader_new(&l, hash_best(), &key, 0) < 0)
		exit(1);
	for (uint64_t i = 0; i < names; i++) {
		struct entry e = names_entry(&gen);

		if (index_loader_add(l, &e, 1, false) < 0)
			exit(1);
	}
	t2 = bench_now_s();
	if (index_loader_finish(l, &ix) < 0)
		exit(1);
	printf("load: %.2f s (taken in %.2f s)\n", bench_now_s() - t, t2 - t);
	return ix;
}

static double
lookups(const struct index *ix, const struct slot *q, uint64_t *found)
{
	struct hash_name h[VEC_MAX];
	struct probe probe[VEC_MAX * HASH_LABELS_MAX];
	double t = bench_now_s();

	*found = 0;
	for (unsigned i = 0; i < QUERIES; i += VEC_MAX) {
		unsigned n;

		for (unsigned k = 0; k < VEC_MAX; k++)
			hash_name_set(&h[k], q[i + k].name);
		n = index_find(ix, h, VEC_MAX, probe);
		for (unsigned k = 0; k < n; k++)
			*found += index_decide(ix, probe[k].class, 20000) != NULL;
	}
	return QUERIES / (bench_now_s() - t) / 1e6;
}

static void
measure(const struct index *ix, const struct slot *q, const char *what)
{
	double rate[RUNS];
	uint64_t found = 0;

	for (unsigned i = 0; i < RUNS; i++)
		rate[i] = lookups(ix, q, &found);
	qsort(rate, RUNS, sizeof(rate[0]), bench_by_value);
	printf("%s: %.2f M/s (%.2f to %.2f), %.1f %% found\n", what, rate[RUNS / 2], rate[0],
	    rate[RUNS - 1], 100.0 * (double)found / QUERIES);
}

/* Names of the list, spread over all of it, in random order. */
static struct slot *
sample(uint64_t names)
{
	struct slot *q = calloc(QUERIES, sizeof(*q));
	struct names gen = {1};
	uint64_t step = names < QUERIES ? 1 : names / QUERIES;

	for (uint64_t i = 0, n = 0; i < names && n < QUERIES; i++) {
		struct slot s = {{0}};

		names_next(&gen, s.name);
		if (i % step == 0)
			q[n++] = s;
	}
	for (uint64_t i = names < QUERIES ? names : 0; names < QUERIES && i < QUERIES; i++)
		q[i] = q[names_random(&gen) % names];
	for (unsigned i = QUERIES - 1; i > 0; i--) {
		unsigned k = (unsigned)(names_random(&gen) % (i + 1));
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
	struct names gen = {2};
	double t;

	for (uint64_t i = 0; i < n; i++)
		ch[i] = (struct index_change){.entry = names_entry(&gen), .feed = 2};
	t = bench_now_s();
	if (index_update(ix, ch, n, no_readers, NULL) < 0)
		exit(1);
	printf("update: %" PRIu64 " names in %.1f ms\n", n, (bench_now_s() - t) * 1e3);
	free(ch);
}

int
main(int argc, char **argv)
{
	uint64_t names = argc > 1 ? strtoull(argv[1], NULL, 10) : 1500000;
	uint64_t updates = argc > 2 ? strtoull(argv[2], NULL, 10) : 50000;
	double before = rss_mib();
	struct names gen = {3};
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
		names_next(&gen, q[i].name);
		q[i].name[q[i].name[0] + 2] = 'z'; /* a suffix that no name of the list has */
	}
	measure(ix, q, "misses");
	update(ix, updates);
	index_free(ix);
	free(q);
	return 0;
}
