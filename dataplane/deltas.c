#include "dataplane/deltas.h"

#include "base/err.h"
#include "base/serial.h"
#include "dataplane/lint.h"
#include "lists/delta.h"
#include "lists/index_delta.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One file. */
struct taking {
	struct deltas *d;
	const struct feed_options *feed;
	unsigned feed_no;
	const char *path;
	struct image_part *part;
	struct list_delta about;
	struct index_delta *changes;
	struct lint_names *servers;
	uint64_t added, removed;
	int32_t until; /* latest of what comes */
	bool waits, said;
};

static void __attribute__((format(printf, 3, 4)))
wrong(struct taking *t, uint64_t line, const char *fmt, ...)
{
	char text[1024], where[24] = "";
	int n;
	va_list ap;

	if (line)
		snprintf(where, sizeof(where), ":%" PRIu64, line);
	n = snprintf(text, sizeof(text), "%s%s: ", t->path, where);
	va_start(ap, fmt);
	if (n > 0 && (size_t)n < sizeof(text))
		vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	t->d->error(t->d->ctx, text);
	t->said = true;
}

static void
on_error(void *ctx, const struct list_error *e)
{
	wrong(ctx, e->line, "%s", e->text);
}

static int
on_begin(void *ctx, const struct list_delta *about, struct list_meta *meta)
{
	struct taking *t = ctx;
	struct image *img = t->d->img;
	char name[NAME_TEXT_MAX];

	t->part = image_part(img, t->feed_no, about->origin, about->origin_len);
	t->about = *about;
	name_to_text(name, about->origin);
	if (!t->part || t->part->is_twice) {
		wrong(t, 0, "feed \"%s\" has %s zone %s; %s", t->feed->name,
		    t->part ? "two files of" : "no file of", name,
		    t->part ? "remove one and reload" : "put the whole zone in place and reload");
		return -ERR_UNKNOWN;
	}
	t->waits = serial_newer(about->to, t->part->serial);
	if (about->from != t->part->serial)
		return -ERR_STALE;
	if (index_twins(img->index, t->feed_no)) {
		wrong(t, 0,
		    "feed \"%s\" has %" PRIu64 " entries twice, with the same window and action, "
		    "so that no delta fits it; make each stand in one zone once and reload",
		    t->feed->name, index_twins(img->index, t->feed_no));
		return -ERR_REFUSED;
	}
	memcpy(meta->suffix, t->part->suffix, t->part->suffix_len);
	meta->suffix_len = t->part->suffix_len;
	return 0;
}

/* Says why what comes cannot be served, if so. */
static bool
is_refused(struct taking *t, const struct entry *e)
{
	const struct policy *p = &t->d->o->policy[t->feed->policy];
	const char *lacks = policy_lacks(p, (enum action)e->action);

	if (lacks)
		wrong(t, e->line, "its action is %s, and policy \"%s\" has %s",
		    action_text((enum action)e->action), p->name, lacks);
	return lacks;
}

static int
on_change(void *ctx, const struct entry *e, bool remove)
{
	struct taking *t = ctx;
	struct index_change ch = {
	    .feed = (uint8_t)t->feed_no, .pass = t->feed->action == ACTION_PASS, .remove = remove};
	int rc;

	if (!remove && is_refused(t, e))
		return -ERR_FORMAT;
	if (lint_names_have(t->servers, e->name, e->name_len)) {
		wrong(t, e->line,
		    "this name, or one below it, is a policy's name server, which a reload looks "
		    "at more closely; put the whole zone in place and reload");
		return -ERR_REFUSED;
	}
	ch.entry = *e;
	rc = index_delta_add(t->changes, &ch, (uint32_t)e->line);
	if (rc == -ERR_NAME)
		wrong(t, e->line, "a name of over 15 labels cannot be listed; list a suffix of it");
	else if (rc < 0)
		wrong(t, e->line, "%s", err_text(rc));
	t->added += !remove;
	t->removed += remove;
	if (!remove && e->until > t->until)
		t->until = e->until;
	return rc;
}

/* A drill is read, and not applied. */
static int
apply(struct taking *t)
{
	struct deltas *d = t->d;
	struct image_feed *f = &d->img->feed[t->feed_no];
	int rc;

	if (t->part->is_drill)
		return 0;
	if (f->entries + t->added > t->feed->names_max + t->removed) {
		wrong(t, 0,
		    "feed \"%s\" would have more than its max-names entries (%" PRIu64
		    "); raise max-names or find out why",
		    t->feed->name, t->feed->names_max);
		return -ERR_LIMIT;
	}
	rc = index_delta_apply(t->changes, true, d->grace, d->grace_ctx);
	if (rc == -EEXIST || rc == -ENOENT)
		wrong(t, index_delta_culprit(t->changes),
		    "what %s, so that this is not a delta of the list in force; put the whole "
		    "zone in place and reload",
		    rc == -EEXIST ? "comes is there already" : "goes is not there");
	else if (rc < 0)
		wrong(t, 0, "%s; put the whole zone in place and reload", err_text(rc));
	if (rc < 0)
		return rc;
	f->entries += t->added - t->removed;
	f->until = t->until > f->until ? t->until : f->until;
	d->added += t->added;
	d->removed += t->removed;
	return 0;
}

static void
note_serial(struct taking *t)
{
	struct image_feed *f = &t->d->img->feed[t->feed_no];

	t->part->serial = t->about.to;
	t->part->job = t->d->job;
	if (!t->part->is_drill && serial_newer(t->about.to, f->serial))
		f->serial = t->about.to;
	t->d->taken++;
}

static int
read_open_file(struct taking *t, FILE *f)
{
	struct delta_sink sink = {t, on_begin, on_change, on_error};
	struct list_limits limits = {.entries_max = DELTA_CHANGES_MAX};
	int rc = index_delta_new(&t->changes, t->d->img->index);

	if (rc == 0)
		rc = lint_names_new(&t->servers, t->d->o);
	if (rc == 0)
		rc = delta_read(f, t->path, &limits, &sink);
	if (rc == -ERR_LIMIT)
		wrong(t, 0, "put the whole zone in place and reload instead");
	if (rc == 0)
		rc = apply(t);
	if (rc == 0)
		note_serial(t);
	index_delta_free(t->changes);
	lint_names_free(t->servers);
	return rc;
}

int
deltas_take_file(struct deltas *d, unsigned feed, const char *path, bool *waits)
{
	struct taking t = {.d = d, .feed = &d->o->feed[feed], .feed_no = feed, .path = path};
	FILE *f = fopen(path, "re");
	int rc = f ? read_open_file(&t, f) : -errno;

	if (!f && rc == -ENOENT) /* it went since it was found: the list has what it led to */
		rc = -ERR_STALE;
	if (rc < 0 && rc != -ERR_STALE && !t.said)
		wrong(&t, 0, "%s", err_text(rc));
	if (f)
		fclose(f);
	*waits = t.waits;
	return rc;
}

/* That there is none is as it should be. */
static int
find_files(const struct deltas *d, const struct conf_texts *files, glob_t *g)
{
	int rc = 0;

	*g = (glob_t){0};
	for (size_t i = 0; i < files->n && rc == 0; i++) {
		const char *item = files->item[i];
		char *path;
		int got;

		if (asprintf(&path, "%s%s", *item == '/' ? "" : d->o->dir, item) < 0)
			return -ENOMEM;
		got = glob(path, GLOB_APPEND | GLOB_ERR, NULL, g);
		if (got != 0 && got != GLOB_NOMATCH) {
			rc = got == GLOB_NOSPACE ? -ENOMEM : -EACCES;
			d->error(d->ctx, path);
		}
		free(path);
	}
	return rc;
}

/* Of the files that are left, the first that leads on but does not begin where we are. */
static int
report_gap(struct deltas *d, const char *path)
{
	char text[1024];

	snprintf(text, sizeof(text),
	    "%s: starts from a serial that is not in force; add the deltas before it, or put the "
	    "whole zone in place and reload",
	    path);
	d->error(d->ctx, text);
	return -ERR_STALE;
}

/* Files come in any order: whatever was taken may let another one fit. */
static int
take_feed(struct deltas *d, unsigned feed, glob_t *g)
{
	const char *gap = NULL;
	bool moved = true;
	int first = 0;

	while (moved) {
		moved = false;
		gap = NULL;
		for (size_t i = 0; i < g->gl_pathc; i++) {
			bool waits;
			int rc;

			if (!*g->gl_pathv[i])
				continue;
			rc = deltas_take_file(d, feed, g->gl_pathv[i], &waits);
			if (rc == -ERR_STALE && waits) {
				gap = gap ? gap : g->gl_pathv[i];
				continue;
			}
			moved = moved || rc == 0;
			first = first == 0 && rc != -ERR_STALE ? rc : first;
			*g->gl_pathv[i] = '\0'; /* done with */
		}
	}
	if (gap && first == 0)
		first = d->silent ? -ERR_STALE : report_gap(d, gap);
	return first;
}

int
deltas_take(struct deltas *d)
{
	int first = 0;

	for (unsigned i = 0; i < d->o->feeds_n; i++) {
		glob_t g;
		int rc;

		if (!d->o->feed[i].deltas || !d->o->feed[i].deltas->n)
			continue;
		rc = find_files(d, d->o->feed[i].deltas, &g);
		if (rc == 0)
			rc = take_feed(d, i, &g);
		globfree(&g);
		first = first == 0 ? rc : first;
	}
	return first;
}

bool
deltas_is_behind(const struct image *img, const struct image *now, uint64_t job,
    feeds_error_fn *error, void *ctx)
{
	for (size_t i = 0; i < now->parts_n; i++) {
		const struct image_part *was = &now->part[i];
		const struct image_part *is = image_part_like(img, now->feed[was->feed].name, was);
		char name[NAME_TEXT_MAX], text[NAME_TEXT_MAX + 128];

		if (was->job != job || !is || !serial_newer(was->serial, is->serial))
			continue;
		name_to_text(name, was->origin);
		snprintf(text, sizeof(text),
		    "zone %s: serial %" PRIu32 " was read, and a delta led to %" PRIu32
		    " meanwhile, which is gone; reload again",
		    name, is->serial, was->serial);
		error(ctx, text);
		return true;
	}
	return false;
}
