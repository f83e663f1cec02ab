#include "base/log.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int saved_stderr, from;
static char got[8192];

static void
capture_begin(void)
{
	int ends[2];

	saved_stderr = dup(STDERR_FILENO);
	if (saved_stderr < 0 || pipe(ends) < 0 || dup2(ends[1], STDERR_FILENO) < 0)
		exit(2);
	close(ends[1]);
	from = ends[0];
}

static void
capture_end(void)
{
	ssize_t n;
	size_t len = 0;

	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	while ((n = read(from, got + len, sizeof(got) - 1 - len)) > 0)
		len += (size_t)n;
	got[len] = '\0';
	close(from);
}

/* Whether got is a time as in 2026-11-21T08:00:00Z, a space and then rest. */
static bool
is_timed(const char *rest)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ ";

	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? got[i] < '0' || got[i] > '9' : got[i] != shape[i])
			return false;
	return strcmp(got + strlen(shape), rest) == 0;
}

static const struct {
	const char *about, *value, *want;
} lines[] = {
    {"plain", "50000", "notice list-loaded feed=c names=50000\n"},
    {"a line feed cannot forge a line", "1\nx", "notice list-loaded feed=c names=1?x\n"},
    {"escapes do not reach a terminal", "\033[2J\x7f", "notice list-loaded feed=c names=?[2J?\n"},
    {"UTF-8 stays", "\xc3\xa9", "notice list-loaded feed=c names=\xc3\xa9\n"},
};

static void
test_lines(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		capture_begin();
		log_event(LOG_LEVEL_NOTICE, "list-loaded", "feed=%s names=%s", "c", lines[i].value);
		capture_end();
		CHECK(is_timed(lines[i].want), "line: %s", lines[i].about);
	}
	capture_begin();
	log_event(LOG_LEVEL_ERROR, "stopped", "%s", "");
	capture_end();
	CHECK(is_timed("error stopped\n"), "line: no values, no space at the end");
}

static void
test_long_line(void)
{
	static char value[6000];

	memset(value, 'v', sizeof(value) - 1);
	capture_begin();
	log_event(LOG_LEVEL_NOTICE, "long", "v=%s", value);
	log_event(LOG_LEVEL_NOTICE, "next", "n=%d", 1);
	capture_end();
	CHECK(strlen(got) > 2000 && strlen(got) < 4096, "a long line is cut");
	CHECK(strstr(got, "v\n2") && strstr(got, "next n=1\n"), "and still ends in a line feed");
}

static void
test_journal(void)
{
	setenv("JOURNAL_STREAM", "9:12345", 1);
	capture_begin();
	log_event(LOG_LEVEL_ERROR, "stopped", "a=%d", 1);
	log_event(LOG_LEVEL_NOTICE, "list-loaded", "a=%d", 2);
	capture_end();
	unsetenv("JOURNAL_STREAM");
	CHECK(strcmp(got, "<3>stopped a=1\n<5>list-loaded a=2\n") == 0, "under systemd");
}

static void
test_levels(void)
{
	static const char *const names[] = {"error", "warning", "notice", "info", "debug"};
	const char *at = got;

	for (int i = 0; i < 5; i++)
		CHECK(log_level_parse(names[i]) == i, "level %s", names[i]);
	CHECK(log_level_parse("Error") == -ERR_UNKNOWN, "level names are lower case");
	CHECK(log_level_parse("") == -ERR_UNKNOWN, "no empty level");

	setenv("JOURNAL_STREAM", "9:12345", 1);
	capture_begin();
	for (int most = LOG_LEVEL_ERROR; most <= LOG_LEVEL_DEBUG; most++) {
		log_set_level((enum log_level)most);
		for (int i = LOG_LEVEL_ERROR; i <= LOG_LEVEL_DEBUG; i++)
			log_event((enum log_level)i, "e", "m=%d", most);
	}
	capture_end();
	unsetenv("JOURNAL_STREAM");
	log_set_level(LOG_LEVEL_NOTICE);
	for (int most = 0; most < 5; most++)
		for (int i = 0; i <= most; i++) {
			char want[32];

			snprintf(want, sizeof(want), "<%d>e m=%d\n", i + 3, most);
			CHECK(strncmp(at, want, strlen(want)) == 0, "up to %s: %s", names[most],
			    names[i]);
			at += strlen(want);
		}
	CHECK(*at == '\0', "and nothing above the level");
}

static void
test_limited(void)
{
	struct log_limit limit = {0};

	capture_begin();
	log_limited(&limit, LOG_LEVEL_NOTICE, "refused", "from=%s", "a");
	capture_end();
	CHECK(is_timed("notice refused from=a\n"), "limited: the first is written");
	CHECK(limit.next_ns > 0, "limited: the next has a time");

	limit.next_ns = INT64_MAX;
	capture_begin();
	for (int i = 0; i < 3; i++)
		log_limited(&limit, LOG_LEVEL_NOTICE, "refused", "from=%s", "b");
	log_limited(&limit, LOG_LEVEL_DEBUG, "refused", "from=%s", "debug");
	capture_end();
	CHECK(got[0] == '\0', "limited: too early, nothing is written");
	CHECK(limit.left_out == 3, "limited: what no level lets through is not counted");

	limit.next_ns = 0;
	capture_begin();
	log_limited(&limit, LOG_LEVEL_NOTICE, "refused", "from=%s", "c");
	capture_end();
	CHECK(is_timed("notice refused left_out=3 from=c\n"), "limited: says what was left out");
	CHECK(limit.left_out == 0, "limited: and counts anew");
}

static void
test_die(void)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	capture_begin();
	child = fork();
	if (child == 0)
		die("no %s", "hugepages");
	waitpid(child, &status, 0);
	capture_end();
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1, "die: status 1");
	CHECK(strcmp(got, "log_test: no hugepages\n") == 0, "die: program and text");
}

int
main(void)
{
	unsetenv("JOURNAL_STREAM");
	test_lines();
	test_long_line();
	test_journal();
	test_levels();
	test_limited();
	test_die();
	return test_end();
}
