#include "lists/manifest.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdlib.h>

#define HEAD                                          \
	"$ORIGIN _update.f.hub.example.\n$TTL 3600\n" \
	"@ SOA ns.hub.example. m.hub.example. 7 1 1 1 1\n@ NS ns.hub.example.\n"
#define APEX HEAD "@ TXT \"v=cordon1\" \"kind=update\" \"feed=f\"\n"
#define CHANGE_AT(label)                                   \
	"$ORIGIN " label ".f.hub.example.\n$TTL 3600\n" \
	"@ SOA ns.hub.example. m.hub.example. 7 1 1 1 1\n@ NS ns.hub.example.\n" \
	"@ TXT \"v=cordon1\" \"kind=keys\" \"feed=f\"\n"
#define CHANGE CHANGE_AT("_keys-7")
#define DIGEST                                                                                     \
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b" \
	"2c2d2e2f"
#define LISTED "TXT \"serial=7\" \"sha384=" DIGEST "\" \"names=412\"\n"
#define KEY    "\"key=256 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\""

/* clang-format off */
static const struct {
	const char *about, *text;
	size_t parts;   /* where it is in form */
	const char *want; /* word of the reason, NULL: none */
} cases[] = {
	{"two parts", APEX "ag " LISTED "com.ag " LISTED, 2, NULL},
	{"a whole feed", APEX "_all " LISTED, 1, NULL},
	{"a string that is not known yet", APEX "ag TXT \"new=1\" \"serial=7\" \"sha384=" DIGEST
	    "\" \"names=0\"\n", 1, NULL},
	{"new keys",
	    CHANGE "_keys TXT \"threshold=1\"\n_keys TXT \"name=a.example\" "
	    KEY "\n", 0, NULL},
	{"new keys in an update",
	    APEX "ag " LISTED "_keys TXT \"threshold=1\"\n_keys TXT \"name=a.example\" "
	    KEY "\n", 0, "keys"},
	{"a part in a key change",
	    CHANGE "ag " LISTED "_keys TXT \"threshold=1\"\n_keys TXT \"name=a.example\" "
	    KEY "\n", 0, "manifest"},
	{"a key change in the place of another",
	    CHANGE_AT("_keys-8") "_keys TXT \"threshold=1\"\n_keys TXT \"name=a.example\" "
	    KEY "\n", 0, "manifest"},
	{"a key change in an update's place",
	    CHANGE_AT("_update") "_keys TXT \"threshold=1\"\n_keys TXT \"name=a.example\" "
	    KEY "\n", 0, "manifest"},
	{"a key change that overrides",
	    CHANGE "@ TXT \"override=names\"\n_keys TXT \"threshold=1\"\n", 0, "manifest"},
	{"a key change without keys", CHANGE, 0, "keys"},
	{"no part", APEX, 0, "manifest"},
	{"no metadata", HEAD "ag " LISTED, 0, "manifest"},
	{"metadata of a part",
	    HEAD "@ TXT \"v=cordon1\" \"feed=f\" \"suffix=ag\"\nag " LISTED, 0, "manifest"},
	{"metadata twice",
	    APEX "@ TXT \"v=cordon1\" \"kind=update\" \"feed=g\"\nag " LISTED, 0, "manifest"},
	{"another feed's name",
	    HEAD "@ TXT \"v=cordon1\" \"kind=update\" \"feed=g\"\nag " LISTED, 0, "manifest"},
	{"a part twice",
	    APEX "ag " LISTED "ag TXT \"serial=8\" \"sha384="
	    DIGEST "\" \"names=1\"\n", 0, "manifest"},
	{"no serial", APEX "ag TXT \"sha384=" DIGEST "\" \"names=1\"\n", 0, "manifest"},
	{"a serial of 33 bits",
	    APEX "ag TXT \"serial=4294967296\" \"sha384=" DIGEST "\" \"names=1\"\n", 0, "manifest"},
	{"a serial twice",
	    APEX "ag TXT \"serial=1\" \"serial=2\" \"sha384="
	    DIGEST "\" \"names=1\"\n", 0, "manifest"},
	{"a negative number",
	    APEX "ag TXT \"serial=1\" \"sha384=" DIGEST "\" \"names=-1\"\n", 0, "manifest"},
	{"a digest cut short",
	    APEX "ag TXT \"serial=1\" \"sha384=00\" \"names=1\"\n", 0, "manifest"},
	{"a record that is not TXT", APEX "ag " LISTED "ag A 192.0.2.1\n", 0, "manifest"},
	{"a suffix with an underscore", APEX "_x " LISTED, 0, "manifest"},
	{"a suffix with a slash", APEX "a\\047b " LISTED, 0, "manifest"},
	{"keys without a threshold",
	    CHANGE "_keys TXT \"name=a.example\" " KEY "\n", 0, "keys"},
	{"a threshold without keys", CHANGE "_keys TXT \"threshold=1\"\n", 0, "keys"},
	{"a threshold above the keys",
	    CHANGE "_keys TXT \"threshold=2\"\n_keys TXT \"name=a.example\" "
	    KEY "\n", 0, "keys"},
	{"a threshold of 0",
	    CHANGE "_keys TXT \"threshold=0\"\n_keys TXT \"name=a.example\" "
	    KEY "\n", 0, "keys"},
	{"a key twice",
	    CHANGE "_keys TXT \"threshold=1\"\n_keys TXT \"name=a.example\" " KEY
	    "\n_keys TXT \"name=b.example\" " KEY "\n", 0, "keys"},
	{"no key",
	    CHANGE "_keys TXT \"threshold=1\"\n_keys TXT \"name=a.example\" \"key=x\"\n", 0, "keys"},
	{"a key of another algorithm",
	    CHANGE "_keys TXT \"threshold=1\"\n_keys TXT \"name=a.example\" \"key=256 3 8 "
	    "AwEAAcqfAcB5yTfGhWE4WVvRVHRy\"\n", 0, "keys"},
	{"a revoked key",
	    CHANGE "_keys TXT \"threshold=1\"\n_keys TXT \"name=a.example\" \"key=384 3 15 "
	    "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\"\n", 0, "keys"},
};

static const struct {
	const char *name;
	int want; /* length of the suffix */
} names[] = {
	{"MANIFEST.zone", 0},
	{"parts/ag.zone", 4},
	{"parts/com.ag.zone", 8},
	{"parts/xn--p1ai.zone", 10},
	{"parts/_all.zone", 1},
	{"parts/_x.zone", -ERR_NAME},
	{"parts/AG.zone", -ERR_NAME},
	{"parts/ag..zone", -ERR_NAME},
	{"parts/.zone", -ERR_NAME},
	{"parts/..zone", -ERR_NAME},
	{"parts/../ag.zone", -ERR_NAME},
	{"parts/a/b.zone", -ERR_NAME},
	{"parts//ag.zone", -ERR_NAME},
	{"./parts/ag.zone", -ERR_NAME},
	{"/parts/ag.zone", -ERR_NAME},
	{"parts/a\\.g.zone", -ERR_NAME},
	{"parts/ag.zone/", -ERR_NAME},
	{"ag.zone", -ERR_NAME},
	{"manifest.zone", -ERR_NAME},
	{"", -ERR_NAME},
};
/* clang-format on */

struct reading {
	struct manifest m;
	struct zone_scan scan;
};

static int
take(void *ctx, const struct record *r)
{
	struct reading *x = ctx;

	return manifest_take(&x->m, r, &x->scan);
}

static bool
read_manifest(struct reading *x, const char *text, struct reasons *reasons)
{
	FILE *f = fmemopen((char *)(uintptr_t)text, strlen(text), "r");
	bool good;

	x->scan = (struct zone_scan){.f = f,
	    .where = "m",
	    .reasons = reasons,
	    .spill_fd = -1,
	    .sort = true,
	    .body = take,
	    .ctx = x};
	good = zone_scan(&x->scan) == 0 && manifest_finish(&x->m, &x->scan) &&
	       !reasons_have(reasons, REASON_IS_FATAL);
	zone_scan_free(&x->scan);
	fclose(f);
	return good;
}

static void
test_forms(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reasons reasons = {0};
		struct reading x = {0};
		bool good = read_manifest(&x, cases[i].text, &reasons);

		CHECK(good == !cases[i].want, "%s: %s", cases[i].about,
		    reasons.n ? reasons.item[0].text : "in form");
		if (good)
			CHECK(x.m.n == cases[i].parts && x.m.serial == 7, "%s: what it lists",
			    cases[i].about);
		else
			CHECK(!strcmp(reason_word(reasons.item[0].code), cases[i].want), "%s: %s",
			    cases[i].about, reason_word(reasons.item[0].code));
		manifest_free(&x.m);
		reasons_free(&reasons);
	}
}

static void
test_again(void)
{
	struct reasons reasons = {0};
	struct reading x = {0}, y = {0};
	char text[4096] = "";
	FILE *f = fmemopen(text, sizeof(text), "w");

	read_manifest(&x, cases[0].text, &reasons);
	CHECK(manifest_write(&x.m, f) == 0 && fclose(f) == 0, "a manifest is written");
	CHECK(read_manifest(&y, text, &reasons), "and read again");
	CHECK(y.m.n == 2 && y.m.part[0].names == 412 && y.m.part[0].digest[47] == 0x2f,
	    "with all that it said");
	CHECK(manifest_find(&y.m, (const uint8_t *)"\2ag", 4) &&
		  !manifest_find(&y.m, (const uint8_t *)"\2ai", 4),
	    "a part is found by its suffix");
	manifest_free(&x.m);
	manifest_free(&y.m);
	reasons_free(&reasons);
}

static void
test_keys_again(void)
{
	struct reasons reasons = {0};
	struct reading x = {0}, y = {0};
	char text[4096] = "";
	FILE *f = fmemopen(text, sizeof(text), "w");

	read_manifest(&x, cases[3].text, &reasons);
	CHECK(manifest_write(&x.m, f) == 0 && fclose(f) == 0, "a key change is written");
	CHECK(read_manifest(&y, text, &reasons) && y.m.is_keys && y.m.serial == 7 &&
		  y.m.keys->threshold == 1 && y.m.keys->n == 1 &&
		  public_key_same(&y.m.keys->key[0], &x.m.keys->key[0]),
	    "and read again");
	manifest_free(&x.m);
	manifest_free(&y.m);
	reasons_free(&reasons);
}

static void
test_names(void)
{
	uint8_t suffix[NAME_LEN_MAX];
	char again[REASON_WHERE_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int n = member_suffix(suffix, names[i].name);

		CHECK(n == names[i].want, "`%s': %d", names[i].name, n);
		if (n > 0)
			CHECK(member_name(again, suffix, (size_t)n) == 0 &&
				  !strcmp(again, names[i].name),
			    "`%s' comes back", names[i].name);
	}
}

int
main(void)
{
	test_forms();
	test_again();
	test_keys_again();
	test_names();
	return test_end();
}
