#include "base/progress.h"

#include "tests/test.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static char got[4096];

/* Runs one step with standard error on fd. */
static void
one_step(int fd, uint64_t total, uint64_t done, int64_t next_ns)
{
	int saved = dup(STDERR_FILENO);
	struct progress p;

	dup2(fd, STDERR_FILENO);
	progress_start(&p, "names", total);
	p.next_ns = next_ns;
	progress_step(&p, done);
	progress_end(&p);
	dup2(saved, STDERR_FILENO);
	close(saved);
}

/* A terminal hands on its bytes when it likes: reads until the line's removal, or the end. */
static void
read_got(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(got) - 1 && poll(&p, 1, 1000) > 0) {
		n = read(fd, got + len, sizeof(got) - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (len >= 4 && memcmp(got + len - 4, "\r\033[K", 4) == 0)
			break;
	}
	got[len] = '\0';
}

static void
test_no_terminal(void)
{
	int ends[2];

	if (pipe(ends) < 0)
		exit(2);
	one_step(ends[1], 100, 50, 0);
	close(ends[1]);
	read_got(ends[0]);
	close(ends[0]);
	CHECK(got[0] == '\0', "no terminal: nothing is written");
}

static const struct {
	const char *about;
	uint64_t total, done;
	const char *want;
} cases[] = {
    {"half", 100, 50, "names [###############               ]  50%  "},
    {"nothing yet", 100, 0, "names [                              ]   0%  0/s\033[K"},
    {"all", 100, 100, "names [##############################] 100%  "},
    {"more than was announced", 100, 300, "names [##############################] 100%  "},
    {"large", UINT64_MAX, UINT64_MAX, "names [##############################] 100%  "},
    {"unknown total", 0, 1234, "names  1234  "},
};

static void
test_terminal(int master, int slave)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		one_step(slave, cases[i].total, cases[i].done, 0);
		read_got(master);
		CHECK(strstr(got, cases[i].want), "terminal: %s", cases[i].about);
		CHECK(strlen(got) > 4 && strcmp(got + strlen(got) - 4, "\r\033[K") == 0,
		    "terminal: %s, the line is removed", cases[i].about);
	}
	one_step(slave, 100, 50, INT64_MAX);
	read_got(master);
	CHECK(strstr(got, "names") == NULL, "terminal: too early, no line");
}

int
main(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	struct termios raw;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return 2;
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	if (slave < 0 || tcgetattr(slave, &raw) < 0)
		return 2;
	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
	test_no_terminal();
	test_terminal(master, slave);
	return test_end();
}
