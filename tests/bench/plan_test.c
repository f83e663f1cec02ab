#include "bench/plan.h"

#include "base/err.h"
#include "bench/number.h"
#include "bench/plan_day.h"
#include "bench/quiet.h"
#include "bench/store.h"
#include "lists/dga.h"
#include "lists/name.h"
#include "tests/test.h"

#include <math.h>
#include <string.h>

#define DAY 86400

static struct plan
made(const char *family, const char *suffix, double hosts, double resolvers, double ttl)
{
	struct plan_input in;
	struct plan p;

	plan_defaults(&in, plan_family_find(family));
	in.suffix = suffix;
	in.value[PLAN_HOSTS] = hosts;
	in.value[PLAN_RESOLVERS] = resolvers;
	in.value[PLAN_TTL] = ttl;
	if (plan_make(&p, &in) < 0)
		p.tlds_n = 0;
	return p;
}

static int
near(double is, double want, double by)
{
	return fabs(is - want) <= by;
}

/* A day's names by the suffixes of Conficker.C, all but the first two with as many. */
static void
test_day(void)
{
	const struct dga_family *f = dga_find("conficker-c");
	struct plan_day day = {.names = 0};
	struct plan_input in;
	struct plan p;

	for (size_t i = 0; f->suffixes[i]; i++)
		day.count[i] = i == 0 ? 3 : i == 1 ? 0 : 1;
	for (size_t i = 0; f->suffixes[i]; i++)
		day.names += day.count[i];
	plan_defaults(&in, plan_family_find("conficker-c"));
	in.day = &day;
	in.suffix = f->suffixes[0];
	CHECK(plan_make(&p, &in) == 0 && near(p.share, 3 / day.names, 1e-12), "its share");
	CHECK(near(p.served_qps, 20254.63 * 3 / day.names, 0.01), "and its queries");
	in.suffix = f->suffixes[1];
	CHECK(plan_make(&p, &in) == -ERR_UNKNOWN, "no name below a suffix");
}

static void
test_count_day(void)
{
	static const struct {
		const char *about, *name;
		double counted;
		const char *suffix;
	} cases[] = {
	    {"one label", "abcd.ch", 1, "ch"},
	    {"the longest suffix", "abcd.com.pe", 1, "com.pe"},
	    {"a suffix in a label", "abcdcom.pe", 1, "pe"},
	    {"deeper", "x.abcd.ch", 1, "ch"},
	    {"the suffix itself", "com.pe", 1, "pe"},
	    {"another family's", "abcd.example", 0, ""},
	};
	const struct dga_family *f = dga_find("conficker-c");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t name[NAME_LEN_MAX];
		struct names_store names = {.bytes = name, .at = (uint32_t[]){0}, .n = 1};
		uint64_t foreign;
		struct plan_day day;
		int rc, at;

		name_from_text(name, cases[i].name, strlen(cases[i].name));
		rc = plan_day_of(&day, plan_family_find("conficker-c"), &names, &foreign);
		at = plan_suffix_of(f, name);
		CHECK((rc == 0) == (cases[i].counted > 0) && near(day.names, cases[i].counted, 0) &&
			  foreign == !cases[i].counted,
		    "%s: counted", cases[i].about);
		CHECK(!strcmp(at < 0 ? "" : f->suffixes[at], cases[i].suffix), "%s: below '%s'",
		    cases[i].about, cases[i].suffix);
	}
}

/* The published estimates: world mean, mean of a TLD, peak of three times the mean. */
static void
test_loads(void)
{
	static const struct {
		const char *about, *family;
		double hosts;
		size_t tlds;
		double mean, a_tld, peak;
	} cases[] = {
	    {"C, 0.7 M hosts", "conficker-c", 0.7e6, 110, 4051, 37, 12e3},
	    {"C, 1.3 M hosts", "conficker-c", 1.3e6, 110, 7523, 68, 23e3},
	    {"C, 3.5 M hosts", "conficker-c", 3.5e6, 110, 20255, 184, 61e3},
	    {"A, 1 M hosts, 8 rounds", "conficker-a", 1e6, 5, 23148, 4630, 69e3},
	    {"B, 3 M hosts, 12 rounds", "conficker-b", 3e6, 8, 104167, 13021, 312e3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct plan p = made(cases[i].family, NULL, cases[i].hosts, 300000, 0);

		CHECK(near(p.mean_qps, cases[i].mean, 0.5), "%s: mean", cases[i].about);
		CHECK(p.tlds_n == cases[i].tlds, "%s: TLDs", cases[i].about);
		CHECK(near(p.mean_qps / (double)p.tlds_n, cases[i].a_tld, 0.5), "%s: of a TLD",
		    cases[i].about);
		CHECK(near(p.peak_qps, cases[i].peak, 600), "%s: peak", cases[i].about);
		CHECK(p.absorbed == 0, "%s: nothing cached", cases[i].about);
	}
}

static void
test_caches(void)
{
	static const struct {
		const char *about, *family;
		double hosts, resolvers, ttl, absorbed, mean, by;
	} cases[] = {
	    {"C, 300 k resolvers", "conficker-c", 1.3e6, 300000, DAY, 0.017, 7397, 5},
	    {"C, 100 k resolvers", "conficker-c", 1.3e6, 100000, DAY, 0.058, 7088, 5},
	    {"C, 20 k resolvers", "conficker-c", 1.3e6, 20000, DAY, 0.262, 5552, 5},
	    {"C, longer than the names live", "conficker-c", 1.3e6, 20000, 7 * DAY, 0.262, 5552, 5},
	    {"C, 20 k resolvers, a TTL of 5 min", "conficker-c", 1.3e6, 20000, 300, 0.001, 7515, 5},
	    {"C, more resolvers than hosts", "conficker-c", 1000, 1e6, DAY, 0, 5.787, 0.01},
	    {"A, 50 k resolvers", "conficker-a", 1e6, 50000, DAY, 0.994, 144.68, 0.01},
	    {"B, 50 k resolvers", "conficker-b", 3e6, 50000, DAY, 0.999, 144.68, 0.01},
	    {"A, an hour", "conficker-a", 1e6, 50000, 3600, 0.85, 3472.2, 0.1},
	    {"A, asked more seldom than the TTL", "conficker-a", 1e6, 50000, 60, 0, 23148, 0.5},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct plan p =
		    made(cases[i].family, NULL, cases[i].hosts, cases[i].resolvers, cases[i].ttl);

		CHECK(near(p.absorbed, cases[i].absorbed, 0.001), "%s: absorbed %.4f",
		    cases[i].about, p.absorbed);
		CHECK(near(p.mean_qps, cases[i].mean, cases[i].by), "%s: mean %.2f", cases[i].about,
		    p.mean_qps);
	}
}

static void
test_suffixes(void)
{
	static const struct {
		const char *suffix;
		double of_116;
	} cases[] = {{"ch", 1}, {"com.pe", 1}, {"pe", 2}, {"ag", 2}, {"cr", 1}, {"zz", 0},
	    {"om.pe", 0}, {"", 0}};
	struct plan p = made("conficker-c", NULL, 3.5e6, 300000, 0);
	unsigned doubled = 0;
	double sum = 0;

	for (size_t i = 0; i < p.tlds_n; i++) {
		sum += p.tld[i].share;
		doubled += near(p.tld[i].share, 2.0 / 116, 1e-12);
	}
	CHECK(near(sum, 1, 1e-9), "the TLDs' shares are all");
	CHECK(doubled == 6, "six ccTLDs have two suffixes");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct plan one = made("conficker-c", cases[i].suffix, 3.5e6, 300000, 0);

		CHECK((one.tlds_n > 0) == (cases[i].of_116 > 0), "'%s' known", cases[i].suffix);
		CHECK(
		    one.tlds_n == 0 || near(one.served_qps, 20254.63 * cases[i].of_116 / 116, 0.01),
		    "'%s' has its share", cases[i].suffix);
	}
}

static void
test_shape(void)
{
	static const double peaks[] = {1, 1.5, 2, 3, 12};
	double shape[PLAN_HOURS];

	for (size_t i = 0; i < sizeof(peaks) / sizeof(peaks[0]); i++) {
		double sum = 0, top = 0;

		plan_shape(shape, peaks[i], 14);
		for (unsigned h = 0; h < PLAN_HOURS; h++) {
			sum += shape[h];
			top = fmax(top, shape[h]);
		}
		CHECK(near(sum, PLAN_HOURS, 1e-6), "peak %g: the mean is 1", peaks[i]);
		CHECK(near(top, peaks[i], 1e-9) && near(shape[14], top, 1e-9),
		    "peak %g stands at its hour", peaks[i]);
		CHECK(near(shape[13], shape[15], 1e-9), "peak %g: even on both sides", peaks[i]);
	}
}

/* Millions of frames a second, in and out, on 10, 25 and 100 Gbit/s. */
static void
test_links(void)
{
	static const struct {
		double query, response, in[3], out[3];
	} cases[] = {
	    {29, 45, {13.2, 32.9, 132}, {11.3, 28.1, 113}},
	    {40, 100, {11.8, 29.5, 118}, {7.5, 18.8, 75}},
	    {52, 84, {10.6, 26.5, 106}, {8.3, 20.8, 83}},
	};
	static const double link[] = {10e9, 25e9, 100e9}, by[] = {0.06, 0.06, 0.6};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t k = 0; k < 3; k++) {
			CHECK(near(plan_link_fps(link[k], cases[i].query) / 1e6, cases[i].in[k],
				  by[k]),
			    "%g B queries at %g", cases[i].query, link[k]);
			CHECK(near(plan_link_fps(link[k], cases[i].response) / 1e6, cases[i].out[k],
				  by[k]),
			    "%g B responses at %g", cases[i].response, link[k]);
		}
}

static void
test_sizes(void)
{
	struct plan_input in;
	struct plan p;

	plan_defaults(&in, plan_family_find("conficker-c"));
	in.value[PLAN_OTHER] = 10e6;
	in.value[PLAN_RATE] = 5e6;
	in.value[PLAN_ATTACK] = 4;
	CHECK(plan_make(&p, &in) == 0, "made");
	CHECK(near(p.design_qps, 4 * (10e6 + 3 * 20254.63), 1), "attack times (peak and other)");
	CHECK(p.cores == 9, "cores are rounded up: %g", p.cores);
	CHECK(p.cores_a_site == 5, "and at a site: %g", p.cores_a_site);
	CHECK(near(p.site_out_bps, p.design_qps / 2 * 166 * 8, 1), "a site's link out");
	CHECK(p.machines_a_site == 3, "27 Gbit/s out on links of 10: %g", p.machines_a_site);
	CHECK(p.machines == 9, "two sites and a spare one");
	CHECK(near(p.memory_bytes, 18e6 * 21.8 * 2 * 1.3, 1), "memory");
	CHECK(near(p.log_bytes_a_day, 1.75e9 * 160, 1), "log of listed names only");
	in.value[PLAN_LINK] = 100e9;
	in.value[PLAN_MACHINE_CORES] = 4;
	CHECK(plan_make(&p, &in) == 0 && p.machines_a_site == 2, "cores decide behind a fast link");
	in.value[PLAN_GROWTH] = 10;
	in.value[PLAN_YEARS] = 2;
	in.value[PLAN_LOOKUPS] = 2;
	CHECK(plan_make(&p, &in) == 0 && near(p.mean_qps, 20254.63 * 1.21 * 2, 0.1),
	    "growth and lookups");
	CHECK(near(p.asked_qps, 20254.63 * 2, 0.1), "asked today");
	in.value[PLAN_ASKED] = 50001;
	CHECK(plan_make(&p, &in) == -ERR_RANGE, "more asked for than there is");
}

static void
test_defaults(void)
{
	for (const struct plan_family *f = plan_families; f->name; f++) {
		struct plan_input in;
		struct plan p;

		plan_defaults(&in, f);
		for (unsigned i = 0; i < PLAN_OPTIONS; i++) {
			const struct plan_assumption *a = &plan_assumptions[i];

			CHECK(a->name && in.value[i] >= a->min && in.value[i] <= a->max,
			    "%s: --%s by default", f->name, a->name);
		}
		CHECK(plan_make(&p, &in) == 0, "%s made", f->name);
	}
	CHECK(!plan_family_find("conficker"), "no such family");
}

static void
test_numbers(void)
{
	static const struct {
		const char *text;
		double want; /* -1: refused */
	} cases[] = {{"7", 7}, {"1.5", 1.5}, {"3.5M", 3.5e6}, {"20k", 2e4}, {"1G", 1e9}, {"", -1},
	    {"-1", -1}, {"1e3", -1}, {"0x10", -1}, {"inf", -1}, {"nan", -1}, {"7kk", -1},
	    {"7 ", -1}, {".", -1}, {"k", -1}, {"1.1G", -1}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double v = -1;
		int rc = number_parse(&v, cases[i].text, 0, 1e9);

		CHECK(v == cases[i].want && (rc == 0) == (v >= 0), "number '%s'", cases[i].text);
	}
}

static void
test_quiet(void)
{
	struct quiet q;

	CHECK(quiet_parse(&q, "cpu  10 2 3 100 50 1 4 5 7 7\ncpu0 1") == 0 && q.busy == 25 &&
		  q.all == 175,
	    "idle and waiting are not busy; guests stand in user already");
	CHECK(quiet_parse(&q, "cpu 1 2 3") == -ERR_FORMAT, "too few fields");
	CHECK(quiet_parse(&q, "") == -ERR_FORMAT, "nothing");
	CHECK(quiet_is_disturbed(0.2, 10) && !quiet_is_disturbed(0.05, 10), "a long run");
	CHECK(!quiet_is_disturbed(0.2, 0.3) && quiet_is_disturbed(0.5, 0.3), "a short one");
}

int
main(void)
{
	test_loads();
	test_caches();
	test_suffixes();
	test_shape();
	test_links();
	test_sizes();
	test_defaults();
	test_numbers();
	test_day();
	test_count_day();
	test_quiet();
	return test_end();
}
