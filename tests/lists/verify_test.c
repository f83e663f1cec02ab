#include "lists/verify.h"

#include "base/err.h"
#include "lists/normal.h"
#include "tests/test.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW  1796169600 /* 2026-12-02 */
#define DAY  86400
#define KEYS 3

#define PART                                                                       \
	"$ORIGIN com.mx.f.hub.example.\n$TTL 3600\n"                               \
	"@ SOA ns.hub.example. m.hub.example. 100 1 1 1 1\n@ NS ns.hub.example.\n" \
	"@ TXT \"v=cordon1\" \"feed=f\" \"suffix=com.mx\"\n"                       \
	"b TXT \"/\"\na TXT \"2026-01-01/2027-01-01\" \"action=pass\"\n"

static struct private_key *key[KEYS];
static struct trust trust;
static int spill;

static FILE *
text_file(const char *text)
{
	FILE *f = tmpfile();

	fputs(text, f);
	rewind(f);
	return f;
}

/* Signs text by keys (bits) for [now + from, now + until]; the caller's to close. */
static FILE *
signed_zone(const char *text, unsigned keys, int64_t from, int64_t until)
{
	FILE *in = text_file(text), *out = tmpfile();
	struct reasons reasons = {0};
	struct normal n = {.scan = {.f = in, .where = "in", .reasons = &reasons, .spill_fd = spill},
	    .scratch = tmpfile()};
	struct signed_apex *at = malloc(sizeof(*at));
	int rc = normal_read(&n);

	if (rc == 0)
		rc = signed_apex_make(at, &n.scan, false);
	for (int i = 0; i < KEYS && rc == 0; i++)
		if (keys & 1u << i)
			rc = signed_apex_sign(at, key[i], NOW + from, NOW + until);
	if (rc == 0)
		rc = normal_write(&n, &at->apex, out);
	if (rc < 0)
		printf("# signing: %d %s\n", rc, reasons.n ? reasons.item[0].text : "");
	zone_scan_free(&n.scan);
	reasons_free(&reasons);
	fclose(n.scratch);
	fclose(in);
	free(at);
	rewind(out);
	return out;
}

static struct verify
begin(void)
{
	return (struct verify){.trust = &trust, .now = NOW, .scratch = -1, .spill_fd = spill};
}

/* Reasons as a set of words, in the order of their codes. */
static const char *
words(const struct reasons *r)
{
	static char text[1024];

	text[0] = '\0';
	for (int c = 0; c < REASON_CODES; c++)
		if (r->count[c]) {
			strcat(text, *text ? " " : "");
			strcat(text, reason_word((enum reason_code)c));
		}
	return text;
}

static void
check_part(const char *about, struct verify *v, FILE *f, enum verify_state state, const char *want)
{
	int rc = part_verify(v, f, "part");

	CHECK(rc == 0 && v->state == state && !strcmp(words(&v->reasons), want), "%s: %s: %s",
	    about, verify_state_text(v->state), words(&v->reasons));
	verify_free(v);
	fclose(f);
}

static void
test_threshold(void)
{
	/* clang-format off */
	static const struct {
		const char *about;
		unsigned keys, threshold;
		enum verify_state state;
		unsigned missing;
		const char *want;
	} cases[] = {
		{"one of one", 1, 1, VERIFY_VALID, 0, ""},
		{"two of two", 3, 2, VERIFY_VALID, 0, ""},
		{"other two of two", 6, 2, VERIFY_VALID, 0, ""},
		{"three, two needed", 7, 2, VERIFY_VALID, 0, ""},
		{"one, two needed", 2, 2, VERIFY_WAITING, 1, "signature-few"},
		{"one, three needed", 2, 3, VERIFY_WAITING, 2, "signature-few"},
		{"none", 0, 1, VERIFY_REFUSED, 1, "signature-none"},
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verify v = begin();
		FILE *f = signed_zone(PART, cases[i].keys, -DAY, DAY);

		trust.threshold = cases[i].threshold;
		part_verify(&v, f, "part");
		CHECK(v.missing == cases[i].missing, "%s: %u missing", cases[i].about, v.missing);
		CHECK(v.state != VERIFY_VALID || v.until == NOW + DAY, "%s: how long",
		    cases[i].about);
		CHECK(v.state != VERIFY_VALID || v.signers == cases[i].keys, "%s: who",
		    cases[i].about);
		verify_free(&v);
		v = begin();
		check_part(cases[i].about, &v, f, cases[i].state, cases[i].want);
	}
	trust.threshold = 2;
}

static void
test_times(void)
{
	/* clang-format off */
	static const struct {
		const char *about;
		int64_t from, until;
		enum verify_state state;
		const char *want;
	} cases[] = {
		{"from now on", 0, DAY, VERIFY_VALID, ""},
		{"until now", -DAY, 0, VERIFY_VALID, ""},
		{"from the next second on", 1, DAY, VERIFY_REFUSED, "signature-none not-yet-valid"},
		{"until the last second", -DAY, -1, VERIFY_REFUSED, "signature-none expired"},
		{"60 years", -DAY, (int64_t)60 * 365 * DAY, VERIFY_VALID, ""},
		{"until before it began", DAY, -DAY, VERIFY_REFUSED, "signature-none not-yet-valid"},
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verify v = begin();

		check_part(cases[i].about, &v, signed_zone(PART, 3, cases[i].from, cases[i].until),
		    cases[i].state, cases[i].want);
	}
}

static void
test_serial(void)
{
	/* clang-format off */
	static const struct {
		const char *about;
		uint32_t in_force;
		const char *want;
	} cases[] = {
		{"the next", 99, ""},
		{"the same", 100, "serial-same"},
		{"older", 101, "serial-rollback"},
		{"around the end", 4294967295, ""},
		{"2^31 - 1 ahead", 2147483749, ""},
		{"2^31 ahead", 2147483748, "serial-gap"},
		{"2^31 - 1 behind", 2147483747, "serial-rollback"},
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verify v = begin();

		v.has_serial = true;
		v.serial = cases[i].in_force;
		check_part(cases[i].about, &v, signed_zone(PART, 3, -DAY, DAY),
		    *cases[i].want ? VERIFY_REFUSED : VERIFY_VALID, cases[i].want);
	}
}

/* Two keys with one tag: each is tried. */
static void
test_collision(void)
{
	uint16_t tag = trust.key[0].tag;
	struct verify v = begin();

	trust.key[0].tag = trust.key[1].tag;
	trust.threshold = 1;
	check_part("the tag of another key", &v, signed_zone(PART, 2, -DAY, DAY), VERIFY_VALID, "");
	trust.threshold = 2;
	trust.key[0].tag = tag;
}

static void
test_trust(void)
{
	struct trust t = {0};
	struct public_key k = *private_key_public(key[0]);

	CHECK(trust_add(&t, &k) == 0, "a key is pinned");
	strcpy(k.name, "elsewhere.example");
	k.flags = 257;
	public_key_set_tag(&k);
	CHECK(trust_add(&t, &k) == -EEXIST, "under another name and tag it is the same");
	for (int i = 1; i < TRUST_KEYS_MAX; i++) {
		k.bytes[0]++;
		trust_add(&t, &k);
	}
	k.bytes[0]++;
	CHECK(trust_add(&t, &k) == -ERR_FULL, "more than a set holds");
}

static void
test_reasons(void)
{
	struct reasons r = {0};

	for (int i = 0; i < 116; i++)
		reasons_add(&r, REASON_EXPIRED, "part", 0, "the same");
	CHECK(r.n == 1 && r.item[0].times == 116, "one text, many times");
	for (int i = 0; i < 100; i++)
		reasons_add(&r, REASON_SYNTAX, "part", 0, "line %d", i);
	reasons_add(&r, REASON_SERIAL_GAP, "", 0, "%0400d", 1);
	CHECK(r.n == 2 + REASONS_EACH_MAX && r.dropped == 100 - REASONS_EACH_MAX,
	    "one kind leaves room for others");
	CHECK(strlen(r.item[r.n - 1].text) == REASON_TEXT_MAX - 1, "a long text is cut");
	CHECK(reasons_have(&r, REASON_IS_FATAL) && !reasons_have(&r, REASON_IS_MISSING),
	    "what weight they have");
	reasons_free(&r);
}

static int
count_entry(void *ctx, const struct zone_verdict *z, const struct entry *e)
{
	*(unsigned *)ctx += z->meta.suffix_len == 8 && e->name_len == 10;
	return 0;
}

static int
stop(void *ctx, const struct zone_verdict *z, FILE *f)
{
	(void)ctx, (void)z;
	return ftell(f) == 0 ? -ECANCELED : 0;
}

static void
test_calls(void)
{
	unsigned n = 0;
	struct verify v = begin();
	FILE *f = signed_zone(PART, 3, -DAY, DAY);

	v.ctx = &n;
	v.entry = count_entry;
	CHECK(part_verify(&v, f, "part") == 0 && n == 2, "each entry is handed on");
	verify_free(&v);
	v = begin();
	v.part = stop;
	CHECK(part_verify(&v, f, "part") == -ECANCELED, "a call can stop it, the file rewound");
	verify_free(&v);
	n = 0;
	v = begin();
	v.now += 2 * DAY;
	v.ctx = &n;
	v.entry = count_entry;
	part_verify(&v, f, "part");
	CHECK(n == 0, "nothing is handed on that nobody signed");
	verify_free(&v);
	fclose(f);
}

static void
test_feed(void)
{
	struct verify v = begin();

	strcpy(trust.feed, "g");
	check_part("another feed", &v, signed_zone(PART, 3, -DAY, DAY), VERIFY_REFUSED, "feed");
	trust.feed[0] = '\0';
	v = begin();
	trust.hub_len = (uint8_t)name_from_text(trust.hub, "other.example", 13);
	check_part("another hub", &v, signed_zone(PART, 3, -DAY, DAY), VERIFY_REFUSED, "hub");
	trust.hub_len = (uint8_t)name_from_text(trust.hub, "hub.example", 11);
	v = begin();
	check_part("this hub", &v, signed_zone(PART, 3, -DAY, DAY), VERIFY_VALID, "");
}

static void
test_normal(void)
{
	FILE *f = signed_zone(PART, 0, 0, DAY), *g;
	char text[4096] = "", again[4096] = "";

	CHECK(fread(text, 1, sizeof(text) - 1, f) > 0 &&
		  strstr(text, "\na TXT") < strstr(text, "\nb TXT"),
	    "normal form is sorted");
	g = signed_zone(text, 0, 0, DAY);
	CHECK(fread(again, 1, sizeof(again) - 1, g) > 0 && !strcmp(text, again),
	    "and stays as it is");
	CHECK(strstr(text, "\na TXT \"2026-01-01/2027-01-01\" \"action=pass\"\n"),
	    "an entry is written as it was");
	fclose(f);
	fclose(g);
}

int
main(void)
{
	FILE *f = tmpfile();

	spill = fileno(f);
	for (int i = 0; i < KEYS; i++) {
		private_key_generate(&key[i], i == 1 ? KEY_ECDSA256 : KEY_ED25519);
		trust_add(&trust, private_key_public(key[i]));
	}
	trust.threshold = 2;
	test_threshold();
	test_times();
	test_serial();
	test_collision();
	test_trust();
	test_reasons();
	test_calls();
	test_feed();
	test_normal();
	for (int i = 0; i < KEYS; i++)
		private_key_close(key[i]);
	fclose(f);
	return test_end();
}
