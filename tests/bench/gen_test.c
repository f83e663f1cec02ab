#include "bench/draw.h"
#include "bench/gen_frame.h"
#include "bench/hdr.h"
#include "bench/match.h"
#include "bench/pace.h"
#include "bench/store.h"

#include "base/err.h"
#include "dataplane/checksum.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

static void
test_pace(void)
{
	static const struct {
		const char *about;
		double rate;
		uint64_t hz, query, due;
	} cases[] = {
	    {"the first is due at once", 1e6, 2000000000, 0, 0},
	    {"whole steps", 1e6, 2000000000, 3, 6000},
	    {"a step that is no whole number of ticks", 3, 1000000000, 1, 333333333},
	    {"does not drift", 3, 1000000000, 3000000, 1000000000000000},
	    {"faster than the clock", 4e9, 1000000000, 10, 2},
	    {"a slow rate", 0.5, 1000000000, 7, 14000000000},
	    {"a day at 12 M/s", 12e6, 2450000000, 12000000ull * 86400, 2450000000ull * 86400},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pace p = pace_new(1000, cases[i].rate, cases[i].hz);
		uint64_t is = pace_due(&p, cases[i].query) - 1000;
		uint64_t off = is > cases[i].due ? is - cases[i].due : cases[i].due - is;

		CHECK(off <= 1, "pace: %s: %llu", cases[i].about, (unsigned long long)is);
	}
}

static void
test_ready(void)
{
	struct pace p = pace_new(100, 1e8, 1000000000); /* every 10 ticks from 100 on */

	CHECK(pace_ready(&p, 0, 99, 32) == 0, "ready: not yet");
	CHECK(pace_ready(&p, 0, 100, 32) == 1, "ready: at its tick");
	CHECK(pace_ready(&p, 0, 149, 32) == 5, "ready: all that are due");
	CHECK(pace_ready(&p, 5, 149, 32) == 0, "ready: none twice");
	CHECK(pace_ready(&p, 0, 100000, 32) == 32, "ready: a burst at most");
}

static void
test_hdr_buckets(void)
{
	static const uint64_t values[] = {0, 1, 63, 64, 65, 127, 128, 129, 1000, 123456789,
	    UINT32_MAX, 1ull << 40, UINT64_MAX / 2, UINT64_MAX};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		uint64_t v = values[i], high = hdr_highest(hdr_bucket(v));

		CHECK(hdr_bucket(v) < HDR_BUCKETS, "hdr: %llu has a bucket", (unsigned long long)v);
		CHECK(high >= v && (double)(high - v) <= (double)v / 64,
		    "hdr: %llu is kept to 1/64", (unsigned long long)v);
		CHECK(v == UINT64_MAX || hdr_bucket(high + 1) == hdr_bucket(v) + 1,
		    "hdr: the bucket of %llu ends there", (unsigned long long)v);
	}
}

static void
test_hdr_percentiles(void)
{
	struct hdr *a = calloc(3, sizeof(*a)), *b = a + 1, *all = a + 2;

	CHECK(hdr_percentile(a, 0.5) == 0, "hdr: empty");
	for (uint64_t v = 1; v <= 10000; v++) {
		hdr_add(v % 3 ? a : b, v);
		hdr_add(all, v);
	}
	hdr_merge(a, b);
	CHECK(!memcmp(a, all, sizeof(*a)), "hdr: merged is as if counted in one");
	CHECK(hdr_percentile(all, 0) == 1, "hdr: the least");
	CHECK(hdr_percentile(all, 1) == 10000, "hdr: the greatest, not its bucket's end");
	CHECK(fabs((double)hdr_percentile(all, 0.5) - 5000) < 5000 / 64.0 + 1, "hdr: median");
	CHECK(fabs((double)hdr_percentile(all, 0.9999) - 9999) < 10000 / 64.0 + 1, "hdr: p99.99");
	free(a);
}

/* Steps of a conversation: a(sk) query, r(eply) to query n, x: expire at time n. */
static void
test_match(void)
{
	struct match_slot *slot = calloc(16 * MATCH_IDS, sizeof(*slot)), *s;
	struct match m;

	match_start(&m, slot, 16, 100);
	for (uint32_t i = 0; i < 70000; i++)
		match_ask(&m, i, i * 2, i);
	s = match_find(&m, 1, 69999 - 65536);
	CHECK(s && s->at == 69999 * 2 && s->due == 69999, "match: by port slot and id");
	CHECK((s->host & 0xfffffff) == 69999, "match: keeps the source");
	CHECK(match_answer(s) == MATCH_OK, "match: answered");
	CHECK(match_answer(s) == MATCH_DUPLICATE, "match: answered again");
	CHECK(match_answer(match_find(&m, 15, 3)) == MATCH_STRAY, "match: never asked");
	CHECK(match_find(&m, 16, 0) == NULL, "match: no such port");
	match_expire(&m, 1000, 1000000);
	CHECK(m.lost == 900 && m.oldest == 900, "match: lost when over the timeout: %llu",
	    (unsigned long long)m.lost);
	CHECK(match_answer(match_find(&m, 0, 899)) == MATCH_LATE, "match: late");
	CHECK(match_answer(match_find(&m, 0, 900)) == MATCH_OK, "match: just in time");
	match_expire(&m, 2000, 10);
	CHECK(m.oldest == 910 && m.lost == 909, "match: so many a call, answered ones not lost");
	match_unask(&m, 2);
	CHECK(m.next == 69998 && match_answer(match_find(&m, 1, 69998 - 65536)) == MATCH_STRAY,
	    "match: what was not sent was not asked");
	match_expire(&m, 1000000, 1000000);
	CHECK(m.oldest == m.next && m.lost == 69998 - 1, "match: all gone: %llu",
	    (unsigned long long)m.lost);
	free(slot);
}

static void
test_match_reuse(void)
{
	struct match_slot *slot = calloc(16 * MATCH_IDS, sizeof(*slot));
	struct match m;

	match_start(&m, slot, 16, 1000);
	for (uint32_t i = 0; i < 16 * MATCH_IDS + 5; i++)
		match_ask(&m, i, i, 0);
	CHECK(m.lost == 5, "match: a slot that is used again is lost first");
	CHECK(m.oldest == 5, "match: and no longer waits");
	free(slot);
	CHECK(match_ports(1e6, 0.25) == 16, "match: at least 16 ports");
	CHECK(match_ports(10e6, 0.25) == 64, "match: as many as wait");
	CHECK(match_ports(100e6, 1) == 0, "match: more than can wait");
}

static void
test_zipf(void)
{
	static const struct {
		uint64_t n;
		double s;
	} cases[] = {{1000, 1}, {1000, 0.8}, {50, 2}, {1, 1}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zipf z = zipf_new(cases[i].n, cases[i].s);
		struct draw d = {7};
		double sum = 0, first = 0, tenth = 0, n = 200000;
		bool is_inside = true;

		for (uint64_t k = 1; k <= cases[i].n; k++)
			sum += pow((double)k, -cases[i].s);
		for (unsigned k = 0; k < (unsigned)n; k++) {
			uint64_t v = zipf_draw(&z, &d);

			is_inside = is_inside && v < cases[i].n;
			first += v == 0;
			tenth += v == 9;
		}
		CHECK(is_inside, "zipf %g: within its ranks", cases[i].s);
		CHECK(fabs(first / n - 1 / sum) < 0.01, "zipf %g: first rank %g", cases[i].s,
		    first / n);
		CHECK(cases[i].n < 10 || fabs(tenth / n - pow(10, -cases[i].s) / sum) < 0.005,
		    "zipf %g: tenth rank %g", cases[i].s, tenth / n);
	}
}

static struct gen_frames_config
config(uint16_t vlan)
{
	struct gen_frames_config c = {.vlan = vlan,
	    .port_first = 10240,
	    .udp_port = 53,
	    .host_bits = 8,
	    .host6_bits = 16,
	    .target_mac = {2, 0, 0, 0, 0, 2}};

	inet_pton(AF_INET, "198.18.5.0", &c.source);
	inet_pton(AF_INET, "198.18.0.2", &c.target);
	inet_pton(AF_INET6, "2001:db8::", &c.source6);
	inet_pton(AF_INET6, "2001:db8::2", &c.target6);
	return c;
}

/* Turns a query's frame into the answer's. */
static void
turn(const struct gen_frames *g, uint8_t *frame, bool is_v6)
{
	unsigned at = g->ip_at + (is_v6 ? 8 : 12), len = is_v6 ? 16 : 4;
	uint8_t *udp = frame + g->ip_at + (is_v6 ? 40 : 20), kept[16];

	memcpy(kept, frame + at, len);
	memcpy(frame + at, frame + at + len, len);
	memcpy(frame + at + len, kept, len);
	memcpy(kept, udp, 2);
	memcpy(udp, udp + 2, 2);
	memcpy(udp + 2, kept, 2);
}

static void
test_frames(void)
{
	struct names_store names;
	struct pool pool;
	struct pool_mix mix = {.hit_ratio = 0.5,
	    .case_share = 0.5,
	    .edns_share = 0.5,
	    .cookie_share = 0.25,
	    .aaaa_share = 0.5,
	    .v6_share = 0.5,
	    .seed = 3,
	    .queries = 500};
	unsigned hits = 0, v6 = 0, good = 0, found = 0, changed = 0;
	uint32_t at = 0;

	CHECK(store_make(&names, 300) == 0 && store_index(&names) == 0, "names");
	CHECK(pool_make(&pool, &names, &mix) == 0, "queries");
	for (unsigned i = 0; i < mix.queries; i++, at = pool_next(&pool, at)) {
		const struct pool_query *q = pool_at(&pool, at);
		uint8_t frame[512] = {0};
		struct gen_frames_config c = config(i % 2 ? 7 : 0);
		struct gen_frames g;
		struct gen_answer a;
		unsigned len;

		gen_frames_init(&g, &c);
		len = gen_frame_put(&g, frame, q, i, 5u << 16 | i);
		turn(&g, frame, q->is_v6);
		found += gen_frame_get(&g, frame, len, &a) && a.port == 5 && a.len == q->len;
		good += gen_frame_same(&g, frame, &a, q, i);
		frame[len - q->len + 13] ^= 0x20; /* a letter's case; the checksum is left wrong */
		g.config.trust_checksums = true;
		changed += gen_frame_same(&g, frame, &a, q, i) ||
			   gen_frame_get(&g, frame, len - q->len + 11, &a);
		hits += q->is_hit;
		v6 += q->is_v6;
	}
	CHECK(at == 0, "the pool begins again");
	CHECK(found == mix.queries, "frames: what was asked is found: %u", found);
	CHECK(good == mix.queries, "frames: addresses, checksums and question agree: %u", good);
	CHECK(changed == 0, "frames: another question or a cut frame does not");
	CHECK(abs((int)hits - 250) < 60 && abs((int)v6 - 250) < 60, "the mix is drawn");
	pool_free(&pool);
	store_free(&names);
}

static bool
is_listed(const struct names_store *s, const uint8_t *name)
{
	for (uint64_t k = 0; k < s->n; k++)
		if (!strcmp((const char *)store_name(s, k), (const char *)name))
			return true;
	return false;
}

static void
test_unlisted(void)
{
	struct names_store s;
	struct draw d = {1};
	uint8_t name[NAME_LEN_MAX + STORE_PAD];
	unsigned bad = 0;

	CHECK(store_make(&s, 2000) == 0 && store_index(&s) == 0, "names");
	for (uint64_t k = 0; k < s.n; k++)
		bad += store_unlisted(&s, k, &d, name) != 0 || is_listed(&s, name);
	CHECK(bad == 0, "unlisted names are not listed");
	CHECK(strlen(s.digest) == 64, "the list has a digest");
	store_free(&s);
	CHECK(store_read(&s, "/nonexistent", NULL) == -ENOENT, "no such list");
}

int
main(void)
{
	test_pace();
	test_ready();
	test_hdr_buckets();
	test_hdr_percentiles();
	test_match();
	test_match_reuse();
	test_zipf();
	test_frames();
	test_unlisted();
	return test_end();
}
