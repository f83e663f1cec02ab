#include "bench/bots.h"

#include "base/err.h"
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

static struct bots_config
config(uint32_t hosts, uint32_t resolvers, uint32_t ttl)
{
	struct bots_config c = {.hosts = hosts,
	    .resolvers = resolvers,
	    .names = 50000,
	    .asked = 500,
	    .ttl_s = ttl,
	    .seed = 1};

	plan_shape(c.shape, 3, 14);
	return c;
}

/* What the caches absorb, beside the plan's formula. */
static void
test_absorbed(void)
{
	static const struct {
		const char *about;
		uint32_t hosts, resolvers, ttl;
		double by;
	} cases[] = {
	    {"nothing is cached", 1000, 100, 0, 0},
	    {"few hosts a resolver", 1300, 300, 86400, 0.002},
	    {"65 hosts a resolver", 1300, 20, 86400, 0.005},
	    {"one resolver", 1300, 1, 86400, 0.005},
	    {"a host each", 500, 500, 86400, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bots_config c = config(cases[i].hosts, cases[i].resolvers, cases[i].ttl);
		struct plan_input in;
		struct bots b;
		double absorbed, want;

		plan_defaults(&in, plan_family_find("conficker-c"));
		in.value[PLAN_HOSTS] = c.hosts;
		in.value[PLAN_RESOLVERS] = c.resolvers;
		in.value[PLAN_TTL] = c.ttl_s;
		want = plan_absorbed(&in);
		CHECK(bots_make(&b, &c) == 0, "%s: made", cases[i].about);
		absorbed = 1 - (double)b.events_n / (double)b.asked;
		CHECK(fabs(absorbed - want) <= cases[i].by + 1e-12, "%s: %.4f for %.4f",
		    cases[i].about, absorbed, want);
		CHECK(b.asked == c.hosts * 500ull, "%s: each host asks for its names",
		    cases[i].about);
		bots_free(&b);
	}
}

static void
test_day(void)
{
	struct bots_config c = config(2000, 100, 0);
	uint64_t hours[PLAN_HOURS];
	unsigned disorder = 0;
	struct bots b;

	CHECK(bots_make(&b, &c) == 0, "a day");
	for (size_t i = 1; i < b.events_n; i++)
		disorder += b.event[i].ms < b.event[i - 1].ms || b.event[i].ms >= BOTS_DAY_MS ||
			    b.event[i].name >= c.names || b.event[i].resolver >= c.resolvers;
	CHECK(disorder == 0, "in order of time, within the day");
	bots_hours(&b, hours);
	for (unsigned h = 0; h < PLAN_HOURS; h++) {
		double want = c.shape[h] * (double)b.events_n / PLAN_HOURS;

		CHECK(fabs((double)hours[h] - want) <
			  0.1 * want + 0.06 * (double)b.events_n / PLAN_HOURS,
		    "hour %u: %.0f for %.0f", h, (double)hours[h], want);
	}
	bots_free(&b);
}

static void
test_distinct(void)
{
	struct bots_config c = config(1, 1, 86400);
	struct bots b;

	c.names = c.asked = 5000; /* all of them, by one host, through one cache */
	CHECK(bots_make(&b, &c) == 0 && b.events_n == 5000, "no name twice: %zu", b.events_n);
	bots_free(&b);
	c.hosts = 1u << 20;
	CHECK(bots_make(&b, &c) == -ERR_LIMIT, "too many events");
}

int
main(void)
{
	test_absorbed();
	test_day();
	test_distinct();
	return test_end();
}
