/* Signs what is held, verified and handed over, and sends it to the hubs until they have it.
 *
 * A receipt is in the database before it is sent, one for a part and source: what a kill or a hub
 * that is gone leaves behind goes out later, and there are never more than parts times sources. */
#include "base/err.h"
#include "base/log.h"
#include "control/confine.h"
#include "control/node_impl.h"
#include "control/receipt_send.h"
#include "control/store_file.h"
#include "control/store_proof.h"
#include "control/zone_digest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND_NS  INT64_C(1000000000)
#define ANEW_NS    (10 * SECOND_NS) /* the same serial is signed again, not more often */
#define AGAIN_S    300              /* longest pause after failures */
#define POLICY_BIT 17 /* of what a part was handed to, behind 16 responders; then commands */
#define BUSY_S     60
#define CPU_S      60
#define MEMORY     (UINT64_C(256) << 20)

static int
recall(void *ctx, const struct store_outgoing *o)
{
	struct hub *h = ctx;
	struct node_part *p = node_find(h->node, o->origin);

	if (p) {
		p->is_signed = true;
		p->signed_serial = o->serial;
		p->signed_handed = o->handed;
	}
	return 0;
}

int
node_receipt_open(struct hub *h)
{
	const char *key = h->options->config.node.receipt_key;
	char *path = key ? hub_path(h->options, key) : NULL, why[KEY_WHY_MAX] = "out of memory";
	bool is_token = key && strncmp(key, "pkcs11:", 7) == 0;
	struct node_sender *s = &h->node->sender;
	int rc = 0;

	s->fd = -1;
	s->has_work = true; /* what an earlier start has left */
	if (key) {
		rc = path ? private_key_open(&h->node->receipt_key, is_token ? key : path, why)
			  : -ENOMEM;
		if (rc < 0)
			log_event(LOG_LEVEL_ERROR, "receipt-key", "error=\"%s\"", why);
		rc = rc < 0 ? rc : store_outgoing_each(h->store, recall, h);
	}
	free(path);
	return rc;
}

static void
forget_batch(struct node_sender *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->body[i]);
	s->n = 0;
}

void
node_receipt_close(struct node *n)
{
	struct node_sender *s = &n->sender;

	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
		close(s->fd);
	}
	forget_batch(s);
	private_key_close(n->receipt_key);
}

/* What a part was handed to, as bits: the list, then responders; above them, how many there are. */
static int64_t
handed_to(const struct hub *h, const struct node_part *p)
{
	const struct config_node *c = &h->options->config.node;
	int64_t bits = (c->lists && p->is_listed) |
		       (int64_t)(c->responders.n + h->options->config.commands.n * 32) << 32;

	for (size_t i = 0; i < c->responders.n; i++)
		bits |= (int64_t)!h->node->reload_due[i] << (i + 1);
	if (c->policy)
		bits |= (int64_t)(*p->policy_digest != '\0') << POLICY_BIT;
	for (size_t i = 0; i < h->options->config.commands.n; i++)
		bits |= (int64_t)h->node->command[i].is_good << (POLICY_BIT + 1 + i);
	return bits;
}

static void
describe(const struct hub *h, struct receipt *r, int64_t handed)
{
	const struct config_command *command = h->options->config.commands.item;
	const struct config_node *c = &h->options->config.node;

	if (c->lists) {
		strcpy(r->handed[r->handed_n].to, "list");
		r->handed[r->handed_n++].ok = handed & 1;
	}
	for (size_t i = 0; i < c->responders.n; i++) {
		snprintf(r->handed[r->handed_n].to, RECEIPT_TO_MAX, "responder %zu", i + 1);
		r->handed[r->handed_n++].ok = handed >> (i + 1) & 1;
	}
	if (c->policy) {
		strcpy(r->handed[r->handed_n].to, "policy");
		r->handed[r->handed_n++].ok = handed >> POLICY_BIT & 1;
	}
	for (size_t i = 0; i < h->options->config.commands.n; i++) {
		snprintf(r->handed[r->handed_n].to, RECEIPT_TO_MAX, "command %s", command[i].name);
		r->handed[r->handed_n++].ok = handed >> (POLICY_BIT + 1 + i) & 1;
	}
}

static int
queue(struct hub *h, const struct node_part *p, const char *body, int64_t handed)
{
	struct store_outgoing o = {.serial = p->zone.serial, .handed = handed, .body = body};
	int rc = store_begin(h->store);

	if (rc < 0)
		return rc;
	strcpy(o.origin, p->zone.origin);
	for (unsigned i = 0; i < h->options->sources_n && rc == 0; i++) {
		const struct hub_source *s = &h->options->source[i];

		snprintf(o.source, sizeof(o.source), "%s", s->name);
		if (s->conf->receipts)
			rc = store_outgoing_put(h->store, &o);
	}
	if (rc == 0)
		return store_commit(h->store);
	store_rollback(h->store);
	return rc;
}

static int
sign(struct hub *h, const struct node_part *p, int64_t handed)
{
	struct receipt r = {.serial = p->zone.serial, .time = hub_now(h)};
	char text[RECEIPT_TEXT_MAX], *body = NULL;
	uint8_t sig[KEY_SIGNATURE];
	json_t *o = NULL;
	int rc, fd = store_file_open(h->store, p->zone.digest);

	rc = fd < 0 ? fd : zone_digest(r.digest, fd);
	if (rc == 0 && strlen(p->zone.origin) >= sizeof(r.zone))
		rc = -ERR_NAME;
	if (rc < 0)
		return rc;
	strcpy(r.registry, h->options->config.node.registry);
	strcpy(r.zone, p->zone.origin);
	describe(h, &r, handed);
	rc = private_key_sign(
	    h->node->receipt_key, (const uint8_t *)text, receipt_text(text, &r), sig);
	o = rc < 0 ? NULL : receipt_json(&r, sig);
	body = o ? json_dumps(o, JSON_COMPACT) : NULL;
	if (rc == 0)
		rc = body ? queue(h, p, body, handed) : -ENOMEM;
	json_decref(o);
	free(body);
	return rc;
}

/* Whether what is handed over just now is not at its end; that is waited for, for a while. */
static bool
is_busy(const struct hub *h, const struct node_part *p)
{
	size_t feed = (size_t)(p->feed - h->options->feed);
	bool has_policy = h->options->config.node.policy;
	bool is_busy = has_policy && (h->policy.derive.pid || h->node->is_policy_due ||
					 h->policy.stale >> feed & 1);

	for (size_t i = 0; i < h->options->config.commands.n; i++) {
		const struct node_command *c = &h->node->command[i];

		is_busy |= c->pid > 0 || (c->is_due && !c->due_ns);
	}
	return is_busy && hub_now(h) - p->zone.since < BUSY_S;
}

static void
sign_part(struct hub *h, struct node_part *p, int64_t now_ns)
{
	int64_t handed = handed_to(h, p);
	bool is_same = p->is_signed && p->signed_serial == p->zone.serial;
	int rc;

	if (!node_is_part(p) || p->is_keys || p->state != NODE_VALID ||
	    (h->options->config.node.lists && !p->is_listed) || is_busy(h, p) ||
	    (is_same && (p->signed_handed == handed || now_ns < p->sign_ns)) ||
	    (!is_same && now_ns < p->sign_ns && !p->is_signed))
		return;
	p->sign_ns = now_ns + ANEW_NS;
	rc = sign(h, p, handed);
	p->is_signed = rc == 0;
	if (rc < 0) {
		log_event(LOG_LEVEL_ERROR, "receipt", "zone=%s error=\"%s\"", p->zone.origin,
		    err_text(rc));
		return;
	}
	p->signed_serial = p->zone.serial;
	p->signed_handed = handed;
	h->node->sender.has_work = true;
}

struct gathering {
	struct node_sender *s;
	const char *source;
};

static int
gather(void *ctx, const struct store_outgoing *o)
{
	struct gathering *g = ctx;
	struct node_sender *s = g->s;

	if (o->is_sent || strcmp(o->source, g->source) != 0)
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
	struct gathering g = {s, to->name};
	int pipes[2];

	if (store_outgoing_each(h->store, gather, &g) < 0 || !s->n)
		return false;
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
node_receipt_step(struct hub *h)
{
	struct node *n = h->node;
	struct node_sender *s = &n->sender;
	int64_t now_ns = hub_clock_ns();
	bool has_work = false;

	if (!n->receipt_key)
		return;
	for (size_t i = 0; i < n->parts; i++)
		sign_part(h, &n->part[i], now_ns);
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
