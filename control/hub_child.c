#include "control/hub_child.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define AGAIN_NS 1000000000

static _Noreturn void
become(const struct hub *h, const struct hub_child *c, hub_child_fn *run, int fd)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, c->name);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(fd, 3) < 0)
		_exit(1);
	close_range(4, ~0u, 0);
	_exit(run(h, 3) < 0);
}

int
hub_child_start(struct hub *h, struct hub_child *c, hub_child_fn *run)
{
	int fds[2], rc = 0, room = 1 << 20; /* a line to it is sent at once or not at all */

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	c->pid = fork();
	if (c->pid == 0)
		become(h, c, run, fds[1]);
	if (c->pid < 0)
		rc = -errno;
	close(fds[1]);
	if (rc < 0) {
		close(fds[0]);
		c->pid = 0;
		return rc;
	}
	c->fd = fds[0];
	c->n = 0;
	c->starts++;
	return 0;
}

void
hub_child_end(struct hub_child *c)
{
	int status = 0;

	if (!c->pid)
		return;
	close(c->fd);
	kill(c->pid, SIGKILL); /* they keep no state */
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	c->pid = 0;
	c->fd = -1;
	c->again_ns = hub_clock_ns() + AGAIN_NS;
}

void
hub_child_keep(struct hub *h, struct hub_child *c, hub_child_fn *run)
{
	int rc;

	if (c->pid || hub_clock_ns() < c->again_ns)
		return;
	rc = hub_child_start(h, c, run);
	if (rc == 0)
		return;
	c->again_ns = hub_clock_ns() + AGAIN_NS;
	log_event(LOG_LEVEL_ERROR, "child", "name=%s error=\"%s\"", c->name, err_text(rc));
}

static void
lost(struct hub_child *c, const char *why)
{
	log_event(LOG_LEVEL_ERROR, "child",
	    "name=%s pid=%d error=\"%s\" note=\"it is started again\"", c->name, (int)c->pid, why);
	hub_child_end(c);
}

/* Gives whole lines on, keeps the rest.  Returns false when a line is none. */
static bool
take_lines(struct hub *h, struct hub_child *c, void (*take)(struct hub *h, const json_t *line))
{
	char *lf, *at = c->line;

	while ((lf = memchr(at, '\n', c->n - (size_t)(at - c->line)))) {
		json_t *line = json_loadb(at, (size_t)(lf - at), JSON_REJECT_DUPLICATES, NULL);
		bool is_object = json_is_object(line);

		if (is_object)
			take(h, line);
		json_decref(line);
		if (!is_object)
			return false;
		at = lf + 1;
	}
	c->n -= (size_t)(at - c->line);
	memmove(c->line, at, c->n);
	return c->n < sizeof(c->line);
}

void
hub_child_read(struct hub *h, struct hub_child *c, void (*take)(struct hub *h, const json_t *line))
{
	/* As much as is there, but not for ever. */
	for (unsigned i = 0; i < 64 && c->pid; i++) {
		ssize_t n = recv(c->fd, c->line + c->n, sizeof(c->line) - c->n, MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			lost(c, "it ended");
			return;
		}
		c->n += (size_t)n;
		if (!take_lines(h, c, take))
			lost(c, "it said what it may not");
	}
}

bool
hub_child_tell(struct hub_child *c, const char *line)
{
	size_t len = strlen(line);

	if (!c->pid)
		return true; /* it reads the state when it starts */
	if (send(c->fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len)
		return true;
	lost(c, "it does not listen");
	return false;
}
