/* pull_catalog_test.c - which zones a catalog names (RFC 9432), and which catalogs are none. */
#include "control/pull_catalog.h"

#include "base/err.h"
#include "tests/test.h"

#include <string.h>

#define C "\1c"
#define VERSION                               \
	{                                     \
		16, "\7version" C, "\0012", 2 \
	}
#define PTR 12

struct record {
	uint16_t type;
	const char *owner, *rdata;
	uint16_t len;
};

static const struct {
	const char *about;
	size_t max;
	struct record record[4];
	int error;
	const char *want; /* first letters of the members */
} cases[] = {
    {"two members", 9, {VERSION, {PTR, "\1x\5zones" C, "\1a", 3}, {PTR, "\1y\5zones" C, "\1b", 3}},
	0, "ab"},
    {"none", 9, {VERSION}, 0, ""},
    {"no version", 9, {{PTR, "\1x\5zones" C, "\1a", 3}}, -ERR_UNKNOWN, "a"},
    {"another version", 9, {{16, "\7version" C, "\0013", 2}}, -ERR_UNKNOWN, ""},
    {"two versions", 9, {VERSION, {16, "\7version" C, "\0011", 2}}, -ERR_UNKNOWN, ""},
    {"two texts of a version", 9, {{16, "\7version" C, "\0012\0012", 4}}, -ERR_UNKNOWN, ""},
    {"a version of something below", 9, {VERSION, {16, "\7version\1x" C, "\0013", 2}}, 0, ""},
    {"two names at one node", 9,
	{VERSION, {PTR, "\1x\5zones" C, "\1a", 3}, {PTR, "\1x\5zones" C, "\1b", 3}}, -ERR_FORMAT,
	"a"},
    {"a property of a member", 9, {VERSION, {PTR, "\3coo\1x\5zones" C, "\1a", 3}}, 0, ""},
    {"a PTR elsewhere", 9, {VERSION, {PTR, "\1x\5other" C, "\1a", 3}}, 0, ""},
    {"zones itself", 9, {VERSION, {PTR, "\5zones" C, "\1a", 3}}, 0, ""},
    {"another type", 9, {VERSION, {2, "\1x\5zones" C, "\1a", 3}}, 0, ""},
    {"as many as may be", 1, {VERSION, {PTR, "\1x\5zones" C, "\1a", 3}}, 0, "a"},
    {"one more", 1, {VERSION, {PTR, "\1x\5zones" C, "\1a", 3}, {PTR, "\1y\5zones" C, "\1b", 3}},
	-ERR_LIMIT, "a"},
};

static void
test_one(size_t i)
{
	struct pull_catalog c = {
	    .origin = (const uint8_t *)C, .origin_len = sizeof(C), .max = cases[i].max};
	static struct zone_rr rr;
	char got[16] = "";
	int rc = 0;

	for (const struct record *r = cases[i].record; r->owner && rc == 0; r++) {
		rr.type = r->type;
		rr.owner_len = (uint8_t)(strlen(r->owner) + 1);
		memcpy(rr.owner, r->owner, rr.owner_len);
		memcpy(rr.rdata, r->rdata, r->len);
		rr.rdata_len = r->len;
		rc = pull_catalog_record(&c, PULL_WHOLE, &rr);
	}
	rc = rc < 0 ? rc : pull_catalog_finish(&c);
	for (size_t k = 0; k < c.n; k++)
		got[k] = (char)c.member[k].name[1];
	CHECK(rc == cases[i].error && !strcmp(got, cases[i].want), "%s: %d, %s", cases[i].about, rc,
	    got);
	pull_catalog_free(&c);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		test_one(i);
	return test_end();
}
