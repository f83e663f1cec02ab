#include "control/build.h"

#include "base/date.h"
#include "base/err.h"
#include "control/command.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MISTAKES_MAX 20
#define STEP_ENTRIES 4096 /* between two looks at the progress */

static int
complain(const char *about, int rc)
{
	fprintf(stderr, "build: %s: %s\n", about, err_text(rc));
	return rc;
}

static void
show_error(void *ctx, const struct list_error *e)
{
	(void)ctx;
	if (e->line == 0)
		fprintf(stderr, "build: %s: %s\n", e->path, e->text);
	else if (e->column == 0)
		fprintf(stderr, "build: %s:%" PRIu64 ": %s\n", e->path, e->line, e->text);
	else
		fprintf(stderr, "build: %s:%" PRIu64 ":%" PRIu32 ": %s\n", e->path, e->line,
		    e->column, e->text);
}

/* An entry that cannot be written.  Returns 0 to see what else is wrong. */
static int
show_mistake(struct build *b, const struct entry *e, const char *what)
{
	char name[NAME_TEXT_MAX];

	name_to_text(name, e->name);
	fprintf(stderr, "build: %s:%" PRIu64 ": %s: %s\n", b->path, e->line, name, what);
	return ++b->mistakes < MISTAKES_MAX ? 0 : -ERR_FORMAT;
}

static int
take_entry(void *ctx, const struct entry *from_reader)
{
	struct build *b = ctx;
	struct entry e = *from_reader;
	int rc;

	if (e.from == DAY_FIRST)
		e.from = b->from;
	if (e.until == DAY_NEVER)
		e.until = b->until;
	if (++b->entries % STEP_ENTRIES == 0) {
		off_t at = ftello(b->f);

		progress_step(&b->progress, at > 0 ? (uint64_t)at : b->entries);
	}
	rc = parts_write(&b->parts, &e);
	switch (rc) {
	case 0: return 0;
	case -ERR_UNKNOWN: return show_mistake(b, &e, "below none of the suffixes");
	case -ERR_REFUSED:
		return show_mistake(b, &e, "is a suffix itself, all of it would be listed");
	case -ERR_NAME: return show_mistake(b, &e, "too long under the zone's own name");
	case -ERR_RANGE: return show_mistake(b, &e, "window is empty, with --from and --until");
	default: complain(b->parts.failed, rc); return -ERR_FORMAT; /* said here */
	}
}

/* Judges what is in b->f, if that was asked for; leaves the file at its beginning. */
static int
judge_input(struct build *b)
{
	struct check_result r;
	int rc;

	b->check.program = "build";
	b->check.list = b->path;
	b->check.from = b->f;
	b->check.form = b->form;
	b->check.limit = MISTAKES_MAX;
	rc = check_run(&b->check, &r);
	if (rc == 0 && judge_is_bad(r.judge, (enum judge_severity)b->reject_on)) {
		check_print(&b->check, r.judge, stderr);
		fprintf(stderr, "build: %s: rejected for findings of severity %s or above\n",
		    b->path, judge_severity_text((enum judge_severity)b->reject_on));
		rc = -ERR_REFUSED;
	}
	check_result_free(&r);
	rewind(b->f);
	return rc < 0 ? -ERR_REFUSED : 0; /* what went wrong has been said */
}

static int
open_input(struct build *b, const char *path, bool twice)
{
	int rc = 0;

	b->path = strcmp(path, "-") ? path : "<stdin>";
	if (twice)
		rc = check_open(&b->f, path);
	else
		b->f = strcmp(path, "-") ? fopen(path, "re") : stdin;
	return b->f ? rc : -errno;
}

static int
read_input(struct build *b, const char *path, enum list_form form, const struct list_sink *sink)
{
	bool is_judged = b->reject_on >= 0 && sink->entry == take_entry;
	struct stat st = {0};
	int rc = open_input(b, path, is_judged);

	if (rc == 0 && is_judged)
		rc = judge_input(b);
	if (rc == 0 && fstat(fileno(b->f), &st) < 0)
		rc = -errno;
	if (rc == 0) {
		progress_start(
		    &b->progress, b->path, S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0);
		rc = list_read(b->f, b->path, form, NULL, sink);
		progress_end(&b->progress);
	}
	if (b->f && b->f != stdin)
		fclose(b->f);
	if (rc < 0 && rc > -ERR_SHORT)
		complain(b->path, rc);
	return rc;
}

/* Adds the part of a suffix; without a directory the output is its file. */
static int
add_part(struct build *b, const uint8_t *suffix, size_t len)
{
	char name[NAME_TEXT_MAX], path[PATH_MAX];
	size_t n = name_to_text(name, suffix);
	int rc;

	if (len == 1)
		n = 0;
	if (memchr(name, '/', n) || (n && name[0] == '.'))
		return complain(name, -ERR_NAME);
	rc = snprintf(path, sizeof(path), "%s/%.*s%s%s.zone", b->output, (int)n, name, n ? "." : "",
	    b->parts.meta.feed);
	if (rc >= (int)sizeof(path))
		return complain(b->output, -ENAMETOOLONG);
	rc = parts_add(&b->parts, suffix, len, b->is_directory ? path : b->output);
	return rc < 0 ? complain(path, rc) : 0;
}

static int
take_suffix(void *ctx, const struct entry *e)
{
	return add_part(ctx, e->name, e->name_len);
}

static int
prepare(struct build *b)
{
	int rc = parts_prepare(&b->parts);

	if (rc == -EEXIST)
		fprintf(stderr, "build: %s: its suffix is given twice\n", b->parts.failed);
	else if (rc == -EMFILE)
		fprintf(stderr,
		    "build: %zu parts: more than the files this process may open (ulimit -n)\n",
		    b->parts.n);
	else if (rc == -ERR_NAME || rc == -ERR_RANGE)
		fprintf(stderr,
		    "build: %s: metadata cannot be written: a text with control characters or too "
		    "long, or too long a zone name\n",
		    b->parts.failed);
	else if (rc < 0)
		complain(b->output, rc);
	return rc;
}

static int
add_parts(struct build *b)
{
	const struct list_sink sink = {.ctx = b, .entry = take_suffix, .error = show_error};
	int rc = 0;

	for (size_t i = 0; i < b->n_suffixes && rc == 0; i++) {
		uint8_t name[NAME_LEN_MAX];

		rc = name_from_text(name, b->suffixes[i], strlen(b->suffixes[i]));
		if (rc < 2)
			return complain(b->suffixes[i], -ERR_NAME);
		rc = add_part(b, name, (size_t)rc);
	}
	if (b->split && rc == 0)
		rc = read_input(b, b->split, LIST_NAMES, &sink);
	if (!b->split && !b->n_suffixes)
		rc = add_part(b, (const uint8_t *)"", 1);
	if (rc == 0 && b->parts.n == 0)
		return complain(b->split, -ERR_SHORT);
	if (rc < 0)
		return rc;
	return prepare(b);
}

/* Parts need a directory, which is made; a whole feed goes to a file unless there is one. */
static int
check_output(struct build *b)
{
	bool parts = b->split || b->n_suffixes;
	struct stat st;

	if (parts && mkdir(b->output, 0777) < 0 && errno != EEXIST)
		return complain(b->output, -errno);
	b->is_directory = stat(b->output, &st) == 0 && S_ISDIR(st.st_mode);
	return parts && !b->is_directory ? complain(b->output, -ENOTDIR) : 0;
}

static int
run(struct build *b)
{
	const struct list_sink sink = {.ctx = b, .entry = take_entry, .error = show_error};
	struct date d = date_of_day(b->date);
	int rc = check_output(b), worst = 0;

	if (rc == 0)
		rc = add_parts(b);
	if (rc < 0)
		return rc;
	b->parts.meta.serial =
	    b->serial ? b->serial : (uint32_t)d.year * 1000000 + d.month * 10000 + d.day * 100 + 1;
	for (size_t i = 0; i < b->n_inputs; i++) {
		rc = read_input(b, b->inputs[i], b->form, &sink);
		worst = rc < 0 ? rc : worst;
	}
	if (worst < 0 || b->mistakes)
		return -ERR_FORMAT;
	rc = parts_commit(&b->parts);
	if (rc < 0)
		return complain(b->parts.failed, rc);
	fprintf(stderr, "build: %" PRIu64 " names, %zu part%s, serial %" PRIu32 "\n", b->entries,
	    b->parts.n, b->parts.n == 1 ? "" : "s", b->parts.meta.serial);
	return 0;
}

int
cmd_build(int argc, char **argv)
{
	struct build b = {
	    .from = DAY_FIRST, .until = DAY_NEVER, .date = date_today(), .reject_on = -1};
	int rc;

	b.parts.hub_len = (uint8_t)name_from_text(b.parts.hub, "lists.example", 13);
	rc = build_options(&b, argc, argv);
	if (rc == 0)
		rc = run(&b);
	parts_free(&b.parts);
	free(b.suffixes);
	return rc == 0 ? 0 : 1;
}
