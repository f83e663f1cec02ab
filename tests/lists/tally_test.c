#include "lists/tally.h"

#include "base/err.h"
#include "tests/test.h"

#include <math.h>

#define DAYS 8

static const struct {
	const char *about;
	uint32_t names[DAYS];
	uint32_t days, least, most, outliers;
	int32_t first_outlier;
} rows[] = {
    {"all alike", {400, 410, 390, 400, 405, 395, 400, 400}, 8, 390, 410, 0, 0},
    {"one day too many", {400, 410, 390, 400, 405, 895, 400, 400}, 8, 390, 895, 1, 5},
    {"one day too few", {12, 410, 390, 400, 405, 395, 400, 400}, 8, 12, 410, 1, 0},
    {"five deviations are not over five", {100, 100, 150, 100}, 4, 100, 150, 0, 0},
    {"a little over", {100, 100, 151, 100}, 4, 100, 151, 1, 2},
    {"days without names do not count", {0, 400, 0, 0, 400, 0, 0, 400}, 3, 400, 400, 0, 0},
    {"two days prove nothing", {1, 500}, 2, 1, 500, 0, 0},
    {"an outlier among three", {400, 2000, 400}, 3, 400, 2000, 1, 1},
};

struct seen {
	unsigned n;
	int32_t day;
	double expected;
	int stop;
};

static int
take(void *ctx, const struct tally_row *r, int32_t day, uint32_t names, double expected)
{
	struct seen *s = ctx;

	if (s->n++ == 0) {
		s->day = day;
		s->expected = expected;
	}
	return r->suffix_len && names ? s->stop : -ERR_RANGE;
}

static int
add(struct tally *t, const char *suffix, int32_t day)
{
	uint8_t name[NAME_LEN_MAX];
	int len = name_from_text(name, suffix, strlen(suffix));

	return tally_add(t, name, (size_t)len, day, 0.25);
}

/* Days come in whatever order. */
static void
outliers(void)
{
	static const unsigned order[DAYS] = {3, 4, 2, 7, 0, 1, 6, 5};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tally_row *r = NULL;
		struct seen s = {0};
		struct tally *t;
		double names = 0;

		tally_new(&t);
		for (unsigned k = 0; k < DAYS; k++)
			for (uint32_t n = 0; n < rows[i].names[order[k]]; n++, names++)
				add(t, "com", 14000 + (int32_t)order[k]);
		CHECK(tally_end(t, take, &s) == 0 && tally_rows(t, &r) == 1, "%s", rows[i].about);
		CHECK(r && r->days == rows[i].days && r->least == rows[i].least &&
			  r->most == rows[i].most && (double)r->names == names &&
			  fabs(r->odds - names / 4) < 1e-9,
		    "%s: days", rows[i].about);
		CHECK(r && r->outliers == rows[i].outliers && s.n == rows[i].outliers &&
			  (s.n == 0 || s.day == 14000 + rows[i].first_outlier),
		    "%s: %u outliers", rows[i].about, s.n);
		tally_free(t);
	}
}

static void
suffixes(void)
{
	const struct tally_row *r = NULL;
	struct seen s = {0};
	struct tally *t;
	char text[16];
	int rc = 0;

	tally_new(&t);
	for (unsigned i = 0; i < TALLY_SUFFIXES_MAX && !rc; i++) {
		snprintf(text, sizeof(text), "s%u", i);
		rc = add(t, text, TALLY_NO_DAY);
	}
	CHECK(rc == 0, "%d suffixes", TALLY_SUFFIXES_MAX);
	CHECK(add(t, "other", 1) == -ERR_LIMIT, "one more");
	CHECK(add(t, "s77", TALLY_NO_DAY) == 0, "one that is there");
	CHECK(tally_end(t, take, &s) == 0 && tally_rows(t, &r) == TALLY_SUFFIXES_MAX, "rows");
	CHECK(r && r[0].names == 2 && r[0].suffix_len == 5 && !memcmp(r[0].suffix, "\3s77", 5),
	    "most names first");
	tally_free(t);
}

static void
spans(void)
{
	struct tally *t;
	struct seen s = {.stop = -ERR_FULL};

	tally_new(&t);
	CHECK(add(t, "com", 0) == 0 && add(t, "com", TALLY_SPAN_MAX - 1) == 0, "the longest span");
	CHECK(add(t, "com", TALLY_SPAN_MAX) == -ERR_LIMIT, "a day more");
	CHECK(add(t, "org", 2000000000) == 0 && add(t, "org", 0) == -ERR_LIMIT, "far apart");
	for (int i = 0; i < 100; i++)
		add(t, "com", 3);
	CHECK(tally_end(t, take, &s) == -ERR_FULL, "the taker stops the end");
	tally_free(t);
}

int
main(void)
{
	outliers();
	suffixes();
	spans();
	return test_end();
}
