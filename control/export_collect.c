#include "control/export.h"

#include "base/err.h"
#include "base/serial.h"
#include "control/source.h"
#include "lists/allow.h"
#include "lists/canonical.h"
#include "lists/sorter.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define MISTAKES_MAX 20

/* Returns 0 to see what else is wrong. */
static int
mistake(struct export_job *j, const struct entry *e, const char *what)
{
	char name[NAME_TEXT_MAX];

	name_to_text(name, e->name);
	export_complain(j, 0, "%s:%" PRIu64 ": %s (%s) cannot be exported as %s: %s", j->path,
	    e->line, name, action_text((enum action)e->action), export_form_text(j->o.form), what);
	return ++j->mistakes < MISTAKES_MAX ? 0 : -ERR_FORMAT;
}

static int
add(struct export_job *j, const uint8_t *name, size_t len, uint16_t type, const struct entry *e)
{
	uint8_t rdata[8 + 1 + ENTRY_COMMENT_MAX];
	struct record r = {.owner = name, .owner_len = (uint8_t)len, .type = type, .rdata = rdata};
	size_t name_len;

	if (e) {
		for (unsigned i = 0; i < 4; i++) {
			rdata[i] = (uint8_t)(e->from >> (24 - 8 * i));
			rdata[4 + i] = (uint8_t)(e->until >> (24 - 8 * i));
		}
		rdata[8] = e->action;
		if (e->comment_len)
			memcpy(rdata + 9, e->comment, e->comment_len);
		r.rdata_len = (uint16_t)(9 + e->comment_len);
	}
	return sorter_add(j->sorter, j->key, canonical_key(j->key, &name_len, &r, 1), 0);
}

static int
take_entry(void *ctx, const struct entry *from_reader)
{
	struct export_job *j = ctx;
	const struct export_options *o = &j->o;
	struct entry e = *from_reader;
	const char *why = NULL;

	if (e.from >= j->until || e.until <= j->from || j->is_other_part)
		return 0;
	if (o->suffix && !name_is_under(e.name, e.name_len, o->suffix, o->suffix_len))
		return 0;
	if (e.action != ACTION_PASS && j->action != ACTION_INHERIT)
		e.action = (uint8_t)j->action;
	if (e.action == ACTION_INHERIT)
		e.action = (uint8_t)j->list_action;
	if (e.action != ACTION_PASS || !j->skips_pass)
		why = export_refuses(o, (enum action)e.action);
	if (!why)
		why = export_refuses_name(o, &e);
	if (why && e.action == ACTION_PASS && !export_refuses_name(o, &e))
		why = "it has no exceptions; --skip-pass leaves such names out";
	if (why)
		return mistake(j, &e, why);
	if (o->form != EXPORT_CSV)
		e.comment_len = 0;
	return add(j, e.name, e.name_len, EXPORT_KEY_ENTRY, &e);
}

static int
take_meta(void *ctx, const struct list_meta *m)
{
	struct export_job *j = ctx;
	struct export_options *o = &j->o;

	bool is_hidden = m->drill && o->form != EXPORT_CSV && o->form != EXPORT_PLAIN;

	if (is_hidden && !j->skips_drill)
		return export_complain(j, -ERR_REFUSED,
		    "%s: an exercise (drill), which is never answered; only csv and plain show it",
		    j->path);
	if (*o->feed && strcmp(o->feed, m->feed))
		return export_complain(j, -ERR_REFUSED,
		    "%s: feed %s, not %s; export one feed at a time", j->path, m->feed, o->feed);
	memcpy(o->feed, m->feed, sizeof(o->feed));
	j->list_action = (enum action)m->action;
	/* A part of com.tw is not that of tw. */
	j->is_other_part =
	    is_hidden ||
	    (o->suffix && m->suffix_len > 1 && (size_t)m->suffix_len != o->suffix_len &&
		name_is_under(m->suffix, m->suffix_len, o->suffix, o->suffix_len));
	if (!j->has_serial && (!j->has_feed || serial_newer(m->serial, o->serial)))
		o->serial = m->serial;
	j->has_feed = true;
	return 0;
}

static void
take_error(void *ctx, const struct list_error *e)
{
	const struct export_job *j = ctx;

	if (e->line && e->column)
		export_complain(
		    j, 0, "%s:%" PRIu64 ":%" PRIu32 ": %s", e->path, e->line, e->column, e->text);
	else if (e->line)
		export_complain(j, 0, "%s:%" PRIu64 ": %s", e->path, e->line, e->text);
	else
		export_complain(j, 0, "%s: %s", e->path, e->text);
}

int
export_read(struct export_job *j, FILE *f, const char *where, enum list_form form)
{
	const struct list_sink sink = {j, take_entry, take_meta, take_error};
	int rc;

	j->path = where;
	j->list_action = ACTION_INHERIT;
	j->is_other_part = false;
	rc = list_read(f, where, form, NULL, &sink);
	if (rc < 0 && rc != -ERR_FORMAT && rc != -ERR_LIMIT && rc != -ERR_REFUSED)
		export_complain(j, rc, "%s: %s", where, err_text(rc));
	return rc;
}

static int
take_zone(void *ctx, const struct source_zone *z)
{
	struct export_job *j = ctx;

	if (z->is_manifest)
		return 0;
	return export_read(j, z->f, z->where, z->suffix ? LIST_ZONE : j->input_form);
}

/* What cannot be read twice: a pipe, standard input. */
static int
read_stream(struct export_job *j, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *f = is_stdin ? stdin : fopen(path, "re");
	int rc;

	if (!f)
		return export_complain(j, -errno, "%s: %s", path, err_text(errno));
	rc = export_read(j, f, is_stdin ? "<stdin>" : path, j->input_form);
	if (!is_stdin)
		fclose(f);
	return rc;
}

static int
read_input(struct export_job *j, const char *path)
{
	struct reasons reasons = {0};
	struct source s;
	int rc;

	if (!strcmp(path, "-"))
		return read_stream(j, path);
	rc = source_open(&s, path);
	if (rc == -EINVAL) {
		source_close(&s);
		return read_stream(j, path);
	}
	j->path = NULL;
	if (rc == 0)
		rc = source_each(&s, &reasons, take_zone, j);
	reasons_print(&reasons, j->program, path, stderr);
	if (rc < 0 && !reasons.n && !j->path)
		export_complain(j, rc, "%s: %s", path, err_text(rc));
	reasons_free(&reasons);
	source_close(&s);
	return rc;
}

/* A name of the registry is one label below its suffix; a zone file has hosts below that. */
static int
take_registered(void *ctx, const uint8_t *name, size_t len)
{
	struct export_job *j = ctx;
	size_t suffix = j->o.suffix_len;

	if (len <= suffix || !name_is_under(name, len, j->o.suffix, suffix))
		return 0;
	while (len - name[0] - 1u > suffix) {
		len -= name[0] + 1u;
		name += name[0] + 1;
	}
	return add(j, name, len, EXPORT_KEY_REGISTERED, NULL);
}

static int
read_registered(struct export_job *j)
{
	struct allow_counts counts;
	FILE *f = fopen(j->registered, "re");
	int rc;

	if (!f)
		return export_complain(j, -errno, "%s: %s", j->registered, err_text(errno));
	rc = allow_read(f, take_registered, j, &counts);
	fclose(f);
	if (rc == 0 && counts.bad)
		rc = export_complain(j, -ERR_FORMAT,
		    "%s:%" PRIu64 ": no name; who is registered must be known for certain",
		    j->registered, counts.bad_line);
	else if (rc < 0)
		export_complain(j, rc, "%s: %s", j->registered, err_text(rc));
	return rc;
}

int
export_collect(struct export_job *j)
{
	int rc = 0, worst = 0;

	for (size_t i = 0; i < j->inputs_n; i++) {
		rc = read_input(j, j->inputs[i]);
		worst = rc < 0 ? rc : worst;
	}
	if (worst == 0 && j->registered)
		worst = read_registered(j);
	return worst < 0 ? worst : j->mistakes ? -ERR_FORMAT : 0;
}
