#include "control/hub_intake.h"

#include "base/err.h"
#include "base/log.h"
#include "control/hub_child.h"
#include "control/hub_receipt.h"
#include "control/hub_xfr.h"
#include "control/intake.h"
#include "control/store_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REASONS_TOLD 50

bool
hub_intake_is_wanted(const struct hub *h)
{
	return h->options->https.n > 0;
}

int
hub_intake_run(const struct hub *h, int fd)
{
	return intake_run(h->options, store_dir(h->store), fd);
}

/* The parts are a thing between the hub and its operators; a publisher knows them. */
static void
answer(struct hub *h, json_int_t id, const char *state, const json_t *verdict)
{
	json_t *told = verdict ? json_deep_copy(verdict) : json_object(), *line;
	json_t *reasons = json_object_get(told, "reasons");
	char *text;

	json_object_del(told, "parts");
	json_object_del(told, "gone");
	while (json_array_size(reasons) > REASONS_TOLD)
		json_array_remove(reasons, REASONS_TOLD);
	line = json_pack("{s:I, s:s, s:o}", "id", id, "state", state, "verdict", told);
	text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	json_decref(line);
	if (text) {
		size_t len = strlen(text);
		char *whole = realloc(text, len + 2);

		if (whole) {
			strcpy(whole + len, "\n");
			hub_child_tell(&h->intake, whole);
			text = whole;
		}
	}
	free(text);
}

static void
done(struct hub *h, struct hub_submission *s, const struct hub_result *r)
{
	char path[PATH_MAX];

	/* What could not be stored stays, so that the publisher need not send it again. */
	snprintf(path, sizeof(path), "%s/spool/%s", store_dir(h->store), s->name);
	if (!r->error || s->is_dry)
		unlink(path);
	/* A process that was started anew knows nobody who waits. */
	if (s->starts == h->intake.starts)
		answer(h, s->id, r->error ? "error" : update_state_text(r->state), r->verdict);
}

static void
submit(struct hub *h, const struct hub_feed *f, const char *publisher,
    const struct intake_target *t, json_int_t id)
{
	struct hub_submission *s = calloc(1, sizeof(*s));
	char path[PATH_MAX];
	int rc = s ? 0 : -ENOMEM;

	if (rc == 0) {
		s->feed = f;
		s->done = done;
		s->id = id;
		s->starts = h->intake.starts;
		s->wants_serial = true;
		s->wanted = t->serial;
		s->wants_keys = t->is_keys;
		s->is_dry = t->is_dry;
		strcpy(s->source, "https");
		snprintf(s->publisher, sizeof(s->publisher), "%s", publisher);
		intake_name(s->name, publisher, t);
		snprintf(path, sizeof(path), "%s/spool/%s", store_dir(h->store), s->name);
		s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		rc = s->fd < 0 ? -errno : hub_take(h, s);
	}
	if (rc == 0)
		return;
	log_event(LOG_LEVEL_WARNING, "update-failed",
	    "feed=%s source=https publisher=%s error=\"%s\"", f->name, publisher, err_text(rc));
	answer(h, id, "error", NULL);
	if (s && s->fd >= 0)
		close(s->fd);
	free(s);
}

static void
tell_status(struct hub *h, const struct hub_feed *f, const struct intake_target *t, json_int_t id)
{
	struct store_update u = {.state = UPDATE_ACCEPTED};
	int rc = t->is_keys ? store_keys_has(h->store, f->name, t->serial)
			    : store_update_find(h->store, &u, f->name, t->serial, NULL);

	answer(h, id,
	    rc > 0    ? update_state_text(u.state)
	    : rc == 0 ? "unknown"
		      : "error",
	    rc > 0 ? u.verdict : NULL);
	json_decref(u.verdict);
}

static bool
is_publisher(const struct hub *h, const char *name, const struct hub_feed *f)
{
	const struct hub_publisher *p = h->options->publisher;

	for (unsigned i = 0; i < h->options->publishers_n; i++)
		if (strcmp(p[i].name, name) == 0)
			return p[i].feeds >> (f - h->options->feed) & 1;
	return false;
}

/* A publisher's name as the configuration has it, or a registry's, or "". */
static const char *
known_name(const struct hub *h, const json_t *line)
{
	const char *name = json_string_value(json_object_get(line, "publisher"));
	const char *registry = json_string_value(json_object_get(line, "registry"));
	const struct hub_publisher *p = h->options->publisher;
	const struct registry *g =
	    registry ? registry_find(h->options->registries, registry) : NULL;

	for (unsigned i = 0; name && i < h->options->publishers_n; i++)
		if (strcmp(p[i].name, name) == 0)
			return p[i].name;
	return g ? g->name : "";
}

/* Updates and questions about them, which are answered. */
static void
take_request(struct hub *h, const char *event, const json_t *line)
{
	const char *feed = json_string_value(json_object_get(line, "feed"));
	const char *publisher = json_string_value(json_object_get(line, "publisher"));
	json_int_t serial = json_integer_value(json_object_get(line, "serial"));
	json_int_t id = json_integer_value(json_object_get(line, "id"));
	struct intake_target t = {.serial = (uint32_t)serial,
	    .is_keys = json_is_true(json_object_get(line, "keys")),
	    .is_dry = json_is_true(json_object_get(line, "dry"))};
	const struct hub_feed *f = feed ? hub_feed_find(h->options, feed) : NULL;

	if (f)
		snprintf(t.feed, sizeof(t.feed), "%s", f->name);
	if (!f || !publisher || serial < 0 || serial > UINT32_MAX || !is_publisher(h, publisher, f))
		answer(h, id, "error", NULL);
	else if (strcmp(event, "update") == 0)
		submit(h, f, publisher, &t, id);
	else
		tell_status(h, f, &t, id);
}

void
hub_intake_take(struct hub *h, const json_t *line)
{
	const char *event = json_string_value(json_object_get(line, "event"));

	event = event ? event : "";
	if (strcmp(event, "update") == 0 || strcmp(event, "status") == 0) {
		take_request(h, event, line);
	} else if (strcmp(event, "refused") == 0) {
		hub_refused_take(h, "https-refused", known_name(h, line), line);
	} else if (strcmp(event, "receipt") == 0) {
		answer(h, json_integer_value(json_object_get(line, "id")),
		    receipt_verdict_text(hub_receipt_take(h, json_object_get(line, "receipt"))),
		    NULL);
	} else if (strcmp(event, "counts") == 0) {
		json_decref(h->https_counts);
		h->https_counts = json_incref(json_object_get(line, "counts"));
	} else {
		hub_xfr_take(h, line); /* downloads */
	}
}
