/* index_bench: load, lookups and update of the index alone, on one core.
 *
 *   index_bench [--json] [--beside] NAMES [UPDATES]
 *
 * Lookups are of names drawn at random, canonical and in memory, VEC_MAX a call; the median of
 * RUNS runs.  --beside puts a flat JudyL, JudySL, JudyHS and rte_hash next to it, with the same
 * names and queries (structures.h), one run of each in turn. */
#include "base/err.h"
#include "bench/names.h"
#include "bench/quiet.h"
#include "bench/structures.h"
#include "dataplane/vec.h"
#include "lists/index.h"

#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <rte_eal.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUERIES    (2u << 20)
#define RUNS       5
#define BESIDE_MAX 8

struct slot { /* one name, padded as hash_suffixes wants it */
	uint8_t name[STRUCTURE_KEY_BYTES];
};

/* One structure's figures; the index's have no structure. */
struct figures {
	const char *name;
	struct structure *structure;
	struct structure_key *key;
	double load_s, bytes_per_name;
	double mqps[RUNS]; /* in rising order at the end */
	double found;      /* share of the last run */
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
load(uint64_t names, struct figures *f)
{
	struct hash_key key = {{7}};
	struct names gen = {1};
	struct index_loader *l;
	struct index *ix;
	struct index_stats stats;
	double t = bench_now_s();

	if (index_loader_new(&l, hash_best(), &key, 0) < 0)
		exit(1);
	for (uint64_t i = 0; i < names; i++) {
		struct entry e = names_entry(&gen);

		if (index_loader_add(l, &e, 1, false) < 0)
			exit(1);
	}
	if (index_loader_finish(l, &ix) < 0)
		exit(1);
	index_stats(ix, &stats);
	f->name = "cordon's index";
	f->load_s = bench_now_s() - t;
	f->bytes_per_name = (double)stats.bytes / (double)stats.names;
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

/* Every structure in turn, RUNS times: what slows the machine down slows down all of them. */
static void
measure(const struct index *ix, const struct slot *q, struct figures *f, unsigned n)
{
	for (unsigned i = 0; i < RUNS; i++)
		for (unsigned k = 0; k < n; k++) {
			double t = bench_now_s();
			uint64_t found = 0;

			if (f[k].structure) {
				found = structure_find(f[k].structure, f[k].key, QUERIES);
				f[k].mqps[i] = QUERIES / (bench_now_s() - t) / 1e6;
			} else {
				f[k].mqps[i] = lookups(ix, q, &found);
			}
			f[k].found = (double)found / QUERIES;
		}
	for (unsigned k = 0; k < n; k++)
		qsort(f[k].mqps, RUNS, sizeof(f[k].mqps[0]), bench_by_value);
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

/* Returns how many milliseconds n new names take. */
static double
update(struct index *ix, uint64_t n)
{
	struct index_change *ch = calloc(n, sizeof(*ch));
	struct names gen = {2};
	double t;

	if (!ch)
		exit(1);
	for (uint64_t i = 0; i < n; i++)
		ch[i] = (struct index_change){.entry = names_entry(&gen), .feed = 2};
	t = bench_now_s();
	if (index_update(ix, ch, n, no_readers, NULL) < 0)
		exit(1);
	free(ch);
	return (bench_now_s() - t) * 1e3;
}

/* DPDK without devices, on the CPU that we may run on. */
static void
start_eal(void)
{
	char lcores[16];
	const char *argv[] = {"index_bench", "--lcores", lcores, "--no-pci", "--no-huge",
	    "--no-shconf", "--no-telemetry", "-m", "64", "--log-level", "error"};
	cpu_set_t set;
	int cpu = 0;

	sched_getaffinity(0, sizeof(set), &set);
	while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &set))
		cpu++;
	snprintf(lcores, sizeof(lcores), "0@%d", cpu);
	if (rte_eal_init(sizeof(argv) / sizeof(argv[0]), (char **)(uintptr_t)argv) < 0)
		exit(1);
}

/* Fills f with the other structures, each with its keys for q.  Returns how many. */
static unsigned
load_beside(struct figures *f, uint64_t names, const struct slot *q)
{
	unsigned n = 0;

	start_eal();
	for (const struct structure_kind *k = structure_kinds; k->name && n < BESIDE_MAX; k++) {
		double t = bench_now_s();
		int rc = structure_new(&f[n].structure, k, names);

		if (rc < 0) {
			fprintf(stderr, "index_bench: %s: %s\n", k->name, err_text(rc));
			continue;
		}
		f[n].name = k->name;
		f[n].load_s = bench_now_s() - t;
		f[n].bytes_per_name = (double)structure_bytes(f[n].structure) / (double)names;
		f[n].key = malloc(QUERIES * sizeof(*f[n].key));
		if (!f[n].key)
			exit(1);
		memcpy(f[n].key, q, QUERIES * sizeof(*f[n].key));
		structure_keys(f[n].structure, f[n].key, QUERIES);
		n++;
	}
	return n;
}

static void
print_text(const struct figures *f, unsigned n)
{
	for (unsigned k = 0; k < n; k++)
		printf("%s: %.2f M/s (%.2f to %.2f), %.1f %% found, %.1f bytes a name, loaded in "
		       "%.2f s\n",
		    f[k].name, f[k].mqps[RUNS / 2], f[k].mqps[0], f[k].mqps[RUNS - 1],
		    100 * f[k].found, f[k].bytes_per_name, f[k].load_s);
}

static json_t *
to_json(const struct figures *f)
{
	json_t *runs = json_array();

	for (unsigned i = 0; i < RUNS; i++)
		json_array_append_new(runs, json_real(f->mqps[i]));
	return json_pack("{ss sf so sf sf sf}", "name", f->name, "mqps", f->mqps[RUNS / 2], "runs",
	    runs, "found", f->found, "bytes_per_name", f->bytes_per_name, "load_s", f->load_s);
}

/* Unlisted names in place of the listed ones. */
static void
make_misses(struct slot *q)
{
	struct names gen = {3};

	for (unsigned i = 0; i < QUERIES; i++) {
		names_next(&gen, q[i].name);
		q[i].name[q[i].name[0] + 2] = 'z'; /* a suffix that no name of the list has */
	}
}

struct request {
	bool is_json, is_beside;
	uint64_t names, updates;
};

/* What else is reported. */
struct outcome {
	double busy_other, resident, update_ms;
	struct figures misses;
};

static void
print_json(const struct request *r, const struct figures *f, unsigned n, const struct outcome *o)
{
	json_t *all = json_array(), *j;

	for (unsigned k = 0; k < n; k++)
		json_array_append_new(all, to_json(&f[k]));
	j = json_pack("{ss ss sI sI ss sf so sf sf sI sf}", "version", CORDON_VERSION, "benchmark",
	    "index", "names", (json_int_t)r->names, "queries", (json_int_t)QUERIES, "hash",
	    hash_best()->name, "busy_other", o->busy_other, "structures", all, "misses_mqps",
	    o->misses.mqps[RUNS / 2], "resident_per_name", o->resident, "update_names",
	    (json_int_t)r->updates, "update_ms", o->update_ms);
	json_dumpf(j, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(j);
}

static int
run(const struct request *r)
{
	struct figures f[BESIDE_MAX + 1] = {0};
	struct outcome o = {.busy_other = quiet_busy_other(), .resident = -rss_mib()};
	struct index *ix = load(r->names, &f[0]);
	struct slot *q;
	unsigned n = 1;

	o.resident = (o.resident + rss_mib()) * 1048576.0 / (double)r->names;
	o.misses = f[0];
	o.misses.name = "misses";
	q = sample(r->names);
	if (r->is_beside)
		n += load_beside(&f[1], r->names, q);
	measure(ix, q, f, n);
	make_misses(q);
	measure(ix, q, &o.misses, 1);
	o.update_ms = update(ix, r->updates);
	if (r->is_json) {
		print_json(r, f, n, &o);
	} else {
		print_text(f, n);
		print_text(&o.misses, 1);
		printf("index: %.1f bytes a name resident, hash %s; update: %" PRIu64
		       " names in %.1f ms\n",
		    o.resident, hash_best()->name, r->updates, o.update_ms);
	}
	for (unsigned k = 1; k < n; k++) {
		structure_free(f[k].structure);
		free(f[k].key);
	}
	index_free(ix);
	free(q);
	return fflush(stdout) == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {"beside", no_argument, NULL, 'b'}, {0}};
	struct request r = {.names = 1500000, .updates = 50000};

	for (int c; (c = getopt_long(argc, argv, "jb", options, NULL)) >= 0;)
		switch (c) {
		case 'j': r.is_json = true; break;
		case 'b': r.is_beside = true; break;
		default:
			fprintf(stderr, "usage: index_bench [--json] [--beside] NAMES [UPDATES]\n");
			return 2;
		}
	if (optind < argc)
		r.names = strtoull(argv[optind++], NULL, 10);
	if (optind < argc)
		r.updates = strtoull(argv[optind++], NULL, 10);
	if (r.names == 0 || r.updates == 0) {
		fprintf(stderr, "index_bench: how many names?\n");
		return 2;
	}
	return run(&r);
}
