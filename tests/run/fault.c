/* fault.c - preloaded into a program: at the FAULT_AT-th call that changes a file, counted from
 * the start, the process is killed as by kill -9, or with FAULT_ERROR=ENOSPC that call and all
 * later ones fail.  Forked processes do not count on.  FAULT_COUNT=FILE: at its end the process
 * writes there how many calls it made. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long calls, at;
static pid_t self;
static int fails;

__attribute__((constructor)) static void
begin(void)
{
	const char *text = getenv("FAULT_AT");

	at = text ? atol(text) : 0;
	self = getpid();
	fails = getenv("FAULT_ERROR") != NULL;
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("FAULT_COUNT");
	FILE *f = path && getpid() == self ? fopen(path, "w") : NULL;

	if (f) {
		fprintf(f, "%ld\n", calls);
		fclose(f);
	}
}

/* Whether the call is to fail. */
static int
is_due(void)
{
	if (getpid() != self)
		return 0;
	calls++;
	if (at && calls == at && !fails)
		kill(self, SIGKILL);
	if (!at || calls < at || !fails)
		return 0;
	errno = ENOSPC;
	return 1;
}

#define NEXT(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

ssize_t
write(int fd, const void *buf, size_t n)
{
	return fd > 2 && is_due() ? -1 : NEXT(write)(fd, buf, n);
}

ssize_t
pwrite64(int fd, const void *buf, size_t n, off64_t off)
{
	return is_due() ? -1 : NEXT(pwrite64)(fd, buf, n, off);
}

ssize_t
pwrite(int fd, const void *buf, size_t n, off_t off)
{
	return is_due() ? -1 : NEXT(pwrite)(fd, buf, n, off);
}

int
fsync(int fd)
{
	return is_due() ? -1 : NEXT(fsync)(fd);
}

int
fdatasync(int fd)
{
	return is_due() ? -1 : NEXT(fdatasync)(fd);
}

int
syncfs(int fd)
{
	return is_due() ? -1 : NEXT(syncfs)(fd);
}

int
rename(const char *from, const char *to)
{
	return is_due() ? -1 : NEXT(rename)(from, to);
}

int
unlink(const char *path)
{
	return !fails && is_due() ? -1 : NEXT(unlink)(path);
}

int
mkdir(const char *path, mode_t mode)
{
	return is_due() ? -1 : NEXT(mkdir)(path, mode);
}

int
ftruncate64(int fd, off64_t len)
{
	return is_due() ? -1 : NEXT(ftruncate64)(fd, len);
}
