#include "bench/bootstrap.h"
#include "bench/records.h"
#include "bench/report.h"
#include "bench/svg.h"

#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_bootstrap(void)
{
	static const double tight[] = {100, 101, 99, 100, 100}, twice[] = {200, 202, 198, 201, 199},
			    wide[] = {50, 150, 100, 60, 140}, one[] = {100};
	static const struct {
		const char *about;
		struct bootstrap_samples s;
		double ratio, low_min, low_max, high_min, high_max;
	} cases[] = {
	    {"the same", {tight, tight, 5, 5}, 1, 0.97, 1, 1, 1.03},
	    {"twice as much", {tight, twice, 5, 5}, 2, 1.94, 2, 2, 2.06},
	    {"half", {twice, tight, 5, 5}, 0.5, 0.48, 0.5, 0.5, 0.52},
	    {"noise widens", {tight, wide, 5, 5}, 1, 0.49, 0.62, 1.38, 1.53},
	    {"one value each", {one, one, 1, 1}, 1, 1, 1, 1, 1},
	    {"samples of unequal size", {one, twice, 1, 5}, 2, 1.97, 2, 2, 2.03},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bootstrap b = {0}, again = {0};
		int rc = bootstrap_ratio(&b, &cases[i].s, 0.95);

		CHECK(rc == 0 && fabs(b.ratio - cases[i].ratio) < 1e-9, "bootstrap: %s: %g",
		    cases[i].about, b.ratio);
		CHECK(b.low >= cases[i].low_min && b.low <= cases[i].low_max &&
			  b.high >= cases[i].high_min && b.high <= cases[i].high_max,
		    "bootstrap: %s: %g to %g", cases[i].about, b.low, b.high);
		bootstrap_ratio(&again, &cases[i].s, 0.95);
		CHECK(!memcmp(&b, &again, sizeof(b)), "bootstrap: %s: the same again",
		    cases[i].about);
	}
}

static void
test_numbers(void)
{
	static const struct {
		double v;
		const char *want;
	} cases[] = {{0, "0"}, {3.2, "3.2"}, {999, "999"}, {1000, "1k"}, {999.9, "1k"},
	    {1500000, "1.5M"}, {0.25, "0.25"}, {1e13, "10T"}};
	char out[16];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		svg_number(out, cases[i].v);
		CHECK(!strcmp(out, cases[i].want), "%g is %s", cases[i].v, out);
	}
}

static char *
page_of(const char *json)
{
	json_t *records = json_loads(json, 0, NULL);
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	CHECK(records && report_write(f, records) == 0, "a page is written");
	fclose(f);
	json_decref(records);
	return text;
}

static void
test_page(void)
{
	static const struct {
		const char *about, *record, *want;
	} cases[] = {
	    {"nothing", "[]", "</html>"},
	    {"list size",
		"[{\"scenario\":\"list-size\",\"summary\":{\"10000\":5e6,\"1000000\":4e6}}]",
		"Rate over list size"},
	    {"one core only", "[{\"scenario\":\"cores\",\"summary\":{\"1\":5e6}}]",
		"Rate over cores"},
	    {"latency",
		"[{\"scenario\":\"latency\",\"summary\":{},\"trials\":[{\"point\":\"10%\","
		"\"latency_ns\":{\"buckets\":[[1000,90],[20000,10]]}}]}]",
		"Latency by logarithmic percentile"},
	    {"peers",
		"[{\"scenario\":\"peers\",\"summary\":{\"knot\":{\"load_s\":1}},\"trials\":"
		"[{\"point\":\"knot\",\"answered_qps\":230000}]}]",
		"230k"},
	    {"stages",
		"[{\"scenario\":\"engine\",\"summary\":{\"50000 names\":{\"stages\":{\"parse\":"
		"40}}}}]",
		"Cost by stage"},
	    {"stages are named",
		"[{\"scenario\":\"engine\",\"summary\":{\"50000 names\":{\"stages\":{\"parse\":"
		"40}}}}]",
		">parse</text>"},
	    {"structures",
		"[{\"scenario\":\"structures\",\"summary\":{\"JudySL\":{\"50000\":"
		"{\"answered_qps\":4e6}}}}]",
		">JudySL</text>"},
	    {"CPU time by kind",
		"[{\"scenario\":\"peers\",\"summary\":{\"knot\":{\"paced_cpu_user_us\":2,"
		"\"paced_softirq_us\":3}}}]",
		"CPU time an answer"},
	    {"disturbed runs", "[{\"scenario\":\"engine\",\"summary\":{\"visits_disturbed\":2}}]",
		"2 runs count although"},
	    {"a discarded trial is no list size",
		"[{\"scenario\":\"list-size\",\"summary\":{\"trials_discarded\":3}}]",
		"trials_discarded <b>3"},
	    {"markup in a label", "[{\"scenario\":\"load\",\"label\":\"<b>&\",\"summary\":{}}]",
		"&lt;b&gt;&amp;"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = page_of(cases[i].record);

		CHECK(text && strstr(text, cases[i].want), "page: %s", cases[i].about);
		CHECK(text && !strstr(text, "nan") && !strstr(text, "inf,"), "page: %s: numbers",
		    cases[i].about);
		free(text);
	}
}

static void
test_records(void)
{
	char dir[] = "/tmp/cordon-records-XXXXXX", path[64];
	double v[4];
	json_t *all, *r;
	FILE *f;

	CHECK(mkdtemp(dir) != NULL, "a directory");
	snprintf(path, sizeof(path), "%s/a.json", dir);
	f = fopen(path, "w");
	fputs(
	    "{\"schema\":\"cordon-bench/1\",\"a\":{\"b\":3},\"trials\":[{\"point\":\"x\",\"q\":1},"
	    "{\"point\":\"y\",\"q\":2},{\"point\":\"x\",\"q\":3}]}",
	    f);
	fclose(f);
	CHECK(records_read(&all, dir) == 1, "one record");
	r = json_array_get(all, 0);
	CHECK(records_number(r, "a.b") == 3 && records_number(r, "a.c") == 0, "by path");
	CHECK(!strcmp(records_text(r, "schema"), "cordon-bench/1") && !*records_text(r, "a"),
	    "texts");
	CHECK(
	    records_values(r, "x", "q", v, 4) == 2 && v[0] == 1 && v[1] == 3, "values at a point");
	CHECK(records_values(r, "x", "p", v, 4) == 0, "trials without the key do not count");
	json_decref(all);
	f = fopen(path, "w");
	fputs("{\"schema\":\"cordon-bench/0\"}", f);
	fclose(f);
	CHECK(records_read(&all, dir) == 0, "another schema is skipped");
	json_decref(all);
	unlink(path);
	rmdir(dir);
}

int
main(void)
{
	test_bootstrap();
	test_numbers();
	test_page();
	test_records();
	return test_end();
}
