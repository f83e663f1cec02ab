#include "lists/identify.h"

#include "base/err.h"
#include "lists/dga_published.h"
#include "tests/test.h"

#include <pthread.h>

#define DAY_2009_03_01 14304
#define DAY_2009_04_01 14335
#define NAMES_MAX      8
#define RUNS_MAX       6

static const struct hash_key key = {{7}};

static struct identify_run
run_of(const char *family, int32_t from, uint32_t days)
{
	struct identify_run r = {.params = "", .from = from, .days = days};

	r.family = dga_find(family);
	dga_defaults(r.family, &r.values);
	return r;
}

static void *
work(void *id)
{
	struct identify_task t;

	while (identify_next(id, &t))
		if (identify_do(id, &t))
			break;
	return NULL;
}

/* All rounds.  Returns the last identify_settle. */
static int64_t
search(struct identify *id, unsigned threads)
{
	pthread_t thread[4];
	int64_t rc;

	do {
		for (unsigned i = 0; i < threads; i++)
			pthread_create(&thread[i], NULL, work, id);
		for (unsigned i = 0; i < threads; i++)
			pthread_join(thread[i], NULL);
		rc = identify_settle(id);
	} while (rc > 0);
	return rc;
}

static const struct {
	const char *about;
	const char *family;
	int32_t from;
	uint32_t days;
	const char *name[NAMES_MAX]; /* the first is looked at */
	enum identify_verdict want;
	int32_t day;
	uint32_t index;
} cases[] = {
    {"a name of the press", "conficker-b", DAY_2009_03_01, 31, {"wnsux.com"}, IDENTIFY_ALONE,
	DAY_2009_03_01 + 12, 65},
    {"outside the days", "conficker-b", DAY_2009_03_01, 12, {"wnsux.com"}, IDENTIFY_UNKNOWN, 0, 0},
    {"first day of the days", "conficker-b", DAY_2009_03_01 + 12, 1, {"wnsux.com"}, IDENTIFY_ALONE,
	DAY_2009_03_01 + 12, 65},
    {"nobody's name", "conficker-b", DAY_2009_03_01, 31, {"google.com"}, IDENTIFY_UNKNOWN, 0, 0},
    {"a name below one that is made", "conficker-b", DAY_2009_03_01, 31, {"www.wnsux.com"},
	IDENTIFY_UNKNOWN, 0, 0},
    {"four letters of many", "conficker-c", DAY_2009_04_01, 3, {"gzyh.nl"}, IDENTIFY_CHANCE,
	DAY_2009_04_01, 1},
    {"four letters beside a long name of that day", "conficker-c", DAY_2009_04_01, 3,
	{"gzyh.nl", "oubezepg.com.mx"}, IDENTIFY_SEEN, DAY_2009_04_01, 1},
    {"the long name itself", "conficker-c", DAY_2009_04_01, 3, {"oubezepg.com.mx", "gzyh.nl"},
	IDENTIFY_ALONE, DAY_2009_04_01, 0},
    {"a name asked for twice", "conficker-c", DAY_2009_04_01, 1,
	{"oubezepg.com.mx", "oubezepg.com.mx"}, IDENTIFY_ALONE, DAY_2009_04_01, 0},
};

static void
verdicts(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct identify_run run = run_of(cases[i].family, cases[i].from, cases[i].days);
		const struct identify_name *name;
		struct identify *id;
		size_t n = 0;
		int64_t rc;

		while (cases[i].name[n])
			n++;
		rc = identify_new(&id, &key, cases[i].name, n, &run, 1);
		if (rc == 0)
			rc = search(id, 2);
		CHECK(rc == 0, "%s: searched", cases[i].about);
		name = identify_find(id, cases[i].name[0]);
		CHECK(name && name->verdict == cases[i].want, "%s: %s", cases[i].about,
		    name ? identify_verdict_text(name->verdict) : "lost");
		if (cases[i].want != IDENTIFY_UNKNOWN)
			CHECK(name && name->matches == 1 && name->match[0].day == cases[i].day &&
				  name->match[0].index == cases[i].index &&
				  name->match[0].times == 1,
			    "%s: day and index", cases[i].about);
		identify_free(id);
	}
}

/* The first runs are kept, whichever thread finds which match first. */
static void
many_runs(void)
{
	static const char *const want[] = {"wnsux.com", "jogli.com"};
	struct identify_run run[RUNS_MAX];

	for (unsigned i = 0; i < RUNS_MAX; i++)
		run[i] = run_of("conficker-b", DAY_2009_03_01 + (int32_t)i, 31);
	for (unsigned threads = 1; threads <= 4; threads += 3) {
		const struct identify_name *name;
		struct identify *id;
		bool good = true;

		identify_new(&id, &key, want, 2, run, RUNS_MAX);
		CHECK(search(id, threads) == 0, "six runs, %u threads", threads);
		name = identify_find(id, "wnsux.com");
		for (unsigned i = 0; i < IDENTIFY_MATCHES; i++)
			good &= name->match[i].run == i && name->match[i].times == 1;
		CHECK(name->matches == IDENTIFY_MATCHES && good, "the first four are kept");
		identify_free(id);
	}
}

static void
chances(void)
{
	static const char *const want[] = {"wnsux.com"};
	struct identify_run run = run_of("conficker-b", DAY_2009_03_01 + 12, 1);
	const struct identify_name *name;
	struct identify *id;
	double space = 26.0 * 26 * 26 * 26 * 26 * 8;

	identify_new(&id, &key, want, 1, &run, 1);
	search(id, 1);
	identify_names(id, &name);
	/* An eighth of 250 names has five letters, give or take. */
	CHECK(name->match[0].chance > 15 / space && name->match[0].chance < 50 / space,
	    "chance %.3g of %.3g", name->match[0].chance, 31 / space);
	identify_free(id);
}

static void
mistakes(void)
{
	static const char *const deep[] = {"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.com"};
	static const char *const want[] = {"wnsux.com"};
	struct identify_run run = run_of("conficker-b", DAY_2009_03_01, 1);
	struct identify *id;

	CHECK(identify_new(&id, &key, deep, 1, &run, 1) == -ERR_NAME && !id, "16 labels");
	run.from = run.family->day_min - 1;
	identify_new(&id, &key, want, 1, &run, 1);
	CHECK(search(id, 2) == -ERR_DATE, "a day that the family cannot express");
	identify_free(id);
	CHECK(identify_new(&id, &key, want, 0, NULL, 0) == 0 && search(id, 1) == 0,
	    "no names, no runs");
	identify_free(id);
}

static void
published_sets(void)
{
	for (const struct dga_family *const *f = dga_families; *f; f++) {
		unsigned n = 0;

		for (const char *const *set = dga_published(*f); *set; set++, n++) {
			struct dga_values v;
			char store[128];
			int rc = strlen(*set) < sizeof(store) ? dga_set_all(*f, &v, *set, store)
							      : -ERR_LIMIT;

			CHECK(rc == 0, "%s '%s': %d", (*f)->name, *set, rc);
		}
		CHECK(n > 0, "%s has %u sets", (*f)->name, n);
	}
}

static void
set_texts(void)
{
	const struct dga_family *f = dga_find("conficker-a");
	struct dga_values v;
	char store[64];

	CHECK(dga_set_all(f, &v, "names=7,sine=libm", store) == 0 && v.value[0] == 7 &&
		  v.value[1] == 1,
	    "two values");
	CHECK(dga_set_all(f, &v, "names", store) == -ERR_FORMAT, "no value");
	CHECK(dga_set_all(f, &v, "name=1", store) == -ERR_UNKNOWN, "no such parameter");
	CHECK(dga_set_all(f, &v, "names=0", store) == -ERR_RANGE, "out of range");
}

int
main(void)
{
	verdicts();
	many_runs();
	chances();
	mistakes();
	published_sets();
	set_texts();
	return test_end();
}
