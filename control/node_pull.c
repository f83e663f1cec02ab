#include "control/node_impl.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

static int
start(struct hub *h, struct node_part *p)
{
	bool is_held = p->state != NODE_NONE;
	struct pull_task task = {.options = h->options,
	    .feed = p->feed,
	    .store = h->store,
	    .where = p->zone.origin,
	    .origin = p->origin,
	    .origin_len = p->origin_len,
	    .suffix = p->suffix,
	    .suffix_len = p->suffix_len,
	    .from = p->state == NODE_HELD ? NULL : &p->source->address,
	    .tls = p->source->is_tls ? &p->source->tls : NULL,
	    .key = &p->source->key,
	    .held = is_held ? p->zone.digest : NULL,
	    .serial = p->zone.serial,
	    .is_whole = p->is_whole,
	    .is_keys = p->is_keys};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = p};
	int rc = pull_start(&p->pull, &task);

	if (rc < 0)
		return rc;
	p->is_check = p->state == NODE_HELD;
	p->is_ixfr = is_held && !p->is_check && !p->is_whole;
	p->reply_n = 0;
	p->reply = malloc(PULL_REPLY_MAX);
	h->node->running++;
	if (!p->reply ||
	    epoll_ctl(h->node->epoll_fd, EPOLL_CTL_ADD, p->pull.reply_fd, &event) < 0) {
		node_pull_end(h->node, p);
		return -ENOMEM;
	}
	return 0;
}

void
node_pull_start(struct hub *h, struct node_part *p)
{
	const struct config_node *c = &h->options->config.node;
	int64_t now_ns = hub_clock_ns();
	int rc;

	p->is_told = false;
	p->told_ns = now_ns + SECOND_NS;
	p->due_ns = now_ns + c->retry * SECOND_NS;
	p->kill_ns = now_ns + c->longest * SECOND_NS;
	rc = start(h, p);
	if (rc == 0) {
		log_event(LOG_LEVEL_INFO, "pulling", "zone=%s source=%s", p->zone.origin,
		    p->is_check ? "held" : p->source->name);
		return;
	}
	p->pull.pid = -1;
	log_event(LOG_LEVEL_ERROR, "pull", "zone=%s error=\"%s\"", p->zone.origin, err_text(rc));
}

/* Returns its status, or -1. */
static int
reap(struct node *n, struct node_part *p)
{
	int status = -1;

	while (waitpid(p->pull.pid, &status, 0) < 0 && errno == EINTR)
		;
	close(p->pull.reply_fd); /* which takes it out of the epoll set */
	close(p->pull.out_fd);
	free(p->reply);
	p->reply = NULL;
	p->pull = (struct pull){-1, -1, -1};
	n->running--;
	return status;
}

void
node_pull_end(struct node *n, struct node_part *p)
{
	if (p->pull.pid <= 0)
		return;
	kill(p->pull.pid, SIGKILL);
	reap(n, p);
}

void
node_pull_read(struct hub *h, struct node_part *p)
{
	json_t *reply;
	ssize_t n;

	if (p->pull.pid <= 0)
		return;
	n = read(p->pull.reply_fd, p->reply + p->reply_n, PULL_REPLY_MAX - p->reply_n);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0 && p->reply_n + (size_t)n < PULL_REPLY_MAX) {
		p->reply_n += (size_t)n;
		return;
	}
	if (n > 0)
		kill(p->pull.pid, SIGKILL); /* it says more than it may */
	reply = n > 0 ? NULL : json_loadb(p->reply, p->reply_n, JSON_REJECT_DUPLICATES, NULL);
	node_take(h, p, reply);
	json_decref(reply);
	reap(h->node, p);
}
