#include "control/lookup.h"

#include "base/date.h"
#include "tests/test.h"

#include <stdlib.h>
#include <unistd.h>

static const char list[] = "name,from,until,action,comment\n"
			   "listed.example,,,,on sight\n"
			   "pass.listed.example,,,pass,\n"
			   "may.ws,2009-05-15,2009-05-16,nxdomain,\n";

static const struct {
	const char *about, *day;
	char *names[3];
	enum lookup_exit status;
	const char *want; /* PATH stands for the list's */
} cases[] = {
    {"a listed name", "2009-05-15", {"listed.example"}, LOOKUP_LISTED,
	"listed.example: PATH: entry listed.example, always, the feed's action, on sight\n"},
    {"a name below it, in capitals", "2009-05-15", {"A.LISTED.example."}, LOOKUP_LISTED,
	"a.listed.example: PATH: entry listed.example, always, the feed's action, on sight\n"},
    {"a name that only ends alike", "2009-05-15", {"unlisted.example"}, LOOKUP_NOT,
	"unlisted.example: not listed\n"},
    {"an exception", "2009-05-15", {"pass.listed.example"}, LOOKUP_NOT,
	"pass.listed.example: PATH: entry listed.example, always, the feed's action, on sight\n"
	"pass.listed.example: PATH: entry pass.listed.example, always, pass\n"
	"pass.listed.example: an exception\n"},
    {"the window's day", "2009-05-15", {"may.ws"}, LOOKUP_LISTED,
	"may.ws: PATH: entry may.ws, 2009-05-15/2009-05-16, nxdomain\n"},
    {"the day after", "2009-05-16", {"may.ws"}, LOOKUP_NOT,
	"may.ws: PATH: entry may.ws, 2009-05-15/2009-05-16, not in force, nxdomain\n"
	"may.ws: not listed\n"},
    {"one of two names", "2009-05-15", {"may.ws", "june.ws"}, LOOKUP_NOT,
	"may.ws: PATH: entry may.ws, 2009-05-15/2009-05-16, nxdomain\njune.ws: not listed\n"},
    {"no name at all", "2009-05-15", {"a..b"}, LOOKUP_ERROR, ""},
};

/* Whether got is want with path for each PATH. */
static int
is_same(const char *got, const char *want, const char *path)
{
	while (*want) {
		size_t n = strlen(path);

		if (strncmp(want, "PATH", 4) == 0) {
			if (strncmp(got, path, n) != 0)
				return 0;
			got += n;
			want += 4;
		} else if (*got++ != *want++) {
			return 0;
		}
	}
	return *got == '\0';
}

static void
run_case(size_t i, char *path)
{
	struct lookup l = {.program = "test",
	    .name = (char **)(uintptr_t)cases[i].names,
	    .list = &path,
	    .lists_n = 1};
	char *got = NULL;
	size_t len;
	enum lookup_exit status;

	while (l.names_n < 3 && cases[i].names[l.names_n])
		l.names_n++;
	date_parse(&l.day, cases[i].day, strlen(cases[i].day));
	l.to = open_memstream(&got, &len);
	status = lookup_lists(&l);
	fclose(l.to);
	CHECK(status == cases[i].status, "%s: status", cases[i].about);
	CHECK(is_same(got, cases[i].want, path), "%s: text", cases[i].about);
	free(got);
}

int
main(void)
{
	char path[] = "/tmp/lookup-test.XXXXXX", *none = (char[]){"/nowhere/list.csv"};
	char *name = (char[]){"listed.example"};
	struct lookup l = {.program = "test",
	    .name = &name,
	    .names_n = 1,
	    .list = &none,
	    .lists_n = 1,
	    .to = stdout};
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, list, sizeof(list) - 1) < 0)
		return 1;
	close(fd);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_case(i, path);
	CHECK(lookup_lists(&l) == LOOKUP_ERROR, "a list that is not there");
	unlink(path);
	return test_end();
}
