#include "lists/dga_sine.h"

#include "lists/dga_conficker.h"
#include "tests/test.h"

#include <inttypes.h>
#include <math.h>

/* States of real runs at which the two sines lead to different names. */
static const struct {
	const char *about;
	const struct conficker *variant;
	uint64_t k;
	double x87, libm;
	uint64_t next_x87, next_libm;
} steps[] = {
    {"A 2020-04-21 step 365", &conficker_a, 0x4BB2673E8CBBE27A, -0.12456337459592359,
	-0.13152780362263897, 0x4A8F491F1B1C19CE, 0x4A8F491F1B1C19CD},
    {"B 2020-01-19 step 1853", &conficker_b, 0x4BA8125213DC68A8, -0.7606531101492814,
	-0.7560782901464831, 0x4A425ED154072197, 0x4A425ED1540721A4},
    {"C 2009-04-01 step 21779", &conficker_c, 0x4B68A2DA0FBC1FD7, 0.954154032600879,
	0.9520368323419238, 0x4AAACBD4AEF74916, 0x4AAACBD4AEF74915},
    {"C", &conficker_c, 0x4BA20F3F2A2AC313, -0.8453271175300635, -0.8415578751718824,
	0x4AC06C0306311949, 0x4AC06C030631194A},
};

static const struct {
	const char *about;
	const struct conficker *variant;
	int32_t day;
	uint64_t seed, first, second;
} seeds[] = {
    {"A 2008-12-09", &conficker_a, 14222, 0xB471B499, 0x47C188AE66AB6AA5, 0x4BA58757CD30D6A3},
    {"B 2009-03-13", &conficker_b, 14316, 0xA37D6030, 0x47B5A32A730465EA, 0x4B9B30A9947A76E4},
    {"C 2009-04-01", &conficker_c, 14335, 0xF23ACA30, 0x47D0C83C926954D0, 0x4B8FCB6B16B61720},
    {"C 2014-11-10", &conficker_c, 16384, 0xF231CD9A, 0x47D0C65E791AB6A7, 0x4B90EF1FE050C6F6},
};

static void
known_steps(void)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const struct conficker *c = steps[i].variant;
		double x = (double)steps[i].k, a = dga_sine_x87(x), b = dga_sine_libm(x);
		uint64_t next = conficker_step(c, dga_sine_x87, steps[i].k);

		CHECK(fabs(a - steps[i].x87) < 1e-15, "%s: FSIN %.17g", steps[i].about, a);
		CHECK(fabs(b - steps[i].libm) < 1e-15, "%s: libm %.17g", steps[i].about, b);
		CHECK(next == steps[i].next_x87, "%s: next %" PRIX64, steps[i].about, next);
		next = conficker_step(c, dga_sine_libm, steps[i].k);
		CHECK(next == steps[i].next_libm, "%s: libm %" PRIX64, steps[i].about, next);
	}
}

static void
known_seeds(void)
{
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		const struct conficker *c = seeds[i].variant;
		uint64_t k = conficker_seed(c, seeds[i].day);

		CHECK(k == seeds[i].seed, "%s: seed %" PRIX64, seeds[i].about, k);
		k = conficker_step(c, dga_sine_x87, k);
		CHECK(k == seeds[i].first, "%s: first %" PRIX64, seeds[i].about, k);
		k = conficker_step(c, dga_sine_x87, k);
		CHECK(k == seeds[i].second, "%s: second %" PRIX64, seeds[i].about, k);
	}
}

static uint64_t
splitmix(uint64_t *s)
{
	uint64_t z = *s += 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

static double
plus_one(double x)
{
	(void)x;
	return 1;
}

static double
minus_one(double x)
{
	(void)x;
	return -1;
}

static dga_sine_fn *const sines[] = {dga_sine_x87, dga_sine_libm, plus_one, minus_one};

/* Two million states as they occur, and small ones, where x87 and rounding bite most. */
static void
short_step_is_exact(void)
{
	const struct conficker *const variant[] = {&conficker_a, &conficker_b, &conficker_c};
	uint64_t s = 1, bad = 0;

	for (unsigned i = 0; i < 2000000; i++) {
		const struct conficker *c = variant[i % 3];
		dga_sine_fn *sine = sines[i / 3 % 4];
		uint64_t k = splitmix(&s);

		k = i & 1 ? 0x4B00000000000000 | k >> 8 : k >> 1 >> i % 63 | 1;
		bad += conficker_step(c, sine, k) != conficker_step_full(c, sine, k);
	}
	CHECK(!bad, "the short step equals the full one: %" PRIu64 " differ", bad);
}

/* k for which k * K mod 2^64 is n, wherever that lies below 2^63.  A's K is odd. */
static void
short_step_at_its_bound(void)
{
	uint64_t inverse = 1, bad = 0, seen = 0;

	for (unsigned i = 0; i < 6; i++)
		inverse *= 2 - conficker_a.k * inverse;
	for (uint64_t n = ((uint64_t)1 << 54) - 5000; n < ((uint64_t)1 << 54) + 5000; n++) {
		uint64_t k = n * inverse;

		if (k >> 63 || k == 0)
			continue;
		seen++;
		for (unsigned j = 0; j < 4; j++)
			bad += conficker_step(&conficker_a, sines[j], k) !=
			       conficker_step_full(&conficker_a, sines[j], k);
	}
	CHECK(!bad && seen > 4000, "exact around 2^54: %" PRIu64 " of %" PRIu64, bad, seen);
}

#ifdef __x86_64__
/* The instruction itself, where there is one. */
static void
equals_the_instruction(void)
{
	double worst = 0;
	uint64_t s = 2;

	for (unsigned i = 0; i < 200000; i++) {
		double x = (double)(splitmix(&s) >> 1 >> i % 62 | 1), y;

		if (x >= 0x1p63)
			continue;
		__asm__("fsin" : "=t"(y) : "0"(x));
		y = fabs(y - dga_sine_x87(x));
		worst = y > worst ? y : worst;
	}
	CHECK(worst < 4e-16, "as the processor's FSIN, within %g", worst);
}
#endif

int
main(void)
{
	known_steps();
	known_seeds();
	short_step_is_exact();
	short_step_at_its_bound();
#ifdef __x86_64__
	equals_the_instruction();
#endif
	return test_end();
}
