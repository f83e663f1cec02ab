#include "base/err.h"
#include "base/log.h"
#include "control/hub.h"
#include "control/hub_accept.h"
#include "control/store_keys.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int
hub_take(struct hub *h, struct hub_submission *s)
{
	if (h->queued == HUB_QUEUE_MAX)
		return -ERR_FULL;
	s->next = NULL;
	*h->queue_end = s;
	h->queue_end = &s->next;
	h->queued++;
	return 0;
}

static void
submission_free(struct hub_submission *s)
{
	if (s && s->fd >= 0)
		close(s->fd);
	free(s);
}

struct zones {
	struct examine_zone *item;
	size_t n, room;
	int rc;
};

static int
add_zone(void *ctx, const struct store_zone *z)
{
	struct zones *all = ctx;
	struct examine_zone *to;
	int len;

	if (all->n == all->room) {
		size_t room = all->room ? 2 * all->room : 128;

		to = reallocarray(all->item, room, sizeof(*to));
		if (!to)
			return -ENOMEM;
		all->item = to;
		all->room = room;
	}
	to = &all->item[all->n];
	len = name_from_text(to->suffix, z->suffix, strlen(z->suffix));
	if (len < 0)
		return -ERR_FORMAT;
	to->suffix_len = (uint8_t)len;
	memcpy(to->digest, z->digest, sizeof(to->digest));
	all->n++;
	return 0;
}

static int
start(struct hub *h, const struct hub_submission *s)
{
	struct zones zones = {0};
	struct examine_task task = {.options = h->options,
	    .feed = s->feed,
	    .store = h->store,
	    .archive_fd = s->fd,
	    .now = hub_now(h),
	    .wants_serial = s->wants_serial,
	    .wanted = s->wanted,
	    .wants_keys = s->wants_keys,
	    .is_dry = s->is_dry};
	int rc = store_feed_serial(h->store, s->feed->name, &task.serial);

	task.has_serial = rc > 0;
	if (rc >= 0)
		rc = store_zones(h->store, s->feed->name, "part", add_zone, &zones);
	task.zone = zones.item;
	task.zones = zones.n;
	if (rc == 0)
		rc = examine_start(&h->examine, &task);
	free(zones.item);
	return rc;
}

static void
finish(struct hub *h, const struct hub_result *r)
{
	struct hub_submission *s = h->now;

	h->now = NULL;
	s->done(h, s, r);
	submission_free(s);
}

static void
finish_error(struct hub *h, int error, const char *what)
{
	struct hub_result r = {.error = error};
	json_t *verdict = json_pack("{s:s, s:s, s:s}", "state", "error", "feed", h->now->feed->name,
	    "error", err_text(error));

	log_event(LOG_LEVEL_ERROR, "update-failed", "feed=%s source=%s what=\"%s\" error=\"%s\"",
	    h->now->feed->name, h->now->source, what, err_text(error));
	r.verdict = verdict;
	finish(h, &r);
	json_decref(verdict);
}

void
hub_take_step(struct hub *h)
{
	int rc;

	if (h->now || !h->queue)
		return;
	h->now = h->queue;
	h->queue = h->now->next;
	if (!h->queue)
		h->queue_end = &h->queue;
	h->queued--;
	h->verdict_n = 0;
	rc = start(h, h->now);
	if (rc < 0)
		finish_error(h, rc, "start");
}

/* The key change in force is known by the bytes that brought it; an older one is refused. */
static int
known_keys(struct hub *h, const struct verdict *v)
{
	struct hub_result r = {.state = UPDATE_ACCEPTED};
	struct store_keys k;
	int rc = store_keys_find(h->store, &k, v->feed, v->archive);
	json_t *verdict;

	free(k.keys);
	if (rc <= 0 || k.version != h->now->feed->trust.version)
		return rc < 0 ? rc : 0;
	verdict = json_pack("{s:s, s:s, s:I, s:[]}", "state", "accepted", "feed", v->feed, "serial",
	    (json_int_t)k.version, "reasons");
	r.verdict = verdict;
	finish(h, &r);
	json_decref(verdict);
	return 1;
}

static void
log_decision(const struct store_update *u, const char *what)
{
	const json_t *reasons = json_object_get(u->verdict, "reasons");
	const char *first = json_string_value(json_object_get(json_array_get(reasons, 0), "code"));

	log_event(LOG_LEVEL_NOTICE, what,
	    "state=%s feed=%s serial=%" PRIu32 " source=%s publisher=%s reasons=%zu%s%s",
	    update_state_text(u->state), u->feed, u->serial, u->source,
	    *u->publisher ? u->publisher : "-", json_array_size(reasons), first ? " first=" : "",
	    first ? first : "");
}

/* Whether it has the serial under which it was submitted; else it is refused for that. */
static bool
is_as_said(const struct hub_submission *s, const struct verdict *v)
{
	return !s->wants_serial || (v->serial == s->wanted && v->is_keys == s->wants_keys);
}

/* Returns 1 when these very bytes were accepted before: then that is the answer. */
static int
known(struct hub *h, const struct verdict *v)
{
	struct store_update before;
	struct hub_result r = {.state = UPDATE_ACCEPTED};
	int rc;

	if (v->is_keys)
		return known_keys(h, v);
	rc = store_update_find(h->store, &before, v->feed, v->serial, v->archive);
	r.verdict = before.verdict;
	before.at = hub_now(h);
	if (rc > 0 && before.state == UPDATE_ACCEPTED && h->now->is_dry)
		rc = store_update_audit(h->store, &before, "dry-run") < 0 ? -EIO : 1;
	if (rc > 0 && before.state != UPDATE_ACCEPTED)
		rc = 0;
	if (rc > 0)
		finish(h, &r);
	json_decref(before.verdict);
	return rc;
}

/* Whether the same was said of these very bytes before, to the same: it is in the audit already,
 * and whoever repeats it cannot fill that. */
static bool
is_repeated(struct hub *h, const struct verdict *v, const struct store_update *u)
{
	struct store_update before;
	bool same = store_update_find(h->store, &before, v->feed, v->serial, v->archive) > 0 &&
		    before.state == u->state && strcmp(before.source, u->source) == 0 &&
		    strcmp(before.publisher, u->publisher) == 0 &&
		    json_equal(json_object_get(before.verdict, "reasons"),
			json_object_get(u->verdict, "reasons"));

	json_decref(before.verdict);
	return same;
}

static int
decide(struct hub *h, const struct verdict *v)
{
	struct store_update u = {.at = hub_now(h), .serial = v->serial, .state = v->state};
	struct hub_result r = {.state = v->state, .verdict = v->json};
	int rc;

	memcpy(u.feed, v->feed, sizeof(u.feed));
	memcpy(u.source, h->now->source, sizeof(u.source));
	memcpy(u.publisher, h->now->publisher, sizeof(u.publisher));
	memcpy(u.digest, v->archive, sizeof(u.digest));
	u.verdict = v->json;
	if (h->now->is_dry)
		rc = hub_dry_note(h, v, &u, &r.verdict);
	else if (v->is_keys)
		rc = v->state == UPDATE_ACCEPTED ? hub_accept_keys(h, v, &u)
						 : store_update_audit(h->store, &u, "keys");
	else
		rc = v->state == UPDATE_ACCEPTED ? hub_accept_update(h, v, &u)
		     : is_repeated(h, v, &u)     ? 0
						 : store_update_note(h->store, &u);
	if (rc < 0)
		return rc;
	if (v->state == UPDATE_ACCEPTED && !h->now->is_dry)
		h->copy_due = true;
	log_decision(&u, h->now->is_dry ? "dry-run" : v->is_keys ? "key-change" : "update");
	finish(h, &r);
	if (r.verdict != v->json)
		json_decref((json_t *)(uintptr_t)r.verdict);
	return 0;
}

/* The process has ended: what it said counts only if it was whole. */
static void
conclude(struct hub *h, int status)
{
	struct verdict v = {0};
	struct stat st;
	int rc = fstat(h->examine.out_fd, &st) < 0 ? -errno : 0;

	if (rc == 0 && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
		log_event(LOG_LEVEL_ERROR, "examine", "status=%d said=\"%.*s\"", status,
		    (int)(h->verdict_n < 200 ? h->verdict_n : 200), h->verdict ? h->verdict : "");
		rc = -ERR_LIBRARY;
	}
	if (rc == 0)
		rc = verdict_read(&v, h->verdict, h->verdict_n, (uint64_t)st.st_size);
	if (rc == 0 && strcmp(v.feed, h->now->feed->name) != 0)
		rc = -ERR_FORMAT;
	if (rc == 0 && is_as_said(h->now, &v))
		rc = known(h, &v);
	if (rc == 0)
		rc = decide(h, &v);
	if (rc < 0)
		finish_error(h, rc, "verdict");
	verdict_free(&v);
}

/* Returns whether the end was reached. */
static bool
read_more(struct hub *h)
{
	for (;;) {
		ssize_t n;

		if (h->verdict_n == h->verdict_room) {
			size_t room = h->verdict_room ? 2 * h->verdict_room : 65536;
			char *more =
			    room > 2 * VERDICT_BYTES_MAX ? NULL : realloc(h->verdict, room);

			if (!more) {
				kill(h->examine.pid, SIGKILL);
				return true;
			}
			h->verdict = more;
			h->verdict_room = room;
		}
		n = read(h->examine.verdict_fd, h->verdict + h->verdict_n,
		    h->verdict_room - h->verdict_n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 || errno != EAGAIN;
		h->verdict_n += (size_t)n;
	}
}

void
hub_take_read(struct hub *h)
{
	int status = -1;

	if (!h->now || !read_more(h))
		return;
	while (waitpid(h->examine.pid, &status, 0) < 0 && errno == EINTR)
		;
	conclude(h, status);
	close(h->examine.verdict_fd);
	close(h->examine.out_fd);
	h->examine = (struct examine){-1, -1, -1};
}

void
hub_take_close(struct hub *h)
{
	if (h->now) {
		kill(h->examine.pid, SIGKILL);
		waitpid(h->examine.pid, NULL, 0);
		close(h->examine.verdict_fd);
		close(h->examine.out_fd);
		submission_free(h->now);
	}
	while (h->queue) {
		struct hub_submission *s = h->queue;

		h->queue = s->next;
		submission_free(s);
	}
	free(h->verdict);
}
