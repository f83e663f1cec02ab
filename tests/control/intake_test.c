#include "base/err.h"
#include "control/intake_target.h"
#include "tests/test.h"

static const struct place_row {
	const char *about, *target;
	int route; /* -1: refused */
	const char *zone;
	uint32_t serial;
} places[] = {
    {"all zones", "/v1/zones", ROUTE_ZONES, NULL, 0},
    {"all zones, with a slash", "/v1/zones/", -1, NULL, 0},
    {"all zones, with a query", "/v1/zones?x", -1, NULL, 0},
    {"a zone", "/v1/zones/ag.test.hub.example", ROUTE_ZONE, "ag.test.hub.example", 0},
    {"with its dot", "/v1/zones/ag.test.hub.example.", ROUTE_ZONE, "ag.test.hub.example", 0},
    {"in capitals", "/v1/zones/AG.Test.hub.example", ROUTE_ZONE, "ag.test.hub.example", 0},
    {"an underscore", "/v1/zones/_x.example", ROUTE_ZONE, "_x.example", 0},
    {"its proof", "/v1/zones/a.b/proof", ROUTE_PROOF, "a.b", 0},
    {"its delta", "/v1/zones/a.b/delta?from=4294967295", ROUTE_DELTA, "a.b", 4294967295u},
    {"since nothing", "/v1/zones/a.b/delta?from=", -1, NULL, 0},
    {"since too much", "/v1/zones/a.b/delta?from=4294967296", -1, NULL, 0},
    {"since, and more", "/v1/zones/a.b/delta?from=1&x", -1, NULL, 0},
    {"since when", "/v1/zones/a.b/delta", -1, NULL, 0},
    {"something else of it", "/v1/zones/a.b/x", -1, NULL, 0},
    {"two dots", "/v1/zones/a..b", -1, NULL, 0},
    {"no name at all", "/v1/zones//proof", -1, NULL, 0},
    {"percent-encoding", "/v1/zones/a%2eb", -1, NULL, 0},
    {"an escape", "/v1/zones/a\\046b", -1, NULL, 0},
    {"a label of 64", "/v1/zones/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	-1, NULL, 0},
};

static void
test_place(const struct place_row *row)
{
	char name[NAME_TEXT_MAX] = "";
	struct intake_target t;
	int rc = intake_target_parse(&t, row->target);

	if (rc == 0 && t.zone_len)
		name_to_text(name, t.zone);
	CHECK(row->route < 0 ? rc == -ERR_UNKNOWN
			     : rc == 0 && (int)t.route == row->route && t.serial == row->serial &&
				   !strcmp(name, row->zone ? row->zone : ""),
	    "%s", row->about);
}

static const struct target_row {
	const char *about, *target, *feed;
	uint32_t serial; /* 0 with feed NULL: refused */
} targets[] = {
    {"a target", "/v1/feeds/conficker-c/updates/2026112101", "conficker-c", 2026112101},
    {"the largest serial", "/v1/feeds/a/updates/4294967295", "a", 4294967295u},
    {"the smallest", "/v1/feeds/a/updates/0", "a", 0},
    {"beyond", "/v1/feeds/a/updates/4294967296", NULL, 0},
    {"far beyond", "/v1/feeds/a/updates/99999999999999999999999999", NULL, 0},
    {"a dry run with a value", "/v1/feeds/a/updates/7?dry-run=1", NULL, 0},
    {"a dry run and more", "/v1/feeds/a/updates/7?dry-run&x", NULL, 0},
    {"a leading zero", "/v1/feeds/a/updates/01", NULL, 0},
    {"a sign", "/v1/feeds/a/updates/+1", NULL, 0},
    {"no serial", "/v1/feeds/a/updates/", NULL, 0},
    {"more behind it", "/v1/feeds/a/updates/1/x", NULL, 0},
    {"a query", "/v1/feeds/a/updates/1?x=1", NULL, 0},
    {"no feed", "/v1/feeds//updates/1", NULL, 0},
    {"capitals", "/v1/feeds/A/updates/1", NULL, 0},
    {"a way out", "/v1/feeds/../updates/1", NULL, 0},
    {"percent-encoding", "/v1/feeds/%61/updates/1", NULL, 0},
    {"another version", "/v2/feeds/a/updates/1", NULL, 0},
    {"64 letters",
	"/v1/feeds/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/updates/1",
	NULL, 0},
    {"nothing", "", NULL, 0},
};

static const struct kind_row {
	const char *about, *target;
	bool is_keys, is_dry;
} kinds[] = {
    {"a dry run", "/v1/feeds/a/updates/7?dry-run", false, true},
    {"a key change", "/v1/feeds/a/keys/7", true, false},
    {"a dry run of one", "/v1/feeds/a/keys/7?dry-run", true, true},
};

static const struct range_row {
	const char *about, *text;
	int rc;
	struct intake_range want;
} ranges[] = {
    {"a piece", "bytes 0-99/1000", 0, {0, 99, 1000}},
    {"the last byte", "bytes 999-999/1000", 0, {999, 999, 1000}},
    {"backwards", "bytes 5-4/10", -ERR_FORMAT, {0}},
    {"beyond the whole", "bytes 0-10/10", -ERR_FORMAT, {0}},
    {"an unknown whole", "bytes 0-9/*", -ERR_FORMAT, {0}},
    {"another unit", "lines 0-9/10", -ERR_FORMAT, {0}},
    {"more behind it", "bytes 0-9/10 ", -ERR_FORMAT, {0}},
    {"a number too long", "bytes 0-9/10000000000000000000", -ERR_FORMAT, {0}},
    {"no number", "bytes -9/10", -ERR_FORMAT, {0}},
};

int
main(void)
{
	struct intake_target t;
	struct intake_range r;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		test_place(&places[i]);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		const struct target_row *row = &targets[i];
		int rc = intake_target_parse(&t, row->target);

		CHECK(row->feed ? rc == 0 && t.serial == row->serial &&
				      !strcmp(t.feed, row->feed) && !t.is_keys && !t.is_dry
				: rc == -ERR_UNKNOWN,
		    "%s", row->about);
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		CHECK(intake_target_parse(&t, kinds[i].target) == 0 && t.serial == 7 &&
			  t.is_keys == kinds[i].is_keys && t.is_dry == kinds[i].is_dry,
		    "%s", kinds[i].about);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		const struct range_row *row = &ranges[i];
		int rc = intake_range_parse(&r, row->text);

		CHECK(rc == row->rc && (rc < 0 || memcmp(&r, &row->want, sizeof(r)) == 0), "%s",
		    row->about);
	}
	return test_end();
}
