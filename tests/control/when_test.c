#include "control/when.h"

#include "base/err.h"
#include "tests/test.h"

#define NOW 1796169600

/* clang-format off */
static const struct {
	const char *text;
	int64_t want; /* -1: no time */
} cases[] = {
	{"now", NOW},
	{"0", 0},
	{"1796169601", 1796169601},
	{"2026-12-02", NOW},
	{"2026-12-02T00:00:01Z", NOW + 1},
	{"+1s", NOW + 1},
	{"-2m", NOW - 120},
	{"+3h", NOW + 10800},
	{"-4d", NOW - 345600},
	{"+14", -1},
	{"+1w", -1},
	{"+1dd", -1},
	{"12x", -1},
	{"", -1},
	{"-1", -1},
	{"+99999999999999999999d", -1},
	{"+9999999d", -1},
	{"2026-02-30", -1},
	{"2026-12-02T24:00:00Z", -1},
	{"2026-12-02T00:00:00", -1},
	{"2026-12-02T00:00:00Zx", -1},
	{"2026-12-02 00:00:00Z", -1},
};
/* clang-format on */

int
main(void)
{
	char text[WHEN_TEXT_MAX];
	int64_t t;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc = when_parse(&t, cases[i].text, NOW);

		CHECK(cases[i].want < 0 ? rc == -ERR_DATE : rc == 0 && t == cases[i].want, "`%s'",
		    cases[i].text);
	}
	CHECK(!strcmp(when_text(text, NOW + 3661), "2026-12-02T01:01:01Z"), "%s", text);
	CHECK(!strcmp(when_text(text, -5), "-5"), "%s", text);
	return test_end();
}
