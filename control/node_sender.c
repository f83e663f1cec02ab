/* Sends receipts that wait in the database, by a process that does nothing else. */
#include "base/err.h"
#include "base/log.h"
#include "control/confine.h"
#include "control/node_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
#define AGAIN_S   300 /* longest pause after failures */
#define CPU_S     60
#define MEMORY    (UINT64_C(256) << 20)

static void
forget_batch(struct node_sender *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->body[i]);
	s->n = 0;
}

void
node_sender_close(struct node_sender *s)
{
	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
		close(s->fd);
	}
	forget_batch(s);
}

struct gathering {
	struct node_sender *s;
	const char *source, *last;
};

static int
gather(void *ctx, const struct store_outgoing *o)
{
	struct gathering *g = ctx;
	struct node_sender *s = g->s;

	if (o->is_sent || strcmp(o->source, g->source) != 0 || strcmp(o->origin, g->last) <= 0)
		return 0;
	s->what[s->n] = *o;
	s->body[s->n] = strdup(o->body);
	return s->body[s->n] && ++s->n < NODE_BATCH ? 0 : 1;
}

static void
tell(void *ctx, size_t i, long status, const char *code)
{
	dprintf(*(int *)ctx, "%zu %ld %s\n", i, status, *code ? code : "-");
}

static _Noreturn void
run(const struct hub *h, const struct node_sender *s, const struct hub_source *to, int fd)
{
	struct confine_limits limits = {.cpu_s = CPU_S, .memory_bytes = MEMORY, .jail = false};
	struct receipt_post post = {.url = to->conf->receipts,
	    .ca = to->receipts_ca,
	    .timeout_s = (long)h->options->config.node.stall,
	    .body = (const char *const *)s->body,
	    .n = s->n};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "cordond-receipt");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (confine(&fd, 1, &limits) < 0)
		_exit(1);
	receipt_send(&post, tell, &fd);
	_exit(0);
}

/* Returns whether there was something to send. */
static bool
start(struct hub *h, const struct hub_source *to, int64_t now_ns)
{
	struct node_sender *s = &h->node->sender;
	char *last = s->last[to - h->options->source];
	struct gathering g = {s, to->name, last};
	int pipes[2], rc = store_outgoing_each(h->store, gather, &g);

	if (rc >= 0 && !s->n && *last) {
		*last = '\0';
		rc = store_outgoing_each(h->store, gather, &g);
	}
	if (rc < 0 || !s->n)
		return false;
	/* Behind these the next time, so that some that are never taken keep no others waiting. */
	strcpy(last, s->n == NODE_BATCH ? s->what[s->n - 1].origin : "");
	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0) {
		forget_batch(s);
		return true;
	}
	s->to = to;
	s->got = 0;
	s->kill_ns = now_ns + (int64_t)s->n * h->options->config.node.stall * SECOND_NS + SECOND_NS;
	s->pid = fork();
	if (s->pid == 0)
		run(h, s, to, pipes[1]);
	close(pipes[1]);
	s->fd = pipes[0];
	if (s->pid < 0) {
		close(s->fd);
		forget_batch(s);
	}
	return true;
}

/* What a hub answered to one.  Returns whether it has it now, or what is newer. */
static bool
take_answer(struct hub *h, const struct store_outgoing *o, long status, const char *code)
{
	struct node_part *p = node_find(h->node, o->origin);

	/* Times are of whole seconds: within one, the later receipt looks like the older. */
	if (p && strcmp(code, "stale") == 0 && p->signed_serial == o->serial && !p->was_stale) {
		p->was_stale = true;
		p->is_signed = false;
	} else if (p && status == 200) {
		p->was_stale = false;
	}
	if (status == 200 || strcmp(code, "duplicate") == 0 || strcmp(code, "stale") == 0) {
		store_outgoing_sent(h->store, o);
		log_event(LOG_LEVEL_INFO, "receipt", "zone=%s serial=%" PRIu32 " source=%s",
		    o->origin, o->serial, o->source);
		return true;
	}
	/* With another time it may do. */
	if (p && (strcmp(code, "old") == 0 || strcmp(code, "future") == 0))
		p->is_signed = false;
	return false;
}

/* Once for each new reason; the pause until the next try grows. */
static void
fail(struct hub *h, const char *source, long status, const char *code)
{
	struct node_sender *s = &h->node->sender;
	size_t i = (size_t)(s->to - h->options->source);
	int64_t pause = h->options->config.node.retry;

	for (unsigned k = 0; k < s->failures[i] && pause < AGAIN_S; k++)
		pause *= 2;
	s->due_ns[i] = hub_clock_ns() + (pause < AGAIN_S ? pause : AGAIN_S) * SECOND_NS;
	if (s->failures[i]++ && s->status[i] == status && strcmp(s->code[i], code) == 0)
		return;
	s->status[i] = status;
	strcpy(s->code[i], code);
	log_event(LOG_LEVEL_WARNING, "receipt-refused",
	    "source=%s status=%ld code=\"%s\" note=\"%s\"", source, status, code,
	    status ? "the hub does not take it; it is sent again"
		   : "the hub cannot be got at; it is sent again");
}

static void
finish(struct hub *h)
{
	struct node_sender *s = &h->node->sender;
	size_t to = (size_t)(s->to - h->options->source), taken = 0;
	char code[RECEIPT_CODE_MAX] = "", *at = s->result;
	long status = 0;

	s->result[s->got] = '\0';
	for (size_t i = 0; i < s->n; i++) {
		size_t k;
		int used = 0;

		if (sscanf(at, "%zu %ld %23[a-z-]\n%n", &k, &status, code, &used) != 3 || k != i)
			break;
		at += used;
		taken += take_answer(h, &s->what[i], status, code);
	}
	if (taken < s->n) {
		fail(h, s->to->name, status, status ? code : "");
	} else {
		s->failures[to] = 0;
		s->status[to] = 0;
		s->code[to][0] = '\0';
	}
	forget_batch(s);
}

static void
read_results(struct hub *h, int64_t now_ns)
{
	struct node_sender *s = &h->node->sender;
	ssize_t n = read(s->fd, s->result + s->got, sizeof(s->result) - 1 - s->got);

	if (n < 0 && errno == EAGAIN && now_ns < s->kill_ns)
		return;
	if (n > 0) {
		s->got += (size_t)n;
		return;
	}
	kill(s->pid, SIGKILL);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(s->fd);
	s->pid = 0;
	s->fd = -1;
	finish(h);
}

void
node_sender_step(struct hub *h)
{
	struct node_sender *s = &h->node->sender;
	int64_t now_ns = hub_clock_ns();
	bool has_work = false;

	if (s->pid > 0) {
		read_results(h, now_ns);
		return;
	}
	if (!s->has_work)
		return;
	for (unsigned i = 0; i < h->options->sources_n && s->pid <= 0; i++) {
		const struct hub_source *to = &h->options->source[i];

		if (!to->conf->receipts)
			continue;
		has_work |= now_ns < s->due_ns[i] || start(h, to, now_ns);
	}
	s->has_work = has_work;
}
