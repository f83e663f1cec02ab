#include "control/hub_fetch.h"

#include "base/err.h"
#include "base/log.h"
#include "control/hub.h"
#include "control/store_audit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
#define ERROR_MAX 512

struct hub_fetch {
	const struct hub_feed *feed; /* NULL: not fetched */
	const struct hub_source *source;
	struct pull pull; /* pid -1: none is under way */
	char *reply;      /* ours */
	size_t reply_n;
	int64_t due_ns, kill_ns; /* monotonic */
	int64_t heard;         /* Unix seconds: a source said what is newest, and it is in force */
	unsigned failures;     /* since then */
	bool is_submitted;     /* and not examined yet */
	bool is_keys;          /* a key change */
	bool skip_keys;        /* one was refused: look for updates once before it comes again */
	bool is_whole;         /* a difference went wrong: ask for all of the manifest */
	char error[ERROR_MAX]; /* of the last try, "": none */
};

int
hub_fetch_open(struct hub *h)
{
	const struct hub_options *o = h->options;

	h->fetch = calloc(o->feeds_n + 1, sizeof(*h->fetch));
	if (!h->fetch)
		return -ENOMEM;
	for (unsigned i = 0; i < o->feeds_n; i++) {
		h->fetch[i].pull.pid = -1;
		h->fetch[i].source = o->source;
		if (o->config.top.role == ROLE_HUB && o->feed[i].conf->from_sources)
			h->fetch[i].feed = &o->feed[i];
	}
	return 0;
}

/* Gives the archive back, the caller's. */
static int
reap(struct hub_fetch *f)
{
	int out = f->pull.out_fd;

	while (waitpid(f->pull.pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(f->pull.reply_fd);
	free(f->reply);
	f->reply = NULL;
	f->pull = (struct pull){-1, -1, -1};
	return out;
}

void
hub_fetch_close(struct hub *h)
{
	for (unsigned i = 0; h->fetch && i < h->options->feeds_n; i++)
		if (h->fetch[i].pull.pid > 0) {
			kill(h->fetch[i].pull.pid, SIGKILL);
			close(reap(&h->fetch[i]));
		}
	free(h->fetch);
	h->fetch = NULL;
}

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static const struct hub_source *
after(const struct hub *h, const struct hub_source *s)
{
	size_t i = (size_t)(s - h->options->source) + 1;

	return &h->options->source[i % h->options->sources_n];
}

/* The next source after retry; when all have failed, with pauses that grow. */
static void
back_off(struct hub *h, struct hub_fetch *f)
{
	const struct config_node *c = &h->options->config.node;
	unsigned rounds = ++f->failures / h->options->sources_n;
	int64_t pause = c->retry, most = c->refresh > c->retry ? c->refresh : c->retry;

	while (rounds-- > 1 && pause < most)
		pause *= 2;
	f->due_ns = hub_clock_ns() + (pause < most ? pause : most) * SECOND_NS;
	f->source = after(h, f->source);
}

/* Says it, the same only once, and goes on to the next source. */
static void
fail(struct hub *h, struct hub_fetch *f, const char *what, const json_t *reply)
{
	const json_t *first = json_array_get(json_object_get(reply, "reasons"), 0);
	char error[ERROR_MAX];

	snprintf(error, sizeof(error), "%s: %s%s%s%s%.300s", f->source->name, what,
	    *what ? ": " : "", first ? text(first, "code") : "", first ? ": " : "",
	    first   ? text(first, "text")
	    : reply ? text(reply, "error")
		    : "it took too long, or the process that fetched it failed");
	if (strcmp(error, f->error) != 0) {
		log_event(LOG_LEVEL_ERROR, "fetch", "feed=%s error=\"%s\"", f->feed->name, error);
		if (first && !*what) /* what was submitted has its own record */
			store_audit(h->store, hub_now(h), "fetch-refused", f->feed->name, reply);
	}
	strcpy(f->error, error);
	f->skip_keys = f->is_keys && first;
	back_off(h, f);
}

static void
done(struct hub *h, struct hub_submission *s, const struct hub_result *r)
{
	struct hub_fetch *f = &h->fetch[s->feed - h->options->feed];

	f->is_submitted = false;
	if (r->error || r->state != UPDATE_ACCEPTED) {
		fail(h, f, r->error ? "not stored" : update_state_text(r->state), r->verdict);
		return;
	}
	f->heard = hub_now(h);
	f->failures = 0;
	f->error[0] = '\0';
	f->due_ns = 0; /* there may be more: the change of keys after this one, or a list */
}

static void
submit(struct hub *h, struct hub_fetch *f, int fd)
{
	struct hub_submission *s = calloc(1, sizeof(*s));
	int rc = s ? 0 : -ENOMEM;

	if (rc == 0) {
		*s = (struct hub_submission){
		    .feed = f->feed, .fd = fd, .source = "hub", .done = done};
		snprintf(s->publisher, sizeof(s->publisher), "%s", f->source->name);
		rc = hub_take(h, s);
	}
	f->is_submitted = rc == 0;
	if (rc == 0)
		return;
	close(fd);
	free(s);
	f->due_ns = hub_clock_ns() + h->options->config.node.retry * SECOND_NS;
}

/* A source that was asked has answered; NULL: it has not. */
static void
take(struct hub *h, struct hub_fetch *f, const json_t *reply, int fd)
{
	const char *state = text(reply, "state");
	bool was_difference = !f->is_whole;

	f->is_whole = false;
	f->is_keys = strcmp(text(reply, "kind"), "keys") == 0;
	if (strcmp(state, "new") == 0) {
		submit(h, f, fd);
		return;
	}
	close(fd);
	if (strcmp(state, "current") == 0) {
		f->heard = hub_now(h);
		f->failures = 0;
		f->error[0] = '\0';
		f->skip_keys = false;
		f->due_ns = hub_clock_ns() + h->options->config.node.refresh * SECOND_NS;
		f->source = after(h, f->source); /* one that holds news back does it alone */
		return;
	}
	f->is_whole = was_difference; /* of the next one: any difference may be at fault */
	fail(h, f, "", reply);
}

static int
find_manifest(void *ctx, const struct store_zone *z)
{
	*(struct store_zone *)ctx = *z;
	return 1;
}

static int
start(struct hub *h, struct hub_fetch *f)
{
	struct store_zone z = {.serial = 0};
	struct fetch_task task = {.options = h->options,
	    .feed = f->feed,
	    .store = h->store,
	    .from = f->source,
	    .is_whole = f->is_whole,
	    .skip_keys = f->skip_keys};
	int rc = store_feed_serial(h->store, f->feed->name, &task.serial);

	if (rc < 0)
		return rc;
	task.has_serial = rc > 0;
	rc = store_zones(h->store, f->feed->name, "manifest", find_manifest, &z);
	if (rc < 0)
		return rc;
	task.held = rc > 0 && z.serial == task.serial ? z.digest : NULL;
	f->reply_n = 0;
	f->reply = malloc(PULL_REPLY_MAX);
	rc = f->reply ? fetch_start(&f->pull, &task) : -ENOMEM;
	if (rc < 0) {
		free(f->reply);
		f->reply = NULL;
		f->pull.pid = -1;
	}
	return rc;
}

static void
begin(struct hub *h, struct hub_fetch *f, int64_t now_ns)
{
	const struct config_node *c = &h->options->config.node;
	int rc = start(h, f);

	f->due_ns = now_ns + c->retry * SECOND_NS;
	f->kill_ns = now_ns + c->longest * SECOND_NS;
	if (rc < 0)
		log_event(
		    LOG_LEVEL_ERROR, "fetch", "feed=%s error=\"%s\"", f->feed->name, err_text(rc));
}

/* Returns whether the process has said all, or is not to say more; *reply NULL if that is none. */
static bool
read_reply(struct hub_fetch *f, json_t **reply)
{
	ssize_t n = 1;

	*reply = NULL;
	while (n > 0 && f->reply_n < PULL_REPLY_MAX) {
		n = read(f->pull.reply_fd, f->reply + f->reply_n, PULL_REPLY_MAX - f->reply_n);
		if (n > 0)
			f->reply_n += (size_t)n;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n == 0)
		*reply = json_loadb(f->reply, f->reply_n, JSON_REJECT_DUPLICATES, NULL);
	return true;
}

static void
step(struct hub *h, struct hub_fetch *f)
{
	int64_t now_ns = hub_clock_ns();
	json_t *reply;
	int fd;

	if (f->pull.pid < 0) {
		if (!f->is_submitted && now_ns >= f->due_ns)
			begin(h, f, now_ns);
		return;
	}
	if (!read_reply(f, &reply) && now_ns < f->kill_ns)
		return;
	kill(f->pull.pid, SIGKILL); /* it has said all, or never will */
	fd = reap(f);
	take(h, f, reply, fd);
	json_decref(reply);
}

void
hub_fetch_step(struct hub *h)
{
	for (unsigned i = 0; h->fetch && i < h->options->feeds_n; i++)
		if (h->fetch[i].feed)
			step(h, &h->fetch[i]);
}

json_t *
hub_fetch_status(const struct hub *h)
{
	json_t *all = NULL;

	for (unsigned i = 0; h->fetch && i < h->options->feeds_n; i++) {
		const struct hub_fetch *f = &h->fetch[i];

		if (!f->feed)
			continue;
		if (!all)
			all = json_array();
		json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:I, s:s}", "feed",
					       f->feed->name, "source", f->source->name, "state",
					       f->is_submitted   ? "examined"
					       : f->pull.pid > 0 ? "asking"
					       : *f->error       ? "failed"
								 : "waiting",
					       "heard", (json_int_t)f->heard, "error", f->error));
	}
	return all;
}
