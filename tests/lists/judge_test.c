#include "lists/judge.h"

#include "base/err.h"
#include "tests/test.h"

#include <errno.h>
#include <math.h>

#define SUFFIXES "tests/data/suffixes.dat"
#define TEXTS    4

static struct psl *psl;
static struct population *population;

static void
entry_of(struct entry *e, const char *text, int32_t day)
{
	*e = (struct entry){.from = day, .until = day == DAY_FIRST ? DAY_NEVER : day + 1};
	e->name_len = (uint8_t)name_from_text(e->name, text, strlen(text));
}

static struct judge *
new_judge(uint32_t limit)
{
	struct judge_options o = {{{{1}}, {{2}}, {{3}}}, psl, population, limit};
	struct judge *j;

	return judge_new(&j, &o) ? NULL : j;
}

/* texts "NAME", or "NAME DAY FAMILY" */
static int
list_all(struct judge *j, const char *const *texts, bool second)
{
	int rc = 0;

	for (unsigned i = 0; i < TEXTS && texts[i] && !rc; i++) {
		char name[64], family[16] = "";
		struct entry e;
		int day = DAY_FIRST;

		sscanf(texts[i], "%63s %d %15s", name, &day, family);
		entry_of(&e, name, day);
		rc = second ? judge_entry(j, &e) : judge_list(j, &e, family);
	}
	return rc;
}

static int
compare_all(struct judge *j, enum judge_against against, const char *const *texts)
{
	int rc = 0;

	for (unsigned i = 0; i < TEXTS && texts[i] && !rc; i++) {
		uint8_t name[NAME_LEN_MAX];
		int len = name_from_text(name, texts[i], strlen(texts[i]));

		rc = judge_compare(j, against, name, (size_t)len, i);
	}
	return rc;
}

static int
compare_rule(void *ctx, const uint8_t *name, size_t len)
{
	return judge_compare(ctx, JUDGE_AGAINST_SUFFIX, name, len, 0);
}

static const struct row {
	const char *about;
	const char *list[TEXTS], *allow[TEXTS], *registered[TEXTS], *words[TEXTS];
	enum judge_kind kind;
	uint64_t want;
	const char *name, *other; /* of the first finding */
} rows[] = {
    {"allowed", {"b.com", "abcdefghijk.com"}, {"abcdefghijk.com"}, {0}, {0}, JUDGE_ALLOWED, 1,
	"abcdefghijk.com", "abcdefghijk.com"},
    {"allowed below", {"abcdefghijk.com"}, {"a.b.abcdefghijk.com"}, {0}, {0}, JUDGE_ALLOWED, 1,
	"abcdefghijk.com", "a.b.abcdefghijk.com"},
    {"allowed beside", {"abcdefghijk.com"}, {"xabcdefghijk.com", "bcdefghijk.com"}, {0}, {0},
	JUDGE_ALLOWED, 0, NULL, NULL},
    {"allowed above", {"x.abcdefghijk.com"}, {"abcdefghijk.com"}, {0}, {0}, JUDGE_BELOW_ALLOWED, 1,
	"x.abcdefghijk.com", "abcdefghijk.com"},
    {"allowed above is not covered", {"x.abcdefghijk.com"}, {"abcdefghijk.com"}, {0}, {0},
	JUDGE_ALLOWED, 0, NULL, NULL},
    {"equal is not below", {"abcdefghijk.com"}, {"abcdefghijk.com"}, {0}, {0}, JUDGE_BELOW_ALLOWED,
	0, NULL, NULL},
    {"an allowed suffix allows nothing below", {"abcdefghijk.co.uk"}, {"co.uk", "uk"}, {0}, {0},
	JUDGE_BELOW_ALLOWED, 0, NULL, NULL},
    {"two listed names over one", {"c.com", "b.c.com"}, {"a.b.c.com"}, {0}, {0}, JUDGE_ALLOWED, 2,
	"c.com", "a.b.c.com"},
    {"registered", {"abcdefghijk.com"}, {0}, {"abcdefghijk.com", "other.com"}, {0},
	JUDGE_REGISTERED, 1, "abcdefghijk.com", "abcdefghijk.com"},
    {"registered is not allowed", {"x.abcdefghijk.com", "abcdefghijk.com"}, {0},
	{"abcdefghijk.com"}, {0}, JUDGE_ALLOWED, 0, NULL, NULL},
    {"suffix", {"co.uk"}, {0}, {0}, {0}, JUDGE_SUFFIX, 1, "co.uk", NULL},
    {"suffix by a wildcard", {"any.ck"}, {0}, {0}, {0}, JUDGE_SUFFIX, 1, "any.ck", NULL},
    {"exception of a wildcard", {"www.ck"}, {0}, {0}, {0}, JUDGE_SUFFIX, 0, NULL, NULL},
    {"a top level that the list has not", {"zzzz"}, {0}, {0}, {0}, JUDGE_SUFFIX, 1, "zzzz", NULL},
    {"an internationalised suffix", {"xn--p1ai"}, {0}, {0}, {0}, JUDGE_SUFFIX, 1, "xn--p1ai", NULL},
    {"no suffix", {"abcdefghijk.co.uk"}, {0}, {0}, {0}, JUDGE_SUFFIX, 0, NULL, NULL},
    {"above a suffix", {"example.com"}, {0}, {0}, {0}, JUDGE_COVERS_SUFFIX, 1, "example.com",
	"s3.example.com"},
    {"the parent of a wildcard", {"zone.example.org"}, {0}, {0}, {0}, JUDGE_SUFFIX, 1,
	"zone.example.org", NULL},
    {"an exception is no suffix", {"ck"}, {0}, {0}, {0}, JUDGE_COVERS_SUFFIX, 0, NULL, NULL},
    {"a suffix covers itself once", {"s3.example.com"}, {0}, {0}, {0}, JUDGE_COVERS_SUFFIX, 0, NULL,
	NULL},
    {"short", {"wnsux.com", "wnsuxqzv.com"}, {0}, {0}, {0}, JUDGE_SHORT, 1, "wnsux.com", NULL},
    {"short, by the label before the suffix", {"abcdefghijkl.wnsux.com"}, {0}, {0}, {0},
	JUDGE_SHORT, 1, "abcdefghijkl.wnsux.com", NULL},
    {"short below a small suffix", {"wnsux.co.uk"}, {0}, {0}, {0}, JUDGE_SHORT, 0, NULL, NULL},
    {"word", {"wonderful.com"}, {0}, {0}, {"wonderful"}, JUDGE_WORD, 1, "wonderful.com", NULL},
    {"half a word", {"wonderfulx.com"}, {0}, {0}, {"wonderful"}, JUDGE_WORD, 0, NULL, NULL},
    {"two words", {"journeyready.com"}, {0}, {0}, {"journey", "ready"}, JUDGE_WORDS, 1,
	"journeyready.com", NULL},
    {"words of two letters", {"thisisit.com"}, {0}, {0}, {"thisis", "it"}, JUDGE_WORDS, 0, NULL,
	NULL},
    {"twice", {"a.com 5", "b.com 5", "a.com 6"}, {0}, {0}, {0}, JUDGE_REPEATED, 1, "a.com", NULL},
    {"twice on one day", {"a.com 5 x", "a.com 5 x"}, {0}, {0}, {0}, JUDGE_REPEATED, 1, NULL, NULL},
    {"by two families", {"a.com 5 x", "b.com 5 x", "a.com 6 y"}, {0}, {0}, {0}, JUDGE_FAMILIES, 2,
	"a.com", NULL},
    {"by one family", {"a.com 5 x", "a.com 6 x"}, {0}, {0}, {0}, JUDGE_FAMILIES, 0, NULL, NULL},
};

static struct judge *
judge_row(const struct row *r)
{
	struct judge *j = new_judge(10);
	int rc = 0;

	for (unsigned i = 0; i < TEXTS && r->words[i] && !rc; i++)
		rc = judge_word(j, r->words[i], strlen(r->words[i]));
	rc = rc ? rc : list_all(j, r->list, false);
	rc = rc ? rc : judge_listed(j);
	rc = rc ? rc : psl_rules(SUFFIXES, compare_rule, j);
	rc = rc ? rc : compare_all(j, JUDGE_AGAINST_ALLOW, r->allow);
	rc = rc ? rc : compare_all(j, JUDGE_AGAINST_REGISTERED, r->registered);
	rc = rc ? rc : judge_compared(j);
	rc = rc ? rc : list_all(j, r->list, true);
	rc = rc ? rc : judge_end(j);
	CHECK(rc == 0, "%s: judged", r->about);
	return j;
}

static bool
same_text(const char *a, const char *b)
{
	return !a || !b ? a == b : !strcmp(a, b);
}

static void
kinds(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct judge *j = judge_row(&rows[i]);
		const struct judge_finding *item;
		struct judge_totals t;
		size_t n = judge_items(j, rows[i].kind, &item);

		judge_totals(j, &t);
		CHECK(t.found[rows[i].kind] == rows[i].want, "%s: %llu findings", rows[i].about,
		    (unsigned long long)t.found[rows[i].kind]);
		CHECK((n > 0) == (rows[i].name != NULL) &&
			  (n == 0 || (same_text(item[0].name, rows[i].name) &&
					 same_text(item[0].other, rows[i].other))),
		    "%s: %s %s", rows[i].about, n ? item[0].name : "-",
		    n && item[0].other ? item[0].other : "-");
		CHECK(judge_is_bad(j, judge_kind(rows[i].kind)->severity) >= (rows[i].want > 0),
		    "%s: severity", rows[i].about);
		judge_free(j);
	}
}

static void
limits(void)
{
	static const char *const list[TEXTS] = {"a.com", "b.com", "c.com", "d.com"};
	struct judge *j = new_judge(2);
	const struct judge_finding *item = NULL;
	struct judge_totals t;

	list_all(j, list, false);
	judge_listed(j);
	compare_all(j, JUDGE_AGAINST_ALLOW, list);
	judge_compared(j);
	list_all(j, list, true);
	judge_end(j);
	judge_totals(j, &t);
	CHECK(t.found[JUDGE_ALLOWED] == 4 && judge_items(j, JUDGE_ALLOWED, &item) == 2,
	    "all are counted, two are kept");
	CHECK(item && item[1].source == 1, "the source of the second");
	CHECK(judge_is_bad(j, JUDGE_HIGH) && judge_is_bad(j, JUDGE_INFO), "high is bad");
	judge_free(j);
}

static void
severities(void)
{
	struct row row = {"a short name", {"wnsux.com"}, {0}, {0}, {0}, JUDGE_SHORT, 1, NULL, NULL};
	struct judge *j = judge_row(&row);

	CHECK(!judge_is_bad(j, JUDGE_HIGH) && judge_is_bad(j, JUDGE_LOW), "low is not high");
	judge_free(j);
	CHECK(judge_severity_parse("high") == JUDGE_HIGH &&
		  judge_severity_parse("info") == JUDGE_INFO,
	    "words of severities");
	CHECK(judge_severity_parse("hi") == -ERR_UNKNOWN, "another word");
}

static const struct {
	const char *label;
	double population, want;
} odds[] = {
    {"\5wnsux", 160e6, 160e6 * 0.0323794 / 11881376},
    {"\13abcdefghijk", 160e6, 160e6 * 0.0997356 / 3.670344e15},
    {"\5wnsu9", 160e6, 160e6 * 0.0323794 / 60466176},
    {"\5wnsu-", 160e6, 160e6 * 0.0323794 / 60466176},
    {"\2ab", 160e6, 1},
    {"\5wnsux", 0, 0},
};

static void
odds_rows(void)
{
	uint8_t suffix[NAME_LEN_MAX];
	size_t len = (size_t)name_from_text(suffix, "example", 7);

	for (size_t i = 0; i < sizeof(odds) / sizeof(odds[0]); i++) {
		double got = odds_taken((const uint8_t *)odds[i].label, odds[i].population);

		CHECK(fabs(got - odds[i].want) <= 1e-5 * odds[i].want, "odds of %s: %g",
		    odds[i].label + 1, got);
	}
	CHECK(population_of(population, suffix, len) == POPULATION_OTHER, "any suffix");
	CHECK(population_set(population, suffix, len, 5) == 0 &&
		  population_of(population, suffix, len) == 5,
	    "a suffix that was set");
	CHECK(population_set(population, suffix, len, 6) == 0 &&
		  population_of(population, suffix, len) == 6,
	    "set again");
	CHECK(population_set(population, suffix, len, -1) == -ERR_RANGE, "below nothing");
	CHECK(population_set(population, suffix, len, NAN) == -ERR_RANGE, "no number");
}

/* What a list of generated names is expected to hit by accident. */
static void
expected(void)
{
	static const char *const list[TEXTS] = {"wnsux.com 5", "qhflh.com 5", "wnsux.com 6"};
	struct judge *j = new_judge(1);
	struct judge_totals t;

	list_all(j, list, false);
	judge_listed(j);
	judge_compared(j);
	list_all(j, list, true);
	judge_end(j);
	judge_totals(j, &t);
	CHECK(fabs(t.odds - 2 * 160e6 * 0.0323794 / 11881376) < 1e-4, "two names: %g", t.odds);
	CHECK(t.entries == 3 && t.names == 2 && t.rows == 1 && t.row[0].days == 2, "totals");
	judge_free(j);
}

static void
other_files(void)
{
	struct psl *none;

	CHECK(psl_open(&none, "tests/data/dga.sums") == -ERR_FORMAT && !none, "another text");
	CHECK(psl_open(&none, "tests/data/none") == -ENOENT && !none, "no file");
}

int
main(void)
{
	if (psl_open(&psl, SUFFIXES) || population_new(&population))
		return 1;
	other_files();
	kinds();
	limits();
	severities();
	odds_rows();
	expected();
	population_free(population);
	psl_close(psl);
	return test_end();
}
