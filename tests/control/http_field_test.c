#include "control/http_field.h"

#include "base/err.h"
#include "tests/test.h"

#define LATEST INT64_C(784111777) /* Sun, 06 Nov 1994 08:49:37 GMT */

static const struct etag_row {
	const char *about, *list;
	bool strong, weak;
} etags[] = {
    {"the tag", "\"a\"", true, true},
    {"another", "\"b\"", false, false},
    {"without quotes", "a", false, false},
    {"a weak one", "W/\"a\"", false, true},
    {"a small w", "w/\"a\"", false, false},
    {"second of two", "\"b\", \"a\"", true, true},
    {"behind empty elements", " , ,\t\"b\" ,, \"a\"", true, true},
    {"a comma in another", "\"b,\\\"\", \"a\"", false, false},
    {"two without a comma", "\"b\" \"a\"", false, false},
    {"any", "*", true, true},
    {"any, and more", "*, \"b\"", false, false},
    {"a part of it", "\"aa\"", false, false},
    {"not closed", "\"a", false, false},
    {"a blank in it", "\"b b\", \"a\"", false, false},
    {"behind junk", "x, \"a\"", false, false},
    {"nothing", "", false, false},
};

static const struct range_row {
	const char *about, *text;
	uint64_t size;
	int rc;
	uint64_t from, len;
} ranges[] = {
    {"a piece", "bytes=0-9", 100, 1, 0, 10},
    {"one byte", "bytes=5-5", 100, 1, 5, 1},
    {"from somewhere on", "bytes=90-", 100, 1, 90, 10},
    {"beyond the end: to the end", "bytes=90-200", 100, 1, 90, 10},
    {"the last so many", "bytes=-10", 100, 1, 90, 10},
    {"more of the last than there is", "bytes=-1000", 100, 1, 0, 100},
    {"the unit in capitals", "BYTES=0-0", 100, 1, 0, 1},
    {"behind the end", "bytes=100-", 100, -ERR_RANGE, 0, 0},
    {"far behind it", "bytes=99999999999999999999999-", 100, -ERR_RANGE, 0, 0},
    {"the last none", "bytes=-0", 100, -ERR_RANGE, 0, 0},
    {"of nothing", "bytes=0-", 0, -ERR_RANGE, 0, 0},
    {"the last of nothing", "bytes=-1", 0, -ERR_RANGE, 0, 0},
    {"far beyond the end", "bytes=0-99999999999999999999999", 100, 1, 0, 100},
    {"backwards", "bytes=9-5", 100, 0, 0, 0},
    {"several", "bytes=0-1,5-6", 100, 0, 0, 0},
    {"another unit", "lines=0-1", 100, 0, 0, 0},
    {"no number", "bytes=a-b", 100, 0, 0, 0},
    {"only a dash", "bytes=-", 100, 0, 0, 0},
    {"a sign", "bytes=+1-2", 100, 0, 0, 0},
    {"nothing", "", 100, 0, 0, 0},
};

static const struct date_row {
	const char *text;
	int64_t want; /* -1: none */
} dates[] = {
    {"Sun, 06 Nov 1994 08:49:37 GMT", LATEST},
    {"Sunday, 06-Nov-94 08:49:37 GMT", LATEST},
    {"Sun Nov  6 08:49:37 1994", LATEST},
    {"Sun, 06 Nov 1994 08:49:37 CET", -1},
    {"Sun, 06 Nov 1994 08:49:37 GMT ", -1},
    {"06 Nov 1994", -1},
    {"", -1},
};

#define OLD   "Sun, 06 Nov 1994 08:49:36 GMT"
#define SAME  "Sun, 06 Nov 1994 08:49:37 GMT"
#define LATER "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct decide_row {
	const char *about;
	struct http_asked asked;
	struct http_outcome want;
} decisions[] = {
    {"nothing asked", {0}, {HTTP_WHOLE, 0, 100, false}},
    {"none match: it is held", {.if_none_match = "\"a\""}, {HTTP_UNCHANGED, 0, 0, false}},
    {"none match: held, by a weak tag", {.if_none_match = "W/\"a\""},
	{HTTP_UNCHANGED, 0, 0, false}},
    {"none match: another is held", {.if_none_match = "\"b\""}, {HTTP_WHOLE, 0, 100, false}},
    {"a tag goes before a date", {.if_none_match = "\"b\"", .if_modified_since = SAME},
	{HTTP_WHOLE, 0, 100, false}},
    {"modified since: no", {.if_modified_since = SAME}, {HTTP_UNCHANGED, 0, 0, false}},
    {"modified since: yes", {.if_modified_since = OLD}, {HTTP_WHOLE, 0, 100, false}},
    {"modified since: later, of a version from before the clock was set back",
	{.if_modified_since = LATER}, {HTTP_WHOLE, 0, 100, false}},
    {"modified since: no date", {.if_modified_since = "x"}, {HTTP_WHOLE, 0, 100, false}},
    {"match", {.if_match = "\"a\""}, {HTTP_WHOLE, 0, 100, false}},
    {"match: any", {.if_match = "*"}, {HTTP_WHOLE, 0, 100, false}},
    {"match: a weak tag is none", {.if_match = "W/\"a\""}, {HTTP_FAILED, 0, 0, false}},
    {"match: another", {.if_match = "\"b\""}, {HTTP_FAILED, 0, 0, false}},
    {"unmodified since: yes", {.if_unmodified_since = SAME}, {HTTP_WHOLE, 0, 100, false}},
    {"unmodified since: no", {.if_unmodified_since = OLD}, {HTTP_FAILED, 0, 0, false}},
    {"unmodified since: no date", {.if_unmodified_since = "x"}, {HTTP_FAILED, 0, 0, false}},
    {"match goes before unmodified", {.if_match = "\"a\"", .if_unmodified_since = OLD},
	{HTTP_WHOLE, 0, 100, false}},
    {"a failure goes before unchanged", {.if_match = "\"b\"", .if_none_match = "\"a\""},
	{HTTP_FAILED, 0, 0, false}},
    {"a range", {.range = "bytes=10-19"}, {HTTP_PIECE, 10, 10, false}},
    {"a range that is none", {.range = "bytes=x"}, {HTTP_WHOLE, 0, 100, false}},
    {"a range behind the end", {.range = "bytes=100-"}, {HTTP_NO_RANGE, 0, 0, false}},
    {"a range, going on", {.range = "bytes=10-", .if_range = "\"a\""}, {HTTP_PIECE, 10, 90, true}},
    {"a range, going on with another", {.range = "bytes=10-", .if_range = "\"b\""},
	{HTTP_WHOLE, 0, 100, false}},
    {"a range, going on by a weak tag", {.range = "bytes=10-", .if_range = "W/\"a\""},
	{HTTP_WHOLE, 0, 100, false}},
    {"a range, going on by a date", {.range = "bytes=10-", .if_range = SAME},
	{HTTP_WHOLE, 0, 100, false}},
    {"behind the end of another: all of this", {.range = "bytes=100-", .if_range = "\"b\""},
	{HTTP_WHOLE, 0, 100, false}},
    {"unchanged goes before a range", {.if_none_match = "\"a\"", .range = "bytes=10-"},
	{HTTP_UNCHANGED, 0, 0, false}},
    {"going on, without a range", {.if_range = "\"a\""}, {HTTP_WHOLE, 0, 100, false}},
};

static void
test_dates(void)
{
	char text[HTTP_DATE_MAX];

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		int64_t at = -1;
		int rc = http_date_parse(&at, dates[i].text);

		CHECK(at == dates[i].want && rc == (at < 0 ? -ERR_FORMAT : 0), "date '%s'",
		    dates[i].text);
	}
	http_date_text(text, LATEST);
	CHECK(!strcmp(text, SAME), "a date is written: %s", text);
}

int
main(void)
{
	static const struct http_thing thing = {"\"a\"", LATEST, 100};

	for (size_t i = 0; i < sizeof(etags) / sizeof(etags[0]); i++) {
		const struct etag_row *r = &etags[i];

		CHECK(http_etag_listed(r->list, "\"a\"", false) == r->strong &&
			  http_etag_listed(r->list, "\"a\"", true) == r->weak,
		    "tag: %s", r->about);
	}
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		const struct range_row *r = &ranges[i];
		uint64_t from = 0, len = 0;
		int rc = http_range_parse(r->text, r->size, &from, &len);

		CHECK(rc == r->rc && (rc <= 0 || (from == r->from && len == r->len)), "range: %s",
		    r->about);
	}
	test_dates();
	for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++) {
		const struct decide_row *r = &decisions[i];
		struct http_outcome o = http_decide(&r->asked, &thing);

		CHECK(o.verdict == r->want.verdict && o.from == r->want.from &&
			  o.len == r->want.len && o.is_continued == r->want.is_continued,
		    "%s", r->about);
	}
	return test_end();
}
