/* The families against tests/data/dga.sums: digests of lists that others published, and of
 * lists that only our generators made.  Run from the top of the source tree. */
#include "lists/dga.h"

#include "base/date.h"
#include "base/err.h"
#include "tests/test.h"

#include <sodium.h>

#include <inttypes.h>
#include <stdlib.h>

#define SUMS         "tests/data/dga.sums"
#define NAME_MAX_LEN 253

struct row {
	char family[32], params[160], from[DATE_TEXT_MAX], order[64], sha256[65];
	unsigned days;
	uint64_t first, count;
};

/* Names [first, first + count) of a run over some days, one a line. */
struct run {
	uint64_t first, end, at;
	FILE *picks; /* whole numbers, rising: only these are taken; or NULL */
	uint64_t pick;
	crypto_hash_sha256_state sum;
	char *lines[10000]; /* when they must be sorted */
	size_t n_lines;
	bool sorted;
};

static void
next_pick(struct run *r)
{
	if (fscanf(r->picks, "%" SCNu64, &r->pick) != 1)
		r->pick = UINT64_MAX;
}

static int
take(void *ctx, const char *name, size_t len)
{
	struct run *r = ctx;
	uint64_t at = r->at++;

	if (at < r->first || at >= r->end)
		return 0;
	if (r->picks) {
		if (at != r->pick)
			return 0;
		next_pick(r);
	}
	if (r->sorted) {
		if (r->n_lines == sizeof(r->lines) / sizeof(r->lines[0]))
			return -ERR_FULL;
		r->lines[r->n_lines++] = strndup(name, len);
		return 0;
	}
	crypto_hash_sha256_update(&r->sum, (const uint8_t *)name, len);
	crypto_hash_sha256_update(&r->sum, (const uint8_t *)"\n", 1);
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sum_sorted(struct run *r)
{
	if (r->n_lines)
		qsort(r->lines, r->n_lines, sizeof(r->lines[0]), by_text);
	for (size_t i = 0; i < r->n_lines; i++) {
		crypto_hash_sha256_update(
		    &r->sum, (const uint8_t *)r->lines[i], strlen(r->lines[i]));
		crypto_hash_sha256_update(&r->sum, (const uint8_t *)"\n", 1);
		free(r->lines[i]);
	}
}

/* "names=1000,seed=0x1" or "-" */
static int
set_all(const struct dga_family *f, struct dga_values *v, char *params)
{
	int rc = 0;

	dga_defaults(f, v);
	if (!strcmp(params, "-"))
		return 0;
	for (char *save, *p = strtok_r(params, ",", &save); p && !rc;
	     p = strtok_r(NULL, ",", &save)) {
		char *value = strchr(p, '=');

		if (!value)
			return -ERR_FORMAT;
		*value++ = '\0';
		rc = dga_set(f, v, p, value);
	}
	return rc;
}

static int
sum_row(struct row *row, char hex[65])
{
	static struct run r;
	const struct dga_family *f = dga_find(row->family);
	uint8_t sum[crypto_hash_sha256_BYTES];
	struct dga_values v;
	int32_t day;
	int rc;

	r = (struct run){.first = row->first, .end = row->first + row->count};
	r.sorted = !strcmp(row->order, "sorted");
	if (!strncmp(row->order, "picked:", 7)) {
		r.picks = fopen(row->order + 7, "r");
		if (!r.picks)
			return -ERR_UNKNOWN;
		next_pick(&r);
	}
	crypto_hash_sha256_init(&r.sum);
	rc = f ? set_all(f, &v, row->params) : -ERR_UNKNOWN;
	if (!rc)
		rc = date_parse(&day, row->from, strlen(row->from));
	for (unsigned i = 0; i < row->days && !rc; i++)
		rc = dga_expand(f, day + (int32_t)i, &v, take, &r);
	sum_sorted(&r);
	crypto_hash_sha256_final(&r.sum, sum);
	sodium_bin2hex(hex, 65, sum, sizeof(sum));
	if (r.picks)
		fclose(r.picks);
	return rc ? rc : r.at < r.end ? -ERR_SHORT : 0;
}

/* Says which row is wrong and by what digest, so that a new row can be written by it. */
static void
published_lists(void)
{
	FILE *f = fopen(SUMS, "r");
	char line[512], hex[65];
	unsigned rows = 0;

	while (f && fgets(line, sizeof(line), f)) {
		struct row r;
		char about[160];
		int rc;

		if (line[0] == '#' || line[0] == '\n')
			continue;
		rc = sscanf(line, "%31s %159s %10s %u %" SCNu64 " %" SCNu64 " %63s %64s", r.family,
		    r.params, r.from, &r.days, &r.first, &r.count, r.order, r.sha256);
		rows += rc == 8;
		CHECK(rc == 8, "row %u has its columns", rows);
		if (rc != 8)
			continue;
		snprintf(about, sizeof(about), "%s %.80s %s", r.family, r.params, r.from);
		rc = sum_row(&r, hex);
		CHECK(rc == 0 && !strcmp(hex, r.sha256), "%s: %d %s", about, rc, hex);
	}
	CHECK(rows > 0, "%s has %u rows", SUMS, rows);
	if (f)
		fclose(f);
}

struct spot {
	uint64_t at, i;
	char name[NAME_MAX_LEN + 1];
};

static int
keep_spot(void *ctx, const char *name, size_t len)
{
	struct spot *s = ctx;

	if (s->i++ != s->at)
		return 0;
	memcpy(s->name, name, len);
	s->name[len] = '\0';
	return 1;
}

/* Names that are known by their day and place, with the parameter that makes them. */
static const struct {
	const char *family, *day;
	uint64_t at;
	const char *name, *value, *want;
} spots[] = {
    {"conficker-a", "2008-12-09", 0, NULL, NULL, "pdmqxeumc.info"},
    {"conficker-a", "2020-01-01", 9, NULL, NULL, "todxsr.org"},
    {"conficker-b", "2009-03-08", 100, NULL, NULL, "jogli.com"}, /* The Register, 2009-03-02 */
    {"conficker-b", "2009-03-13", 65, NULL, NULL, "wnsux.com"},
    {"conficker-b", "2009-03-18", 154, NULL, NULL, "qhflh.com"},
    {"conficker-b", "2009-03-31", 159, NULL, NULL, "praat.org"},
    {"conficker-b", "2009-03-31", 159, "sine", "libm", "praat.org"},
    {"conficker-b", "2009-09-02", 103, NULL, NULL, "tbskpqrsn.org"},
    {"conficker-c", "2009-04-01", 0, NULL, NULL, "oubezepg.com.mx"},
    {"conficker-c", "2009-04-01", 9, NULL, NULL, "gdeeuphz.ch"},
    {"conficker-c", "2014-11-10", 9, NULL, NULL, "cvuyp.com.ve"},
};

static void
known_names(void)
{
	for (size_t i = 0; i < sizeof(spots) / sizeof(spots[0]); i++) {
		const struct dga_family *f = dga_find(spots[i].family);
		struct spot s = {.at = spots[i].at};
		struct dga_values v;
		int32_t day;

		date_parse(&day, spots[i].day, strlen(spots[i].day));
		dga_defaults(f, &v);
		if (spots[i].name)
			CHECK(!dga_set(f, &v, spots[i].name, spots[i].value), "%s", spots[i].name);
		dga_expand(f, day, &v, keep_spot, &s);
		CHECK(!strcmp(s.name, spots[i].want), "%s %s %" PRIu64 " is %s", f->name,
		    spots[i].day, s.at, s.name);
	}
}

/* Short digests of a day's names. */
struct marks {
	uint64_t mark[100000];
	size_t n;
};

static int
take_mark(void *ctx, const char *name, size_t len)
{
	static const uint8_t key[crypto_shorthash_KEYBYTES] = {0};
	struct marks *m = ctx;

	crypto_shorthash((uint8_t *)&m->mark[m->n++], (const uint8_t *)name, len, key);
	return 0;
}

/* The first name that the sines disagree on, or -1. */
static int
sines_part_at(const struct dga_family *f, int32_t day)
{
	static struct marks x87, libm;
	struct dga_values v;

	x87.n = libm.n = 0;
	dga_defaults(f, &v);
	dga_expand(f, day, &v, take_mark, &x87);
	dga_set(f, &v, "sine", "libm");
	dga_expand(f, day, &v, take_mark, &libm);
	for (size_t i = 0; i < x87.n; i++)
		if (x87.mark[i] != libm.mark[i])
			return (int)i;
	return -1;
}

static void
libm_makes_other_names(void)
{
	const struct dga_family *a = dga_find("conficker-a"), *c = dga_find("conficker-c");
	int at = sines_part_at(a, 18373), days = 0, least = 50000, most = 0;

	CHECK(at == 34, "conficker-a 2020-04-21, step 365: the sines part at name %d", at);
	CHECK(sines_part_at(a, 18372) == -1, "conficker-a 2020-04-20: they do not");
	for (int32_t day = 14335; day < 14365; day++) {
		at = sines_part_at(c, day);
		if (at < 0)
			continue;
		days++;
		least = at < least ? at : least;
		most = at > most ? at : most;
	}
	CHECK(days == 26 && least == 272 && most == 38691,
	    "conficker-c April 2009: %d days differ, from name %d..%d", days, least, most);
}

static const struct {
	const char *about, *family, *name, *value;
	int want;
} settings[] = {
    {"decimal", "conficker-b", "names", "100000", 0},
    {"hexadecimal", "conficker-b", "names", "0x10", 0},
    {"the least", "conficker-b", "names", "1", 0},
    {"below the least", "conficker-b", "names", "0", -ERR_RANGE},
    {"above the most", "conficker-b", "names", "1000001", -ERR_RANGE},
    {"over 64 bits", "conficker-b", "names", "18446744073709551617", -ERR_RANGE},
    {"empty", "conficker-b", "names", "", -ERR_RANGE},
    {"no hex digits", "conficker-b", "names", "0x", -ERR_RANGE},
    {"letters", "conficker-b", "names", "1a", -ERR_RANGE},
    {"a sign", "conficker-b", "names", "-1", -ERR_RANGE},
    {"a choice", "conficker-b", "sine", "libm", 0},
    {"a choice by number", "conficker-b", "sine", "1", -ERR_RANGE},
    {"no such choice", "conficker-b", "sine", "x86", -ERR_RANGE},
    {"no such parameter", "conficker-b", "seed", "1", -ERR_UNKNOWN},
};

static int
stop_at_third(void *ctx, const char *name, size_t len)
{
	(void)name;
	(void)len;
	return ++*(int *)ctx == 3 ? -EXIT_FAILURE : 0;
}

static void
edges(void)
{
	const struct dga_family *f = dga_find("conficker-c");
	struct dga_values v;
	int n = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct dga_family *g = dga_find(settings[i].family);
		int rc;

		dga_defaults(g, &v);
		rc = dga_set(g, &v, settings[i].name, settings[i].value);
		CHECK(rc == settings[i].want, "set %s: %d", settings[i].about, rc);
	}
	CHECK(!dga_find("conficker-d") && !dga_find(""), "unknown families are not found");
	dga_defaults(f, &v);
	CHECK(dga_expand(f, f->day_min - 1, &v, stop_at_third, &n) == -ERR_DATE, "day too early");
	CHECK(dga_expand(f, f->day_max + 1, &v, stop_at_third, &n) == -ERR_DATE, "day too late");
	CHECK(n == 0, "nothing is emitted then");
	CHECK(dga_expand(f, f->day_max, &v, stop_at_third, &n) == -EXIT_FAILURE, "emit's code");
	CHECK(n == 3, "emit stops the expansion");
	v.value[0] = 0;
	CHECK(dga_expand(f, 14335, &v, stop_at_third, &n) == -ERR_RANGE, "values are checked");
}

int
main(void)
{
	published_lists();
	known_names();
	libm_makes_other_names();
	edges();
	return test_end();
}
