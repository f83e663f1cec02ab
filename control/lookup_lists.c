#include "control/lookup.h"

#include "base/date.h"
#include "base/err.h"
#include "lists/name.h"
#include "lists/read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_TEXT_MAX 32

struct wanted {
	uint8_t name[NAME_LEN_MAX];
	size_t len;
	bool listed, excepted; /* by an entry in force */
};

struct scan {
	const struct lookup *l;
	struct wanted *wanted;
	const char *path;
	char feed[64]; /* of the zone that is read, else "" */
	bool is_drill;
};

static void
window_text(char out[WINDOW_TEXT_MAX], const struct entry *e)
{
	char from[DATE_TEXT_MAX] = "", until[DATE_TEXT_MAX] = "";

	if (e->from > DAY_FIRST)
		date_format(from, e->from);
	if (e->until != DAY_NEVER)
		date_format(until, e->until);
	snprintf(out, WINDOW_TEXT_MAX, "%s%s%s", from, *from || *until ? "/" : "always", until);
}

static void
print_match(const struct scan *s, const struct wanted *w, const struct entry *e, bool in_force)
{
	char name[NAME_TEXT_MAX], entry[NAME_TEXT_MAX], window[WINDOW_TEXT_MAX];
	const char *state = "";

	name_to_text(name, w->name);
	name_to_text(entry, e->name);
	window_text(window, e);
	if (s->is_drill)
		state = ", a drill";
	else if (!in_force)
		state = ", not in force";
	fprintf(s->l->to, "%s: %s%s%s: entry %s, %s%s, %s%s%.*s\n", name, s->path,
	    *s->feed ? " feed " : "", s->feed, entry, window, state,
	    e->action ? action_text((enum action)e->action) : "the feed's action",
	    e->comment_len ? ", " : "", (int)e->comment_len, e->comment_len ? e->comment : "");
}

static int
on_entry(void *ctx, const struct entry *e)
{
	struct scan *s = ctx;
	bool in_force = e->from <= s->l->day && s->l->day < e->until;

	for (size_t i = 0; i < s->l->names_n; i++) {
		struct wanted *w = &s->wanted[i];

		if (!name_is_under(w->name, w->len, e->name, e->name_len))
			continue;
		print_match(s, w, e, in_force);
		if (in_force && !s->is_drill) {
			w->listed = true;
			w->excepted = w->excepted || e->action == ACTION_PASS;
		}
	}
	return 0;
}

static int
on_meta(void *ctx, const struct list_meta *m)
{
	struct scan *s = ctx;

	memcpy(s->feed, m->feed, sizeof(s->feed));
	s->is_drill = m->drill;
	return 0;
}

static void
on_error(void *ctx, const struct list_error *e)
{
	struct scan *s = ctx;

	fprintf(stderr, "%s: %s:%" PRIu64 ":%" PRIu32 ": %s\n", s->l->program, s->path, e->line,
	    e->column, e->text);
}

static int
scan_file(struct scan *s, const char *path)
{
	const struct list_sink sink = {s, on_entry, on_meta, on_error};
	FILE *f = fopen(path, "re");
	int rc;

	s->path = path;
	s->feed[0] = '\0';
	s->is_drill = false;
	rc = f ? list_read(f, path, LIST_AUTO, NULL, &sink) : -errno;
	if (rc < 0)
		fprintf(stderr, "%s: %s: %s\n", s->l->program, path, err_text(rc));
	if (f)
		fclose(f);
	return rc;
}

static int
take_names(struct scan *s)
{
	for (size_t i = 0; i < s->l->names_n; i++) {
		const char *text = s->l->name[i];
		int len = name_from_text(s->wanted[i].name, text, strlen(text));

		if (len < 0) {
			fprintf(stderr, "%s: \"%s\" is not a domain name\n", s->l->program, text);
			return len;
		}
		s->wanted[i].len = (size_t)len;
	}
	return 0;
}

static enum lookup_exit
verdict(const struct scan *s)
{
	enum lookup_exit status = LOOKUP_LISTED;

	for (size_t i = 0; i < s->l->names_n; i++) {
		const struct wanted *w = &s->wanted[i];

		if (!w->listed)
			fprintf(s->l->to, "%s: not listed\n", s->l->name[i]);
		else if (w->excepted)
			fprintf(s->l->to, "%s: an exception\n", s->l->name[i]);
		if (!w->listed || w->excepted)
			status = LOOKUP_NOT;
	}
	return status;
}

enum lookup_exit
lookup_lists(const struct lookup *l)
{
	struct scan s = {.l = l, .wanted = calloc(l->names_n, sizeof(*s.wanted))};
	enum lookup_exit status = LOOKUP_ERROR;
	int rc = s.wanted ? take_names(&s) : -ENOMEM;

	for (size_t i = 0; i < l->lists_n && rc == 0; i++)
		rc = scan_file(&s, l->list[i]);
	if (rc == 0)
		status = verdict(&s);
	free(s.wanted);
	return status;
}
