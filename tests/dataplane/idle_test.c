#include "dataplane/idle.h"

#include "tests/test.h"

/* One call each: packets > 0 is a round with so many, 0 an empty one. */
static void
test_steps(void)
{
	static const struct {
		const char *about;
		struct idle from;
		uint32_t packets, max, want; /* want: what an empty round after it returns */
	} cases[] = {
	    {"the first nap is the shortest", {0}, 0, 200, IDLE_NAP_MIN_US},
	    {"no nap where there is to be none", {0}, 0, 0, 0},
	    {"a packet earns a round", {0}, 1, 200, 0},
	    {"naps grow by an eighth", {.nap_us = 80}, 0, 200, 91},
	    {"up to the longest", {.nap_us = 199}, 0, 200, 200},
	    {"and stay there", {.nap_us = 200}, 0, 200, 200},
	    {"they grow while no more gathers than may", {.gathered = 128, .nap_us = 80}, 0, 200,
		91},
	    {"and shrink by what is more", {.gathered = 256, .nap_us = 160}, 0, 200, 80},
	    {"down to the shortest", {.gathered = 1280, .nap_us = 160}, 0, 200, 20},
	    {"the longest may be the shortest", {.nap_us = 20}, 0, 20, 20},
	    {"sums do not overflow", {.gathered = 1u << 31, .nap_us = 10000}, 0, 10000, 20},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct idle idle = cases[i].from;

		if (cases[i].packets)
			idle_packets(&idle, cases[i].packets);
		CHECK(idle_nap(&idle, cases[i].max) == cases[i].want, cases[i].about);
	}
}

static void
test_rounds(void)
{
	struct idle idle = {0};
	unsigned empty = 0;

	idle_packets(&idle, 10);
	while (idle_nap(&idle, 200) == 0)
		empty++;
	CHECK(empty == 20, "two rounds a packet");
	CHECK(idle_nap(&idle, 200) > 0, "and a nap in each further one");
	for (unsigned i = 0; i < 100000; i++)
		idle_packets(&idle, 64);
	for (empty = 0; idle_nap(&idle, 200) == 0; empty++)
		;
	CHECK(empty == 20000, "no more than a millisecond's are saved up");
}

/* Steady traffic, answered at once: where naps settle. */
static uint32_t
settled(uint32_t per_ms, uint32_t max)
{
	struct idle idle = {0};
	uint32_t nap = 0;

	for (unsigned i = 0; i < 1000; i++) {
		while ((nap = idle_nap(&idle, max)) == 0)
			;
		idle_packets(&idle, nap * per_ms / 1000);
	}
	return nap;
}

static void
test_settled(void)
{
	static const struct {
		const char *about;
		uint32_t per_ms, max, least, most;
	} cases[] = {
	    {"an idle core", 0, 200, 200, 200},
	    {"100,000 packets a second", 100, 200, 200, 200},
	    {"600,000: still fewer than may gather", 600, 200, 200, 200},
	    {"1,000,000: bounded by what gathers", 1000, 200, 110, 145},
	    {"3,000,000", 3000, 200, 36, 50},
	    {"20,000,000: as short as can be", 20000, 200, 20, 23},
	    {"a long nap is bounded likewise", 1000, 10000, 110, 145},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t nap = settled(cases[i].per_ms, cases[i].max);

		CHECK(nap >= cases[i].least && nap <= cases[i].most, cases[i].about);
	}
}

int
main(void)
{
	test_steps();
	test_rounds();
	test_settled();
	return test_end();
}
