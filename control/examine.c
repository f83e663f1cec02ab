#include "control/examine.h"

#include "control/examine_run.h"
#include "control/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static int
open_files(struct examine_files *f, int *read_fd, const struct store *s)
{
	int pipes[2];

	*f = (struct examine_files){-1, -1, -1, -1, -1};
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return -errno;
	*read_fd = pipes[0];
	f->verdict_fd = pipes[1];
	if (fcntl(*read_fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	f->out_fd = store_file_nameless(s);
	f->spill_fd = f->out_fd < 0 ? f->out_fd : store_file_nameless(s);
	f->scratch_fd = f->spill_fd < 0 ? f->spill_fd : store_file_nameless(s);
	f->body_fd = f->scratch_fd < 0 ? f->scratch_fd : store_file_nameless(s);
	return f->body_fd < 0 ? f->body_fd : 0;
}

static void
close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

int
examine_start(struct examine *e, const struct examine_task *task)
{
	struct examine_files f;
	pid_t parent = getpid();
	int rc;

	*e = (struct examine){-1, -1, -1};
	rc = open_files(&f, &e->verdict_fd, task->store);
	if (rc == 0) {
		e->pid = fork();
		rc = e->pid < 0 ? -errno : 0;
	}
	if (rc == 0 && e->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		examine_run(task, &f);
	}
	close_fd(f.verdict_fd);
	close_fd(f.spill_fd);
	close_fd(f.scratch_fd);
	close_fd(f.body_fd);
	if (rc == 0) {
		e->out_fd = f.out_fd;
		return 0;
	}
	close_fd(f.out_fd);
	close_fd(e->verdict_fd);
	return rc;
}
