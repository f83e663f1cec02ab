#include "control/predict.h"

#include "base/err.h"
#include "tests/test.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#define DAY_2009_04_01 14335

static struct predict
predict_of(const char *family, enum predict_form form, uint32_t days)
{
	struct predict p = {.form = form, .from = DAY_2009_04_01, .days = days, .jobs = 1};

	p.family = dga_find(family);
	dga_defaults(p.family, &p.values);
	return p;
}

/* Returns predict_run's code; *text is the caller's. */
static int
run(const struct predict *p, char **text, size_t *len)
{
	FILE *to = open_memstream(text, len);
	int rc = predict_run(p, to, false);

	fclose(to);
	return rc;
}

static const char *const suffix_mx[] = {"mx"};

static const struct {
	const char *about;
	enum predict_form form;
	uint32_t margin_days;
	const char *want; /* what the output begins with */
} cases[] = {
    {"names", PREDICT_NAMES, 0, "oubezepg.com.mx\npsexy.com.mx\n"},
    {"csv", PREDICT_CSV, 0,
	"name,from,until,action,comment\n"
	"oubezepg.com.mx,2009-04-01,2009-04-02,,conficker-c 2009-04-01\n"},
    {"csv with a margin", PREDICT_CSV, 2,
	"name,from,until,action,comment\n"
	"oubezepg.com.mx,2009-03-30,2009-04-04,,conficker-c 2009-04-01\n"},
    {"json", PREDICT_JSON, 0,
	"[\n{\"name\":\"oubezepg.com.mx\",\"family\":\"conficker-c\",\"day\":\"2009-04-01\","
	"\"from\":\"2009-04-01\",\"until\":\"2009-04-02\",\"index\":0},\n"},
};

static void
forms(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct predict p = predict_of("conficker-c", cases[i].form, 1);
		char *text;
		size_t len;
		int rc;

		p.margin_days = cases[i].margin_days;
		p.suffix = suffix_mx;
		p.suffixes = 1;
		rc = run(&p, &text, &len);
		CHECK(rc == 0 && !strncmp(text, cases[i].want, strlen(cases[i].want)),
		    "%s: %d, %zu bytes", cases[i].about, rc, len);
		free(text);
	}
}

static void
last_day(void)
{
	struct predict p = predict_of("conficker-a", PREDICT_CSV, 1);
	char *text;
	size_t len;

	p.from = p.family->day_max;
	CHECK(run(&p, &text, &len) == 0 && strstr(text, ",9999-12-31,,,conficker-a 9999-12-31\n"),
	    "a window that ends after the last date has no end");
	free(text);
}

static void
jobs_change_nothing(void)
{
	static const char *const suffix[] = {"com.mx", "vn"};

	for (enum predict_form form = PREDICT_NAMES; form <= PREDICT_JSON; form++) {
		struct predict p = predict_of("conficker-c", form, 9);
		char *one, *four;
		size_t one_len, four_len;

		p.suffix = suffix;
		p.suffixes = 2;
		CHECK(run(&p, &one, &one_len) == 0, "%s: one job", predict_form_text(form));
		p.jobs = 4;
		CHECK(run(&p, &four, &four_len) == 0, "%s: four jobs", predict_form_text(form));
		CHECK(one_len == four_len && !memcmp(one, four, one_len), "%s: the same %zu bytes",
		    predict_form_text(form), one_len);
		free(one);
		free(four);
	}
}

/* Whatever the number of names, none included, the output is one array. */
static void
json_is_json(void)
{
	static const char *const suffix[] = {"none.such.vn", "vn"};

	for (size_t i = 0; i < 2; i++) {
		struct predict p = predict_of("conficker-c", PREDICT_JSON, 3);
		char *text;
		size_t len;
		json_t *all;

		p.suffix = suffix + i;
		p.suffixes = 1;
		p.jobs = 2;
		run(&p, &text, &len);
		all = json_loadb(text, len, 0, NULL);
		CHECK(json_is_array(all) && (json_array_size(all) > 1000) == (i == 1),
		    "%s: %zu objects", suffix[i], json_array_size(all));
		json_decref(all);
		free(text);
	}
}

static void
failed_writes(void)
{
	for (unsigned jobs = 1; jobs <= 3; jobs += 2) {
		struct predict p = predict_of("conficker-c", PREDICT_NAMES, 20);
		FILE *full = fopen("/dev/full", "w");
		int rc;

		p.jobs = jobs;
		rc = full ? predict_run(&p, full, false) : 0;
		CHECK(rc == -ENOSPC, "no space left, %u jobs: %d", jobs, rc);
		if (full)
			fclose(full);
	}
}

/* A day that cannot be expressed stops the run with its code, threads or not. */
static void
failed_days(void)
{
	for (unsigned jobs = 1; jobs <= 3; jobs += 2) {
		struct predict p = predict_of("conficker-a", PREDICT_NAMES, 20);
		char *text;
		size_t len;
		int rc;

		p.jobs = jobs;
		p.from = p.family->day_max - 10;
		rc = run(&p, &text, &len);
		CHECK(rc == -ERR_DATE, "days past the last, %u jobs: %d", jobs, rc);
		free(text);
	}
}

static void
suffixes(void)
{
	const struct dga_family *c = dga_find("conficker-c");

	CHECK(predict_has_suffix(c, "mx"), "above a suffix");
	CHECK(predict_has_suffix(c, "com.mx"), "a suffix");
	CHECK(predict_has_suffix(c, "a.com.mx"), "below a suffix");
	CHECK(!predict_has_suffix(c, "x"), "part of a label is no suffix");
	CHECK(!predict_has_suffix(c, "de"), "another one is not");
}

static void
family_table(void)
{
	char *text;
	size_t len;
	FILE *to = open_memstream(&text, &len);
	int rc = predict_list_families(to, true);
	json_t *all;

	fclose(to);
	all = json_loadb(text, len, 0, NULL);
	CHECK(rc == 0 && json_array_size(all) >= 3, "%zu families as JSON", json_array_size(all));
	json_decref(all);
	free(text);
}

int
main(void)
{
	forms();
	last_day();
	jobs_change_nothing();
	json_is_json();
	failed_writes();
	failed_days();
	suffixes();
	family_table();
	return test_end();
}
