/* Access lists, the bound on amplification and rate limits, as they change answers. */
#include "dataplane/shield.h"

#include "dataplane/cookie.h"
#include "dataplane/engine.h"
#include "tests/dataplane/world.h"
#include "tests/test.h"

#include <stdlib.h>

#define NOW_S     1000000
#define NOW_MS    5000
#define SECOND_NS UINT64_C(1000000000)

static struct vec vec;
static struct counters counters;
static uint8_t buffer[VEC_MAX][VEC_ROOM + VEC_SLACK];
static const struct cookie_secrets secrets = {COOKIES_ON, 1, {{1, 2, 3}}};
static struct engine engine = {.counters = &counters,
    .cookies = &secrets,
    .day = WORLD_DAY,
    .unix_s = NOW_S,
    .now_ms = NOW_MS};

enum { TCP = 1, COOKIE = 2, GOOD = 4, NO_QUESTION = 8, EDNS = 16 };

static void
lane(unsigned i, const char *name, unsigned type, int flags, const char *from)
{
	static const uint8_t opt[] = {0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0};
	uint8_t *m = buffer[i], *p = m + 12, text[NAME_LEN_MAX];
	struct prefix client;
	int len = name_from_text(text, name, strlen(name));

	prefix_parse(&client, from);
	memcpy(vec.client[i], client.addr, sizeof(client.addr));
	memset(m, 0, 12);
	m[5] = !(flags & NO_QUESTION);
	memcpy(p, text, (size_t)len);
	p += len;
	memcpy(p, (uint8_t[]){0, (uint8_t)type, 0, 1}, 4);
	p += 4;
	if (flags & (COOKIE | GOOD | EDNS)) {
		m[11] = 1;
		memcpy(p, opt, sizeof(opt));
		p += sizeof(opt);
	}
	if (flags & (COOKIE | GOOD)) {
		unsigned n = flags & GOOD ? COOKIE_LEN : COOKIE_CLIENT_LEN;

		p[-1] = (uint8_t)(4 + n);
		memcpy(p, (uint8_t[]){0, 10, 0, (uint8_t)n, 8, 7, 6, 5, 4, 3, 2, 1}, 12);
		if (flags & GOOD)
			cookie_make(p + 4, vec.client[i], NOW_S, secrets.secret[0]);
		p += 4 + n;
	}
	vec.msg[i] = m;
	vec.len[i] = (uint16_t)(flags & NO_QUESTION ? 12 : p - m);
	vec.limit[i] = ENGINE_UDP_MAX;
	vec.tcp[i] = !!(flags & TCP);
	vec.way[i] = WAY_NONE;
}

static enum way
ask(struct image *img, const struct shield *s, const char *name, unsigned type, int flags,
    const char *from)
{
	img->shield = s;
	vec.n = 1;
	lane(0, name, type, flags, from);
	engine_answer(&engine, img, &vec);
	return vec.way[0];
}

static struct prefixes *
set_of(const char *const *text, const uint8_t *value)
{
	struct prefix p[8];
	struct prefixes *s = NULL;
	unsigned n = 0;

	for (; text[n]; n++) {
		if (prefix_parse(&p[n], text[n]) < 0)
			abort();
		p[n].value = value[n];
	}
	if (prefixes_new(&s, p, n) < 0)
		abort();
	return s;
}

static void
check_access(struct image *img)
{
	static const char *const text[] = {"192.0.2.0/24", "192.0.2.128/25", "2001:db8::/32", NULL};
	static const uint8_t value[] = {ACCESS_DENY, ACCESS_ALLOW, ACCESS_DENY};
	static const struct {
		const char *about, *from;
		int flags;
		uint8_t by_default, denied_way;
		enum way want;
	} rows[] = {
	    {"denied", "192.0.2.1", 0, ACCESS_ALLOW, WAY_ACL_REFUSED, WAY_ACL_REFUSED},
	    {"denied: silence", "192.0.2.1", 0, ACCESS_ALLOW, WAY_ACL_DROPPED, WAY_ACL_DROPPED},
	    {"denied over TCP", "192.0.2.1", TCP, ACCESS_ALLOW, WAY_ACL_REFUSED, WAY_ACL_REFUSED},
	    {"a cookie does not help", "192.0.2.1", GOOD, ACCESS_ALLOW, WAY_ACL_REFUSED,
		WAY_ACL_REFUSED},
	    {"the longer prefix", "192.0.2.129", 0, ACCESS_DENY, WAY_ACL_REFUSED, WAY_SINKHOLE},
	    {"IPv6", "2001:db8::1", 0, ACCESS_ALLOW, WAY_ACL_REFUSED, WAY_ACL_REFUSED},
	    {"others", "198.51.100.1", 0, ACCESS_ALLOW, WAY_ACL_REFUSED, WAY_SINKHOLE},
	    {"others, where some are allowed", "198.51.100.1", 0, ACCESS_DENY, WAY_ACL_REFUSED,
		WAY_ACL_REFUSED},
	    {"malformed", "192.0.2.1", NO_QUESTION, ACCESS_ALLOW, WAY_ACL_REFUSED, WAY_FORMERR},
	    {"malformed: silence", "192.0.2.1", NO_QUESTION, ACCESS_ALLOW, WAY_ACL_DROPPED,
		WAY_ACL_DROPPED},
	};
	struct shield g = {.access = set_of(text, value)};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum way zone = rows[i].want == WAY_SINKHOLE ? WAY_ZONE : rows[i].want;

		g.access_default = rows[i].by_default;
		g.access_way = rows[i].denied_way;
		ask(img, &g, "sink.com", 1, rows[i].flags, rows[i].from);
		CHECK(vec.way[0] == rows[i].want, "access, %s: %s", rows[i].about,
		    way_text(vec.way[0]));
		CHECK(vec.way[0] != WAY_ACL_REFUSED || (buffer[0][3] & 15) == 5, "RCODE");
		ask(img, &g, "mail.home.test", 1, rows[i].flags, rows[i].from);
		CHECK(vec.way[0] == zone, "access to a static zone, %s: %s", rows[i].about,
		    way_text(vec.way[0]));
		CHECK(vec.way[0] != WAY_ACL_REFUSED ||
			  ((buffer[0][3] & 15) == 5 && !buffer[0][7] && !buffer[0][9]),
		    "REFUSED without records");
	}
	prefixes_free(g.access);
}

/* sink.com A: 26 bytes, its answer 58; zulu.az TXT: over 512. */
static void
check_amplification(struct image *img)
{
	static const struct {
		const char *about, *name, *from;
		unsigned type, tenths;
		int flags, tc;
	} rows[] = {
	    {"fits", "sink.com", "192.0.2.1", 1, 25, 0, 0},
	    {"86 of 54 bytes: 1.6", "sink.com", "192.0.2.1", 1, 16, 0, 0},
	    {"but not 1.5", "sink.com", "192.0.2.1", 1, 15, 0, 1},
	    {"82 of 54 bytes: one over 1.5", "sink.com", "192.0.2.1", 28, 15, 0, 1},
	    {"106 of 74 bytes over IPv6: 1.5", "sink.com", "2001:db8::1", 1, 15, 0, 0},
	    {"large", "zulu.az", "192.0.2.1", 16, 25, EDNS, 1},
	    {"large, cookie of the client alone", "zulu.az", "192.0.2.1", 16, 25, COOKIE, 1},
	    {"large, good cookie", "zulu.az", "192.0.2.1", 16, 25, GOOD, 0},
	    {"large, TCP", "zulu.az", "192.0.2.1", 16, 25, TCP, 0},
	    {"large, no bound", "zulu.az", "192.0.2.1", 16, 0, EDNS, 0},
	    {"static zone: fits", "mail.home.test", "192.0.2.1", 1, 25, 0, 0},
	    {"static zone: addresses left out", "home.test", "192.0.2.1", 2, 25, 0, 0},
	    {"static zone: large", "large.home.test", "192.0.2.1", 16, 25, EDNS, 1},
	    {"static zone: large, cookie of the client alone", "large.home.test", "192.0.2.1", 16,
		25, COOKIE, 1},
	    {"static zone: large, good cookie", "large.home.test", "192.0.2.1", 16, 25, GOOD, 0},
	    {"static zone: large, TCP", "large.home.test", "192.0.2.1", 16, 25, TCP, 0},
	    {"static zone: NXDOMAIN over IPv6", "x.home.test", "2001:db8::1", 28, 16, COOKIE, 1},
	    {"the default SOA, a.bcd.com", "blocked.com.mx", "192.0.2.1", 1, 25, 0, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct shield g = {.amplification = rows[i].tenths};
		unsigned headers = strchr(rows[i].from, ':') ? 48 : 28, in;

		lane(0, rows[i].name, rows[i].type, rows[i].flags, rows[i].from);
		in = vec.len[0];
		ask(img, &g, rows[i].name, rows[i].type, rows[i].flags, rows[i].from);
		CHECK(!!(buffer[0][2] & 2) == rows[i].tc, "amplification, %s: %u for %u",
		    rows[i].about, vec.len[0], in);
		CHECK(rows[i].flags & (GOOD | TCP) || !rows[i].tenths ||
			  (vec.len[0] + headers) * 10 <= (in + headers) * rows[i].tenths,
		    "%s: within the bound", rows[i].about);
	}
}

static const struct {
	const char *about, *name;
	unsigned type;
	int flags;
	const char *from;
	enum way first, then[2]; /* with slip 2: the limited ones */
} limits[] = {
    {"positive", "sink.com", 1, 0, "192.0.2.1", WAY_SINKHOLE, {WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"same network, other class: nodata", "sink.com", 15, 0, "192.0.2.2", WAY_SINKHOLE,
	{WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"nxdomain", "blocked.com.mx", 1, 0, "192.0.2.1", WAY_NXDOMAIN,
	{WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"referral", "refer.org", 1, 0, "192.0.2.1", WAY_REFER, {WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"error", "example.net", 1, 0, "192.0.2.1", WAY_UNLISTED, {WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"malformed: nothing to slip", "sink.com", 1, NO_QUESTION, "192.0.9.1", WAY_FORMERR,
	{WAY_RRL_DROPPED, WAY_RRL_DROPPED}},
    {"IPv6", "sink.com", 1, 0, "2001:db8::1", WAY_SINKHOLE, {WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"a client cookie", "sink.com", 1, COOKIE, "192.0.3.1", WAY_SINKHOLE,
	{WAY_RRL_DROPPED, WAY_RRL_BADCOOKIE}},
    {"a good cookie", "sink.com", 1, GOOD, "192.0.2.1", WAY_SINKHOLE, {WAY_SINKHOLE, WAY_SINKHOLE}},
    {"TCP", "sink.com", 1, TCP, "192.0.2.1", WAY_SINKHOLE, {WAY_SINKHOLE, WAY_SINKHOLE}},
    {"exempt", "sink.com", 1, 0, "198.51.100.1", WAY_SINKHOLE, {WAY_SINKHOLE, WAY_SINKHOLE}},
    {"static zone: positive", "mail.home.test", 1, 0, "192.0.10.1", WAY_ZONE,
	{WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"its NXDOMAIN", "x.home.test", 1, 0, "192.0.10.1", WAY_ZONE,
	{WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"its NODATA", "mail.home.test", 28, 0, "192.0.10.1", WAY_ZONE,
	{WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"its referral", "x.sub.home.test", 1, 0, "192.0.10.1", WAY_ZONE,
	{WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"static zone: an empty non-terminal is NODATA", "n.t.home.test", 1, 0, "192.0.11.1", WAY_ZONE,
	{WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"its NXDOMAIN there", "x.t.home.test", 1, 0, "192.0.11.1", WAY_ZONE,
	{WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"its wildcard there", "a.wild.home.test", 1, 0, "192.0.11.1", WAY_ZONE,
	{WAY_RRL_DROPPED, WAY_RRL_SLIPPED}},
    {"a CNAME is positive: limited with it", "lost.home.test", 1, 0, "192.0.11.1", WAY_RRL_DROPPED,
	{WAY_RRL_SLIPPED, WAY_RRL_DROPPED}},
    {"DS of a delegation is NODATA: limited with it", "sub.home.test", 43, 0, "192.0.11.1",
	WAY_RRL_DROPPED, {WAY_RRL_SLIPPED, WAY_RRL_DROPPED}},
    {"static zone: a client cookie", "mail.home.test", 1, COOKIE, "192.0.12.1", WAY_ZONE,
	{WAY_RRL_DROPPED, WAY_RRL_BADCOOKIE}},
    {"static zone: a good cookie", "mail.home.test", 1, GOOD, "192.0.12.1", WAY_ZONE,
	{WAY_ZONE, WAY_ZONE}},
    {"silence is no answer", "silent.ws", 1, 0, "192.0.4.1", WAY_DROP, {WAY_DROP, WAY_DROP}},
};

static void
check_limits(struct image *img)
{
	static const char *const text[] = {"198.51.100.0/24", NULL};
	static const uint8_t value[] = {1};
	struct shield g = {.limit = {{SECOND_NS, SECOND_NS, SECOND_NS, SECOND_NS, SECOND_NS},
			       .burst_ns = SECOND_NS, .len4 = 24, .len6 = 56, .slip = 2}};

	g.exempt = set_of(text, value);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		enum way got =
		    ask(img, &g, limits[i].name, limits[i].type, limits[i].flags, limits[i].from);

		CHECK(got == limits[i].first, "limit, %s: %s", limits[i].about, way_text(got));
		for (unsigned k = 0; k < 2; k++) {
			got = ask(img, &g, limits[i].name, limits[i].type, limits[i].flags,
			    limits[i].from);
			CHECK(got == limits[i].then[k], "limit, %s: then %s", limits[i].about,
			    way_text(got));
		}
	}
	engine.now_ms += 1000;
	CHECK(ask(img, &g, "sink.com", 1, 0, "192.0.2.9") == WAY_SINKHOLE, "a second later");
	g.limit.dry_run = true;
	CHECK(ask(img, &g, "sink.com", 1, 0, "192.0.2.9") == WAY_SINKHOLE, "dry run");
	CHECK(count_get(&counters.rrl_dry_run) == 1, "dry run: counted");
	g.limit.dry_run = false;
	g.limit.cost_ns[LIMIT_POSITIVE] = 0;
	CHECK(
	    ask(img, &g, "sink.com", 1, 0, "192.0.2.9") == WAY_SINKHOLE, "a class without a rate");
	prefixes_free(g.exempt);
}

/* What a slipped answer looks like. */
static void
check_slipped(struct image *img)
{
	struct shield g = {
	    .limit = {{SECOND_NS}, .burst_ns = SECOND_NS, .len4 = 24, .len6 = 56, .slip = 1}};

	ask(img, &g, "sink.com", 1, 0, "192.0.50.1");
	ask(img, &g, "sink.com", 1, 0, "192.0.50.1");
	CHECK(vec.len[0] == 26 && (buffer[0][2] & 2) && (buffer[0][3] & 15) == 0, "TC, no records");
	ask(img, &g, "sink.com", 1, COOKIE, "192.0.50.1");
	CHECK(vec.way[0] == WAY_RRL_BADCOOKIE && vec.len[0] == 26 + 11 + 28 &&
		  (buffer[0][3] & 15) == 7 && buffer[0][26 + 5] == 1,
	    "BADCOOKIE with a cookie");
}

int
main(void)
{
	struct image *img = world_new();

	CHECK(img != NULL && limiter_new(&engine.limiter, 1024) == 0, "image made");
	if (!img)
		return test_end();
	check_access(img);
	check_amplification(img);
	check_limits(img);
	check_slipped(img);
	limiter_free(engine.limiter);
	image_free(img);
	return test_end();
}
