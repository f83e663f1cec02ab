#include "control/confine.h"

#include "base/priv.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int
by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Everything goes that is not named: the database, sockets, the journal of whoever started. */
static void
close_others(int *keep, size_t n)
{
	int from = 3;

	if (n)
		qsort(keep, n, sizeof(*keep), by_number);
	for (size_t i = 0; i < n; i++) {
		if (keep[i] > from)
			close_range((unsigned)from, (unsigned)keep[i] - 1, 0);
		from = keep[i] + 1 > from ? keep[i] + 1 : from;
	}
	close_range((unsigned)from, ~0u, 0);
}

static int
limit(int what, rlim_t most)
{
	struct rlimit r = {most, most};

	return setrlimit(what, &r) < 0 ? -errno : 0;
}

/* Address space that is there already: the index of protected names reserves far more than it
 * uses. */
static rlim_t
mapped(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	if (f && fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

int
confine(int *keep, size_t n, const struct confine_limits *l)
{
	int rc;

	close_others(keep, n);
	rc = limit(RLIMIT_CORE, 0);
	rc = rc < 0 ? rc : limit(RLIMIT_CPU, l->cpu_s);
	rc = rc < 0 ? rc : limit(RLIMIT_FSIZE, l->file_bytes);
	rc = rc < 0 ? rc : limit(RLIMIT_AS, mapped() + l->memory_bytes);
	return rc < 0 || !l->jail ? rc : priv_jail();
}

int
confine_fork(pid_t *pid, int *end_fd)
{
	pid_t parent = getpid();
	int rc;

	*pid = fork();
	if (*pid < 0)
		return -errno;
	if (*pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		return 1;
	}
	*end_fd = pidfd_open(*pid, 0);
	if (*end_fd >= 0)
		return 0;
	rc = -errno;
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	return rc;
}
