#include "control/pull.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

static int
nameless(const struct store *s)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/spool", store_dir(s));
	fd = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

static int
open_files(struct pull_files *f, int *read_fd, const struct store *s)
{
	int pipes[2];

	*f = (struct pull_files){-1, -1, -1, -1, -1};
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return -errno;
	*read_fd = pipes[0];
	f->reply_fd = pipes[1];
	if (fcntl(*read_fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	f->out_fd = nameless(s);
	f->raw_fd = nameless(s);
	f->spill_fd = nameless(s);
	f->body_fd = nameless(s);
	if (f->out_fd < 0 || f->raw_fd < 0 || f->spill_fd < 0 || f->body_fd < 0)
		return f->body_fd < 0 ? f->body_fd : -EMFILE;
	return 0;
}

static void
close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

int
pull_fork(struct pull *p, const struct store *store, pull_fn *run, const void *task)
{
	struct pull_files f;
	pid_t parent = getpid();
	int rc;

	*p = (struct pull){-1, -1, -1};
	rc = open_files(&f, &p->reply_fd, store);
	if (rc == 0) {
		p->pid = fork();
		rc = p->pid < 0 ? -errno : 0;
	}
	if (rc == 0 && p->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		prctl(PR_SET_NAME, "cordond-pull");
		run(task, &f);
	}
	close_fd(f.reply_fd);
	close_fd(f.raw_fd);
	close_fd(f.spill_fd);
	close_fd(f.body_fd);
	if (rc == 0) {
		p->out_fd = f.out_fd;
		return 0;
	}
	close_fd(f.out_fd);
	close_fd(p->reply_fd);
	return rc;
}

static void
run(const void *task, const struct pull_files *files)
{
	pull_run(task, files);
}

int
pull_start(struct pull *p, const struct pull_task *task)
{
	return pull_fork(p, task->store, run, task);
}
