/* strike.c - runs a program and kills one of its processes as kill -9 does, at the n-th of the
 * calls with which it changes something: files, names, what goes to a socket or a pipe.
 *
 *   strike FOLDER COMMAND...
 *
 * On SIGUSR1 it writes to FOLDER/calls how many such calls there were since the last one, a line
 * "NAME CALLS" for each name of a process, reads FOLDER/arm ("NAME N": the N-th call of processes
 * of this name from now on is not made, its process dies; N = 0: none) and removes it.  Of a death
 * it writes the call's name to FOLDER/killed. TERM, INT and HUP go to the program, whose exit
 * status it ends with; killed itself, it takes all with it.  Standard streams do not count, nor do
 * calls that only wait or read. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
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

#define NAMES 16

struct strike {
	char name[NAME_MAX_COMM + 1]; /* whose process dies */
	unsigned long at;             /* 0: nobody's */
	struct {
		char name[NAME_MAX_COMM + 1];
		unsigned long calls;
	} seen[NAMES]; /* up to the first without a name */
};

/* Writes a file of the folder, whole. */
static void
note(const char *name, const char *text)
{
	char path[PATH_MAX], temporary[PATH_MAX + 8];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	f = fopen(temporary, "w");
	if (!f)
		return;
	fputs(text, f);
	fclose(f);
	rename(temporary, path);
}

static void
note_calls(const struct strike *s)
{
	char text[NAMES * 64] = "";
	size_t n = 0;

	for (int i = 0; i < NAMES && *s->seen[i].name; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "%s %lu\n", s->seen[i].name, s->seen[i].calls);
	note("calls", text);
}

static void
arm(struct strike *s)
{
	char path[PATH_MAX];
	FILE *f;

	is_asked = 0;
	note_calls(s);
	memset(s, 0, sizeof(*s));
	snprintf(path, sizeof(path), "%s/arm", folder);
	f = fopen(path, "r");
	if (f && fscanf(f, "%16s %lu", s->name, &s->at) != 2)
		s->at = 0;
	if (f)
		fclose(f);
	unlink(path);
}

/* The process that a thread belongs to, and its name; 0: it is gone. */
static pid_t
process_of(pid_t tid, char name[NAME_MAX_COMM + 1])
{
	char path[64], line[256] = "";
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
	snprintf(name, NAME_MAX_COMM + 1, "%.16s", line);
	return pid;
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

/* Returns the number of this call among those of its name. */
static unsigned long
count(struct strike *s, const char *name)
{
	int i = 0;

	while (i < NAMES - 1 && *s->seen[i].name && strcmp(s->seen[i].name, name) != 0)
		i++;
	strcpy(s->seen[i].name, name);
	return ++s->seen[i].calls;
}

static void
look_at_call(struct strike *s, pid_t tid)
{
	struct __ptrace_syscall_info info;
	char name[NAME_MAX_COMM + 1];
	const char *call;
	unsigned long n;
	pid_t pid;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	call = changes(&info);
	pid = call ? process_of(tid, name) : 0;
	n = pid ? count(s, name) : 0;
	if (!n || n != s->at || strcmp(name, s->name) != 0)
		return;
	/* A call at whose entry its process dies is not made. */
	kill(pid, SIGKILL);
	note("killed", call);
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
