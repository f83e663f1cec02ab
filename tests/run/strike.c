/* strike.c - runs a program and kills one of its processes as kill -9 does, at the n-th of the
 * calls with which it changes something: files, names, what goes to a socket or a pipe.
 *
 *   strike FOLDER COMMAND...
 *
 * On SIGUSR1 it writes to FOLDER/calls how many such calls there were since the last one, reads
 * FOLDER/arm ("NAME N": the N-th call of processes of this name from now on is not made, its
 * process dies; N = 0: only count) and removes it.  Of a death it writes the call's name to
 * FOLDER/killed. TERM, INT and HUP go to the program, whose exit status it ends with; killed
 * itself, it takes all with it.  Standard streams do not count, nor do calls that only wait or
 * read. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS                                                                                   \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
	    PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)
#define NAME_MAX_COMM 16

enum kind {
	ON_FD,  /* counts unless its first argument is a standard stream */
	ALWAYS, /* has no such argument */
	OPEN_2, /* counts if the second argument has flags that make a file */
	OPEN_3  /* the third */
};

static const struct {
	long call;
	const char *name;
	enum kind kind;
} calls[] = {
#define ROW(call, kind)                 \
	{                               \
		SYS_##call, #call, kind \
	}
    ROW(write, ON_FD),
    ROW(pwrite64, ON_FD),
    ROW(writev, ON_FD),
    ROW(pwritev, ON_FD),
    ROW(fsync, ON_FD),
    ROW(fdatasync, ON_FD),
    ROW(syncfs, ON_FD),
    ROW(ftruncate, ON_FD),
    ROW(fallocate, ON_FD),
    ROW(sendto, ON_FD),
    ROW(sendmsg, ON_FD),
    ROW(sendmmsg, ON_FD),
    ROW(openat, OPEN_3),
    ROW(renameat2, ALWAYS),
    ROW(linkat, ALWAYS),
    ROW(unlinkat, ALWAYS),
    ROW(mkdirat, ALWAYS),
#ifdef SYS_rename
    ROW(open, OPEN_2),
    ROW(rename, ALWAYS),
    ROW(link, ALWAYS),
    ROW(unlink, ALWAYS),
    ROW(mkdir, ALWAYS),
    ROW(rmdir, ALWAYS),
#endif
#undef ROW
};

static const char *folder;
static volatile sig_atomic_t is_asked, to_pass_on;

static void
take_signal(int sig)
{
	if (sig == SIGUSR1)
		is_asked = 1;
	else
		to_pass_on = sig;
}

struct strike {
	char name[NAME_MAX_COMM + 1]; /* "": nobody's calls count */
	unsigned long at, n;
};

/* Writes a file of the folder, whole. */
static void
note(const char *name, const char *fmt, ...)
{
	char path[PATH_MAX], temporary[PATH_MAX + 8];
	va_list ap;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	f = fopen(temporary, "w");
	if (!f)
		return;
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fclose(f);
	rename(temporary, path);
}

static void
arm(struct strike *s)
{
	char path[PATH_MAX];
	FILE *f;

	is_asked = 0;
	note("calls", "%lu\n", s->n);
	memset(s, 0, sizeof(*s));
	snprintf(path, sizeof(path), "%s/arm", folder);
	f = fopen(path, "r");
	if (f && fscanf(f, "%16s %lu", s->name, &s->at) != 2)
		s->name[0] = '\0';
	if (f)
		fclose(f);
	unlink(path);
}

/* The process that a thread belongs to, and whether it has this name. */
static pid_t
process_of(pid_t tid, const char *name)
{
	char path[64], line[256];
	pid_t pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	f = fopen(path, "r");
	while (f && !pid && fgets(line, sizeof(line), f))
		if (strncmp(line, "Tgid:", 5) == 0)
			pid = (pid_t)atol(line + 5);
	if (f)
		fclose(f);
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	f = fopen(path, "r");
	if (!f || !fgets(line, sizeof(line), f))
		pid = 0;
	if (f)
		fclose(f);
	line[strcspn(line, "\n")] = '\0';
	return pid && strcmp(line, name) == 0 ? pid : 0;
}

/* The call's name if it changes something, or NULL. */
static const char *
changes(const struct __ptrace_syscall_info *i)
{
	const uint64_t *arg = i->entry.args;

	for (size_t k = 0; k < sizeof(calls) / sizeof(calls[0]); k++) {
		bool counts = calls[k].kind == ALWAYS;

		if (calls[k].call != (long)i->entry.nr)
			continue;
		if (calls[k].kind == ON_FD)
			counts = (int)arg[0] > 2;
		else if (calls[k].kind == OPEN_2 || calls[k].kind == OPEN_3)
			counts = arg[calls[k].kind == OPEN_2 ? 1 : 2] &
				 (O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY));
		return counts ? calls[k].name : NULL;
	}
	return NULL;
}

static void
look_at_call(struct strike *s, pid_t tid)
{
	struct __ptrace_syscall_info info;
	const char *name;
	pid_t pid;

	if (!*s->name || ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	name = changes(&info);
	pid = name ? process_of(tid, s->name) : 0;
	if (!pid || ++s->n != s->at)
		return;
	/* A call at whose entry its process dies is not made. */
	kill(pid, SIGKILL);
	note("killed", "%s\n", name);
	s->at = 0;
}

static void
look_at(struct strike *s, pid_t tid, int status)
{
	int sig = WSTOPSIG(status);

	if (!WIFSTOPPED(status))
		return;
	if (sig == (SIGTRAP | 0x80)) {
		look_at_call(s, tid);
		sig = 0;
	} else if (status >> 16) { /* a fork, an exec, a new process that stands ready */
		sig = 0;
	}
	ptrace(PTRACE_SYSCALL, tid, 0, sig);
}

static int
watch(pid_t program)
{
	struct strike s = {0};
	int status, result = 1;

	for (;;) {
		pid_t tid = waitpid(-1, &status, __WALL);

		if (tid < 0 && errno != EINTR)
			return result;
		if (is_asked)
			arm(&s);
		if (to_pass_on)
			kill(program, to_pass_on);
		to_pass_on = 0;
		if (tid == program && WIFEXITED(status))
			result = WEXITSTATUS(status);
		else if (tid == program && WIFSIGNALED(status))
			result = 128 + WTERMSIG(status);
		if (tid > 0)
			look_at(&s, tid, status);
	}
}

int
main(int argc, char **argv)
{
	static const int signals[] = {SIGUSR1, SIGTERM, SIGINT, SIGHUP};
	struct sigaction take = {.sa_handler = take_signal};
	int go[2];
	char byte;
	pid_t pid;

	if (argc < 3 || pipe2(go, O_CLOEXEC) < 0)
		return 2;
	folder = argv[1];
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		if (read(go[0], &byte, 1) == 1)
			execvp(argv[2], argv + 2);
		_exit(127);
	}
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &take, NULL);
	if (pid < 0 || ptrace(PTRACE_SEIZE, pid, 0, OPTIONS) < 0) {
		perror("strike: ptrace");
		return 2;
	}
	/* Its own calls up to the exec run free: nobody has armed anything yet. */
	if (write(go[1], "", 1) != 1)
		return 2;
	close(go[1]);
	return watch(pid);
}
