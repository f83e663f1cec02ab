#include "base/priv.h"

#include "base/err.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int
result(int rc)
{
	return rc < 0 ? errno : 0;
}

static void *
nothing(void *arg)
{
	return arg;
}

static int
try_open(void)
{
	return result(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int
try_thread(void)
{
	pthread_t t;
	int rc = pthread_create(&t, NULL, nothing, NULL);

	return rc ? rc : pthread_join(t, NULL);
}

static void *
wait_forever(void *arg)
{
	pause();
	return arg;
}

static int
try_cancel(void)
{
	pthread_t t;
	int rc = pthread_create(&t, NULL, wait_forever, NULL);

	return rc || pthread_cancel(t) || pthread_join(t, NULL);
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return result(pid);
}

static int
try_exec(void)
{
	char *const argv[] = {(char[]){"true"}, NULL};

	return result(execv("/bin/true", argv));
}

static int
try_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int
try_unix(void)
{
	return result(socket(AF_UNIX, SOCK_DGRAM, 0));
}

static int
try_packet(void)
{
	return result(socket(AF_PACKET, SOCK_RAW, 0));
}

static int
try_listen(void)
{
	struct sockaddr sa = {.sa_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return fd < 0 ? -1 : result(bind(fd, &sa, sizeof(sa)));
}

static int
try_mount(void)
{
	return result(mount("none", "/nowhere", "tmpfs", 0, NULL));
}

static int
try_verify(void)
{
	return -priv_verify(NULL, true);
}

static const struct {
	const char *about;
	int (*call)(void);
	int want, want_signal;
} cases[] = {
    {"a list file is opened", try_open, 0, 0},
    {"a thread is started", try_thread, 0, 0},
    {"a thread is cancelled", try_cancel, 0, 0},
    {"the service manager is told", try_unix, 0, 0},
    {"the kernel reports the filter", try_verify, 0, 0},
    {"no other process", try_fork, EPERM, 0},
    {"no new code", try_code, EPERM, 0},
    {"no packet socket", try_packet, EPERM, 0},
    {"no new listener", try_listen, EPERM, 0},
    {"no mount", try_mount, EPERM, 0},
    {"another program kills", try_exec, 0, SIGSYS},
};

/* The exit status of call() behind the filter; -1 when a signal ended it. */
static int
behind_filter(int (*call)(void), int *signal)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(priv_filter() < 0 ? 200 : call());
	*signal = 0;
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	if (WIFSIGNALED(status))
		*signal = WTERMSIG(status);
	return WIFSIGNALED(status) ? -1 : WEXITSTATUS(status);
}

/* In a child: a second thread that was there before must lose everything too. */
static int
drop(void)
{
	struct priv p;
	pthread_t t;

	if (priv_find(&p, "nobody", NULL) < 0 || pthread_create(&t, NULL, wait_forever, NULL) != 0)
		return 1;
	if (priv_verify(&p, false) != -ERR_REFUSED)
		return 2; /* still root */
	if (priv_drop(&p) < 0)
		return 3;
	if (priv_verify(&p, false) < 0)
		return 4;
	if (priv_verify(&p, true) != -ERR_REFUSED)
		return 5; /* no filter yet */
	if (priv_filter() < 0)
		return 6;
	if (priv_verify(&p, true) < 0)
		return 7;
	return setuid(0) == 0 ? 8 : 0;
}

int
main(void)
{
	struct priv p;
	int got, signal;

	CHECK(priv_find(&p, "no-such-user-here", NULL) == -ERR_UNKNOWN, "unknown user");
	CHECK(priv_find(&p, "nobody", "no-such-group") == -ERR_UNKNOWN, "unknown group");
	CHECK(priv_find(&p, "root", NULL) == -ERR_REFUSED, "root is no user to change to");
	CHECK(priv_find(&p, "nobody", "daemon") == 0 && p.uid && p.gid, "a user and a group");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		got = behind_filter(cases[i].call, &signal);
		CHECK(signal == cases[i].want_signal && (signal || got == cases[i].want),
		    "%s (status %d, signal %d)", cases[i].about, got, signal);
	}
	if (geteuid() == 0) {
		pid_t pid = fork();
		int status = -1;

		if (pid == 0)
			_exit(drop());
		waitpid(pid, &status, 0);
		CHECK(status == 0, "every thread drops (status %d)", WEXITSTATUS(status));
	}
	return test_end();
}
