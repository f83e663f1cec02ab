#include "base/err.h"

#include "tests/test.h"

#include <errno.h>

static const struct {
	const char *about;
	int rc;
	const char *want;
} cases[] = {
    {"the first of ours", -ERR_SHORT, "input ends early"},
    {"without its sign", ERR_SHORT, "input ends early"},
    {"the last of ours", -ERR_LIBRARY, "library call failed"},
    {"an errno", -ENOENT, "No such file or directory"},
    {"success", 0, "Success"},
};

/* A code that was added without a text would be strerror's "Unknown error 1003". */
static void
test_each_has_a_text(void)
{
	for (int code = ERR_SHORT; code <= ERR_LIBRARY; code++)
		CHECK(strstr(err_text(-code), "Unknown error") == NULL, "%d has a text", code);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK(strcmp(err_text(cases[i].rc), cases[i].want) == 0, "%s", cases[i].about);
	test_each_has_a_text();
	return test_end();
}
