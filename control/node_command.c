/* Commands of the configuration that make local name servers read changed files.
 *
 * No shell, nothing of a list in what is run; one of each at a time, which is ended when it takes
 * too long and run again when it has failed. */
#include "base/log.h"
#include "control/node_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
#define AGAIN_NS  (10 * SECOND_NS)
#define LONGEST   (30 * SECOND_NS)

void
node_command_changed(struct node *n)
{
	for (size_t i = 0; i < HUB_COMMANDS_MAX; i++) {
		n->command[i].is_due = true;
		n->command[i].due_ns = 0;
	}
}

static _Noreturn void
run(const struct conf_texts *argv)
{
	char *args[HUB_COMMAND_WORDS + 1] = {0};
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	for (size_t i = 0; i < argv->n; i++)
		args[i] = argv->item[i];
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(null, 0);
	dup2(null, 1);
	close_range(3, ~0u, 0);
	execv(args[0], args);
	_exit(127);
}

static void
start(struct node_command *c, const struct config_command *conf, int64_t now_ns)
{
	c->is_due = false;
	c->due_ns = now_ns + AGAIN_NS;
	c->kill_ns = now_ns + LONGEST;
	c->pid = fork();
	if (c->pid == 0)
		run(&conf->argv);
	if (c->pid < 0)
		c->is_due = true;
}

static void
reap(struct node_command *c, const struct config_command *conf, int64_t now_ns)
{
	int status = 0;
	pid_t pid;

	if (now_ns >= c->kill_ns)
		kill(c->pid, SIGKILL);
	pid = waitpid(c->pid, &status, WNOHANG);
	if (pid == 0 || (pid < 0 && errno == EINTR))
		return;
	c->pid = 0;
	c->is_good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (c->is_good)
		return;
	c->is_due = true;
	log_event(LOG_LEVEL_ERROR, "command",
	    "name=%s status=%d signal=%d note=\"it is run again\"", conf->name,
	    WIFEXITED(status) ? WEXITSTATUS(status) : -1,
	    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

void
node_command_step(struct hub *h)
{
	const struct conf_many *all = &h->options->config.commands;
	const struct config_command *conf = all->item;
	int64_t now_ns = hub_clock_ns();

	for (size_t i = 0; i < all->n; i++) {
		struct node_command *c = &h->node->command[i];

		if (c->pid > 0)
			reap(c, &conf[i], now_ns);
		if (c->pid <= 0 && c->is_due && now_ns >= c->due_ns)
			start(c, &conf[i], now_ns);
	}
}

void
node_command_close(struct node *n)
{
	for (size_t i = 0; i < HUB_COMMANDS_MAX; i++)
		if (n->command[i].pid > 0) {
			kill(n->command[i].pid, SIGKILL);
			waitpid(n->command[i].pid, NULL, 0);
		}
}
