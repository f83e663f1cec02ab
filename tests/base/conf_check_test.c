#include "base/conf_check.h"

#include "tests/test.h"

static char last[1024];

static void
note(void *ctx, const char *path, unsigned line, const char *text)
{
	unsigned *calls = ctx;

	++*calls;
	snprintf(last, sizeof(last), "%s:%u: %s", path, line, text);
}

int
main(void)
{
	static const struct {
		const char *name;
		bool is_plain;
	} rows[] = {{"conficker-c", true}, {"0-9", true}, {"", true}, {"Upper", false},
	    {"under_score", false}, {"a.b", false}, {"a b", false}, {"\xc3\xa4", false}};
	unsigned calls = 0;
	struct conf_check c = {"x.conf", note, &calls, 0};
	char longer[1024];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		CHECK(
		    conf_is_plain(rows[i].name) == rows[i].is_plain, "plain: \"%s\"", rows[i].name);
	conf_wrong(&c, 7, "\"%s\" is %d", "a", 1);
	CHECK(calls == 1 && c.errors == 1 && !strcmp(last, "x.conf:7: \"a\" is 1"),
	    "a mistake is told and counted");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	conf_wrong(&c, 0, "%s", longer);
	CHECK(calls == 2 && c.errors == 2 && strlen(last) < sizeof(longer),
	    "a text that is too long is cut");
	return test_end();
}
