/* Response rate limiting: what a network gets, to the answer; slip; and full tables. */
#include "dataplane/limit.h"

#include "tests/test.h"

#include <stdlib.h>

#define SECOND_NS UINT64_C(1000000000)
#define START_MS  1000000

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static struct limit_rules
rules(unsigned rate, unsigned window, unsigned slip)
{
	struct limit_rules r = {
	    .burst_ns = window * SECOND_NS, .len4 = 24, .len6 = 56, .slip = slip};

	for (unsigned i = 0; i < LIMIT_CLASSES; i++)
		r.cost_ns[i] = SECOND_NS / rate;
	return r;
}

static uint64_t
hash4(struct limiter *l, const struct limit_rules *r, uint32_t addr, enum limit_class class)
{
	uint8_t client[VEC_CLIENT_LEN];

	memcpy(client, mapped, sizeof(mapped));
	for (unsigned i = 0; i < 4; i++)
		client[12 + i] = (uint8_t)(addr >> (24 - 8 * i));
	return limit_hash(l, r, client, class);
}

static const struct {
	unsigned rate, window, offered, seconds; /* offered: a millisecond */
	unsigned want;
} flows[] = {
    {200, 1, 20, 10, 200 * (10 + 1)}, /* twice the burst in the first second, then the rate */
    {200, 5, 20, 10, 200 * (10 + 5)},
    {1, 1, 1, 5, 1 * (5 + 1)},
    {1000000, 1, 20, 2, 2 * 20000}, /* all of it */
    {20000, 1, 20, 3, 3 * 20000},   /* just the rate */
    {300, 1, 1, 3, 300 * (3 + 1)},
    {3, 60, 1, 120, 3 * (120 + 60)},
};

/* One network alone: exact to one answer. */
static void
check_flows(void)
{
	for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
		struct limit_rules r = rules(flows[i].rate, flows[i].window, 0);
		struct limiter *l;
		unsigned passed = 0, want = flows[i].want;
		uint64_t h;

		if (limiter_new(&l, 64) < 0)
			abort();
		h = hash4(l, &r, 0xc0000201, LIMIT_POSITIVE);
		for (uint64_t ms = 0; ms < flows[i].seconds * 1000u; ms++)
			for (unsigned k = 0; k < flows[i].offered; k++)
				passed += limit_take(l, &r, h, LIMIT_POSITIVE, START_MS + ms) ==
					  LIMIT_PASS;
		CHECK(passed <= want && passed + 2 + want / 1000 >= want,
		    "rate %u, window %u: %u of %u", flows[i].rate, flows[i].window, passed, want);
		limiter_free(l);
	}
}

static void
check_slip(void)
{
	for (unsigned slip = 0; slip < 4; slip++) {
		struct limit_rules r = rules(1, 1, slip);
		struct limiter *l;
		unsigned n[3] = {0};
		uint64_t h;

		if (limiter_new(&l, 64) < 0)
			abort();
		h = hash4(l, &r, 0xc0000201, LIMIT_ERROR);
		for (unsigned k = 0; k < 61; k++)
			n[limit_take(l, &r, h, LIMIT_ERROR, START_MS)]++;
		CHECK(n[LIMIT_PASS] == 1 && n[LIMIT_SLIP] == (slip ? 60 / slip : 0), "slip %u: %u",
		    slip, n[LIMIT_SLIP]);
		limiter_free(l);
	}
}

static const struct {
	const char *about, *a, *b;
	enum limit_class class_a, class_b;
	bool same;
} keys[] = {
    {"one /24", "\xc0\0\2\1", "\xc0\0\2\377", 0, 0, true},
    {"two /24", "\xc0\0\2\1", "\xc0\0\3\1", 0, 0, false},
    {"two classes", "\xc0\0\2\1", "\xc0\0\2\1", LIMIT_POSITIVE, LIMIT_ERROR, false},
};

static void
check_keys(void)
{
	struct limit_rules r = rules(1, 1, 0);
	uint8_t a[VEC_CLIENT_LEN] = {0x20, 1, 0xd, 0xb8, 0, 0, 0x12, 0x34}, b[VEC_CLIENT_LEN];
	struct limiter *l, *other;

	if (limiter_new(&l, 64) < 0 || limiter_new(&other, 64) < 0)
		abort();
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		uint8_t c[2][VEC_CLIENT_LEN];

		memcpy(c[0], mapped, 12);
		memcpy(c[1], mapped, 12);
		memcpy(c[0] + 12, keys[i].a, 4);
		memcpy(c[1] + 12, keys[i].b, 4);
		CHECK((limit_hash(l, &r, c[0], keys[i].class_a) ==
			  limit_hash(l, &r, c[1], keys[i].class_b)) == keys[i].same,
		    "%s", keys[i].about);
	}
	memcpy(b, a, sizeof(b));
	b[7] = 0xff;
	b[15] = 1;
	CHECK(limit_hash(l, &r, a, 0) == limit_hash(l, &r, b, 0), "one /56");
	b[6] = 0x13;
	CHECK(limit_hash(l, &r, a, 0) != limit_hash(l, &r, b, 0), "two /56");
	CHECK(limit_hash(l, &r, a, 0) != limit_hash(other, &r, a, 0), "the key is random");
	limiter_free(l);
	limiter_free(other);
}

/* Far more networks than buckets, all over their rates, a second long: none gets more than its
 * bound, and the table as a whole no less than one rate for each set. */
static void
check_full(void)
{
	enum { NETWORKS = 4096, BUCKETS = 256, RATE = 50, ROUNDS = 200 };
	static unsigned passed[NETWORKS];
	struct limit_rules r = rules(RATE, 1, 0);
	unsigned most = 0, all = 0;
	struct limiter *l;

	if (limiter_new(&l, BUCKETS) < 0)
		abort();
	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned k = 0; k < NETWORKS; k++) {
			uint64_t h = hash4(l, &r, k << 8, LIMIT_POSITIVE);

			passed[k] += limit_take(l, &r, h, LIMIT_POSITIVE, START_MS + round * 5) ==
				     LIMIT_PASS;
		}
	for (unsigned k = 0; k < NETWORKS; k++) {
		most = passed[k] > most ? passed[k] : most;
		all += passed[k];
	}
	CHECK(most <= 2 * RATE, "a full table: nobody gets more than %d: %u", 2 * RATE, most);
	CHECK(all >= BUCKETS / 4 * RATE && all <= BUCKETS * 2 * RATE, "together %u", all);
	limiter_free(l);
}

/* As many busy networks as a quarter of the buckets, ten seconds, each at just its rate: what they
 * lose by sharing sets.  The factor that cordon-responder(8) states. */
static void
check_shared(void)
{
	enum { NETWORKS = 4096, BUCKETS = 16384, RATE = 100 };
	struct limit_rules r = rules(RATE, 1, 0);
	unsigned limited = 0;
	struct limiter *l;

	if (limiter_new(&l, BUCKETS) < 0)
		abort();
	for (unsigned ms = 0; ms < 10000; ms += 10) /* each at just its rate */
		for (unsigned k = 0; k < NETWORKS; k++) {
			uint64_t h = hash4(l, &r, k << 8, LIMIT_POSITIVE);

			limited +=
			    limit_take(l, &r, h, LIMIT_POSITIVE, START_MS + ms) != LIMIT_PASS;
		}
	CHECK(limited <= NETWORKS * 1000 / 100, "one in 100 limited at most: %u of %u", limited,
	    NETWORKS * 1000);
	limiter_free(l);
}

int
main(void)
{
	check_flows();
	check_slip();
	check_keys();
	check_full();
	check_shared();
	return test_end();
}
