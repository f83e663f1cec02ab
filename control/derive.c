#include "control/derive.h"

#include "base/err.h"
#include "control/derive_run.h"
#include "control/store_file.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int
derive_origin(uint8_t out[NAME_LEN_MAX], const struct hub_options *o, const struct hub_feed *feed,
    const char *suffix)
{
	uint8_t name[NAME_LEN_MAX];
	size_t label = strlen(DERIVE_LABEL), relative, own, at = 0;
	int len = name_from_text(name, suffix, strlen(suffix));

	if (len < 0)
		return len;
	relative = (size_t)len - 1;
	own = feed->origin_len - o->domain_len; /* of the feed's label */
	if (relative + own + 1 + label + o->domain_len > NAME_LEN_MAX)
		return -ERR_NAME;
	memcpy(out, name, relative);
	at = relative;
	memcpy(out + at, feed->origin, own);
	at += own;
	out[at++] = (uint8_t)label;
	memcpy(out + at, DERIVE_LABEL, label);
	at += label;
	memcpy(out + at, o->domain, o->domain_len);
	return (int)(at + o->domain_len);
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
derive_close(struct derive *d)
{
	close_fd(&d->end_fd);
	close_fd(&d->report_fd);
	close_fd(&d->out_fd);
}

int
derive_start(struct derive *d, const struct derive_task *task)
{
	pid_t parent = getpid();
	int rc = 0;

	*d = (struct derive){-1, -1, -1, -1};
	d->out_fd = store_file_nameless(task->store);
	d->report_fd = d->out_fd < 0 ? d->out_fd : store_file_nameless(task->store);
	if (d->report_fd < 0)
		rc = d->report_fd;
	if (rc == 0) {
		d->pid = fork();
		rc = d->pid < 0 ? -errno : 0;
	}
	if (rc == 0 && d->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		derive_run(task, d);
	}
	if (rc == 0) {
		d->end_fd = pidfd_open(d->pid, 0);
		if (d->end_fd < 0) {
			rc = -errno;
			kill(d->pid, SIGKILL);
			waitpid(d->pid, NULL, 0);
		}
	}
	if (rc < 0)
		derive_close(d);
	return rc;
}
