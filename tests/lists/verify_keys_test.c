/* Key changes: who must sign one, and which version it may be of. */
#include "lists/normal.h"
#include "lists/verify.h"
#include "tests/test.h"

#include <stdlib.h>

#define NOW  1796169600 /* 2026-12-02 */
#define DAY  86400
#define KEYS 6

/* Keys 0 to 2 are pinned, two of them must sign. */
static struct private_key *key[KEYS];
static struct trust trust;
static int spill;

/* clang-format off */
static const struct {
	const char *about;
	unsigned names, threshold; /* the new set: bit i, key i */
	unsigned signers;
	uint32_t version, in_force;
	enum verify_state state;
	unsigned missing;
	const char *want;
} cases[] = {
	{"two old, two new", 0070, 2, 0033, 2, 1, VERIFY_VALID, 0, ""},
	{"other two of each", 0070, 2, 0066, 2, 1, VERIFY_VALID, 0, ""},
	{"one of three goes, one comes", 0013, 2, 0003, 2, 1, VERIFY_VALID, 0, ""},
	{"a key of both sets counts in both", 0016, 2, 0006, 2, 1, VERIFY_VALID, 0, ""},
	{"any version, where none is known", 0070, 2, 0033, 9, 0, VERIFY_VALID, 0, ""},
	{"one old too few", 0070, 2, 0071, 2, 1, VERIFY_WAITING, 1, "signature-few"},
	{"no old one", 0070, 2, 0070, 2, 1, VERIFY_REFUSED, 2, "signature-none"},
	{"no new one", 0070, 2, 0007, 2, 1, VERIFY_WAITING, 2, "signature-few"},
	{"one new too few", 0070, 3, 0037, 2, 1, VERIFY_WAITING, 1, "signature-few"},
	{"a new set that one old key is in", 0071, 3, 0003, 2, 1, VERIFY_WAITING, 2, "signature-few"},
	{"a stranger beside enough", 0010, 1, 0053, 2, 1, VERIFY_VALID, 0, "key-unknown"},
	{"a stranger for one of them", 0010, 1, 0052, 2, 1, VERIFY_REFUSED, 1, "signature-few key-unknown"},
	{"the version in force", 0070, 2, 0033, 2, 2, VERIFY_REFUSED, 0, "serial-same"},
	{"an older version", 0070, 2, 0033, 2, 5, VERIFY_REFUSED, 0, "serial-rollback"},
	{"a version left out", 0070, 2, 0033, 4, 2, VERIFY_REFUSED, 0, "serial-gap"},
	{"the old set again, as the next", 0007, 2, 0003, 3, 2, VERIFY_VALID, 0, ""},
};
/* clang-format on */

static FILE *
unsigned_change(unsigned names, unsigned threshold, uint32_t version, const char *feed)
{
	struct trust *t = calloc(1, sizeof(*t));
	struct manifest m = {.serial = version, .is_keys = true, .keys = t};
	FILE *f = tmpfile();
	char base[64];

	snprintf(m.feed, sizeof(m.feed), "%s", feed);
	snprintf(base, sizeof(base), "%s.hub.example", feed);
	m.base_len = (uint8_t)name_from_text(m.base, base, strlen(base));
	t->threshold = threshold;
	for (int i = 0; i < KEYS; i++)
		if (names >> i & 1)
			trust_add(t, private_key_public(key[i]));
	manifest_write(&m, f);
	manifest_free(&m);
	rewind(f);
	return f;
}

static FILE *
sign(FILE *in, unsigned signers, int64_t until)
{
	FILE *out = tmpfile();
	struct reasons reasons = {0};
	struct normal n = {.scan = {.f = in, .where = "in", .reasons = &reasons, .spill_fd = spill},
	    .scratch = tmpfile()};
	struct signed_apex *at = malloc(sizeof(*at));
	int rc = normal_read(&n);

	if (rc == 0)
		rc = signed_apex_make(at, &n.scan, false);
	for (int i = 0; i < KEYS && rc == 0; i++)
		if (signers >> i & 1)
			rc = signed_apex_sign(at, key[i], NOW - DAY, NOW + until);
	if (rc == 0)
		rc = normal_write(&n, &at->apex, out);
	CHECK(rc == 0, "a change can be signed: %d", rc);
	zone_scan_free(&n.scan);
	reasons_free(&reasons);
	fclose(n.scratch);
	fclose(in);
	free(at);
	rewind(out);
	return out;
}

static struct verify
begin(uint32_t in_force)
{
	trust.version = in_force;
	return (struct verify){.trust = &trust, .now = NOW, .scratch = -1, .spill_fd = spill};
}

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
test_quorums(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		FILE *f =
		    sign(unsigned_change(cases[i].names, cases[i].threshold, cases[i].version, "f"),
			cases[i].signers, DAY);
		struct verify v = begin(cases[i].in_force);
		int rc = manifest_verify(&v, f, "m");

		CHECK(rc == 0 && v.state == cases[i].state && v.missing == cases[i].missing &&
			  !strcmp(words(&v.reasons), cases[i].want),
		    "%s: %s, %u missing: %s", cases[i].about, verify_state_text(v.state), v.missing,
		    words(&v.reasons));
		if (v.state == VERIFY_VALID)
			CHECK(v.until == NOW + DAY && v.signers == (cases[i].signers & 7) &&
				  v.manifest.keys->threshold == cases[i].threshold,
			    "%s: until when, by whom, which", cases[i].about);
		verify_free(&v);
		fclose(f);
	}
}

static void
check_once(const char *about, FILE *f, int64_t later, const char *want)
{
	struct verify v = begin(1);
	int rc;

	v.now += later;
	rc = manifest_verify(&v, f, "m");
	CHECK(rc == 0 && v.state == VERIFY_REFUSED && !strcmp(words(&v.reasons), want), "%s: %s",
	    about, words(&v.reasons));
	verify_free(&v);
	fclose(f);
}

static void
test_attacks(void)
{
	char text[8192] = "", *name;
	FILE *f;

	check_once("of another feed", sign(unsigned_change(070, 2, 2, "g"), 033, DAY), 0, "feed");
	check_once("expired", sign(unsigned_change(070, 2, 2, "f"), 033, DAY), 2 * DAY,
	    "signature-none expired");
	f = sign(unsigned_change(070, 2, 2, "f"), 033, DAY);
	CHECK(fread(text, 1, sizeof(text) - 1, f) > 0, "a change is read");
	fclose(f);
	name = strstr(text, "\"threshold=2\"");
	CHECK(name != NULL, "and says its threshold");
	name[strlen("\"threshold=")] = '1';
	f = tmpfile();
	fputs(text, f);
	rewind(f);
	check_once("another threshold than was signed", f, 0, "digest");
}

int
main(void)
{
	FILE *f = tmpfile();

	spill = fileno(f);
	strcpy(trust.feed, "f");
	for (int i = 0; i < KEYS; i++) {
		private_key_generate(&key[i], i % 2 ? KEY_ECDSA256 : KEY_ED25519);
		if (i < 3)
			trust_add(&trust, private_key_public(key[i]));
	}
	trust.threshold = 2;
	test_quorums();
	test_attacks();
	for (int i = 0; i < KEYS; i++)
		private_key_close(key[i]);
	fclose(f);
	return test_end();
}
