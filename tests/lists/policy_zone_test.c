#include "lists/policy_zone.h"

#include "base/err.h"
#include "lists/catalog_zone.h"
#include "lists/name_order.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <stdlib.h>

#define DAY 100
#define NOW 50, 150

struct row {
	const char *name;
	int32_t from, until;
	enum action action;
};

static const struct {
	const char *about;
	struct row rows[5];
	int rc;
	const char *want; /* behind the NS */
} cases[] = {
    {"nothing", {{0}}, 0, ""},
    {"inherits nxdomain", {{"b.tw", NOW, 0}}, 0, "b.tw CNAME .\n*.b.tw CNAME .\n"},
    {"nodata", {{"b.tw", NOW, ACTION_NODATA}}, 0, "b.tw CNAME *.\n*.b.tw CNAME *.\n"},
    {"drop", {{"b.tw", NOW, ACTION_DROP}}, 0, "b.tw CNAME rpz-drop.\n*.b.tw CNAME rpz-drop.\n"},
    {"pass", {{"b.tw", NOW, ACTION_PASS}}, 0,
	"b.tw CNAME rpz-passthru.\n*.b.tw CNAME rpz-passthru.\n"},
    {"truncate", {{"b.tw", NOW, ACTION_TRUNCATE}}, 0,
	"b.tw CNAME rpz-tcp-only.\n*.b.tw CNAME rpz-tcp-only.\n"},
    {"sinkhole", {{"b.tw", NOW, ACTION_SINKHOLE}}, 0,
	"b.tw A 192.0.2.1\nb.tw AAAA 2001:db8::1\n*.b.tw A 192.0.2.1\n*.b.tw AAAA 2001:db8::1\n"},
    {"begins on the day", {{"b.tw", 100, 101, 0}}, 0, "b.tw CNAME .\n*.b.tw CNAME .\n"},
    {"ended the day before", {{"b.tw", 99, 100, 0}}, 0, ""},
    {"begins the day after", {{"b.tw", 101, 200, 0}}, 0, ""},
    {"without windows", {{"b.tw", DAY_FIRST, DAY_NEVER, 0}}, 0, "b.tw CNAME .\n*.b.tw CNAME .\n"},
    {"two windows of one name", {{"b.tw", 1, 2, 0}, {"b.tw", NOW, 0}}, 0,
	"b.tw CNAME .\n*.b.tw CNAME .\n"},
    {"an old window behind one in force",
	{{"b.tw", NOW, ACTION_DROP}, {"b.tw", 160, 170, ACTION_NODATA}}, 0,
	"b.tw CNAME rpz-drop.\n*.b.tw CNAME rpz-drop.\n"},
    {"pass goes before all", {{"b.tw", 1, 200, ACTION_DROP}, {"b.tw", NOW, ACTION_PASS}}, 0,
	"b.tw CNAME rpz-passthru.\n*.b.tw CNAME rpz-passthru.\n"},
    {"then what began first", {{"b.tw", NOW, ACTION_DROP}, {"b.tw", 10, 150, ACTION_NODATA}}, 0,
	"b.tw CNAME *.\n*.b.tw CNAME *.\n"},
    {"a name below", {{"b.tw", NOW, 0}, {"a.b.tw", NOW, ACTION_PASS}}, 0,
	"b.tw CNAME .\n*.b.tw CNAME .\na.b.tw CNAME rpz-passthru.\n*.a.b.tw CNAME rpz-passthru.\n"},
    {"a name below that sorts before the star", {{"b.tw", NOW, 0}, {"#.b.tw", NOW, 0}}, 0,
	"b.tw CNAME .\n#.b.tw CNAME .\n*.#.b.tw CNAME .\n*.b.tw CNAME .\n"},
    {"out of order", {{"b.tw", NOW, 0}, {"a.tw", NOW, 0}}, -ERR_RANGE, NULL},
};

static struct policy policy;

static char *
derive(const struct row *rows, int *rc)
{
	struct policy_zone_options o = {.origin = (const uint8_t *)"\3rpz\3hub",
	    .origin_len = 9,
	    .ns = (const uint8_t *)"\2ns\3hub",
	    .mail = (const uint8_t *)"\1h\3hub",
	    .serial = 7,
	    .day = DAY,
	    .action = ACTION_NXDOMAIN,
	    .policy = &policy};
	static struct policy_zone z;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	policy_zone_begin(&z, f, &o);
	*rc = 0;
	for (; *rc == 0 && rows->name; rows++) {
		struct entry e = {
		    .from = rows->from, .until = rows->until, .action = (uint8_t)rows->action};

		e.name_len = (uint8_t)name_from_text(e.name, rows->name, strlen(rows->name));
		*rc = policy_zone_entry(&z, &e);
	}
	*rc = *rc < 0 ? *rc : policy_zone_end(&z);
	fclose(f);
	return text;
}

static void
test_catalog(void)
{
	struct catalog_writer w;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	catalog_write_head(&w, f, (const uint8_t *)"\3cat\3hub", 7);
	CHECK(
	    catalog_write_member(&w, (const uint8_t *)"\2tw\3hub", 8) == 0, "a member is written");
	fclose(f);
	CHECK(strstr(text, "$ORIGIN cat.hub.\n") && strstr(text, "\nversion TXT \"2\"\n"),
	    "catalog's head");
	CHECK(strstr(text, "\n3a22f01ac14173d7dd8f0e09070ab2aa9076c4f4.zones PTR tw.hub.\n"),
	    "catalog's member, by the SHA-1 of its name");
	free(text);
}

int
main(void)
{
	static const char head[] =
	    "$ORIGIN rpz.hub.\n$TTL 60\n@ SOA ns.hub. h.hub. 7 3600 900 1209600 30\n@ NS ns.hub.\n";

	policy_defaults(&policy);
	policy.ttl = 60;
	policy.negative_ttl = 30;
	policy.a_n = policy.aaaa_n = 1;
	inet_pton(AF_INET, "192.0.2.1", &policy.a[0]);
	inet_pton(AF_INET6, "2001:db8::1", &policy.aaaa[0]);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc;
		char *text = derive(cases[i].rows, &rc);

		CHECK(rc == cases[i].rc && !strncmp(text, head, sizeof(head) - 1) &&
			  (!cases[i].want || !strcmp(text + sizeof(head) - 1, cases[i].want)),
		    "%s", cases[i].about);
		free(text);
	}
	CHECK(policy_zone_serial(2026112007, 20778) == 2026112100, "day's first serial");
	CHECK(policy_zone_serial(2026112100, 20778) == 2026112101, "day's second serial");
	CHECK(policy_zone_serial(2026112200, 20778) == 2026112201, "never back");
	CHECK(name_order((const uint8_t *)"\1z\1a", (const uint8_t *)"\1b") < 0,
	    "labels from the right");
	CHECK(name_order((const uint8_t *)"\1a", (const uint8_t *)"\1a\1a") < 0, "parent first");
	CHECK(
	    name_order((const uint8_t *)"\2ab", (const uint8_t *)"\1b") < 0, "bytes before length");
	test_catalog();
	return test_end();
}
