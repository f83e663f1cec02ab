#include "control/build_parts.h"
#include "control/command.h"

#include "base/date.h"
#include "base/err.h"
#include "base/progress.h"
#include "lists/read.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MISTAKES_MAX 20
#define STEP_ENTRIES 4096 /* between two looks at the progress */

struct build {
	struct parts parts;
	const char *output, *split;
	const char **suffixes; /* ours; the strings are argv's */
	size_t n_suffixes;
	char **inputs; /* argv's */
	size_t n_inputs;
	enum list_form form;
	int32_t from, until, date;
	uint32_t serial;   /* 0: by the date */
	bool is_directory; /* the output */
	const char *path;  /* being read */
	FILE *f;           /* likewise */
	struct progress progress;
	uint64_t entries;
	unsigned mistakes; /* MISTAKES_MAX end the reading */
};

enum long_option {
	OPTION_HUB = 256,
	OPTION_SERIAL,
	OPTION_DATE,
	OPTION_ACTION,
	OPTION_FAMILY,
	OPTION_TLP,
	OPTION_CONTACT,
	OPTION_WHY,
	OPTION_DRILL,
	OPTION_FROM,
	OPTION_UNTIL,
	OPTION_FORM,
};

static const struct argp_option options[] = {
    {"feed", 'f', "NAME", 0, "Feed that the zones are for (needed)", 1},
    {"output", 'o', "PATH", 0, "Directory, or without suffixes a file, to write to (needed)", 1},
    {"suffix", 's', "NAME", 0, "A part for the names below NAME; may be given again", 2},
    {"split", 'S', "FILE", 0, "Suffixes from FILE, one a line", 2},
    {"form", OPTION_FORM, "FORM", 0, "auto, zone, rpz, csv, hosts or names (auto)", 3},
    {"from", OPTION_FROM, "DATE", 0, "First day of entries that have none", 3},
    {"until", OPTION_UNTIL, "DATE", 0, "First day no longer listed, of entries that have none", 3},
    {"hub", OPTION_HUB, "NAME", 0, "Domain of the hub (lists.example)", 4},
    {"serial", OPTION_SERIAL, "N", 0, "Serial of the zones, or `date` (YYYYMMDD01)", 4},
    {"date", OPTION_DATE, "DATE", 0, "Date for the serial (today)", 4},
    {"action", OPTION_ACTION, "ACTION", 0,
	"pass, nxdomain, nodata, sinkhole, refuse or drop: the feed's action", 5},
    {"family", OPTION_FAMILY, "NAME", 0, "Family of malware", 5},
    {"tlp", OPTION_TLP, "WORD", 0, "Traffic light protocol: how far the list may go", 5},
    {"contact", OPTION_CONTACT, "TEXT", 0, "Whom to ask", 5},
    {"why", OPTION_WHY, "TEXT", 0, "Reason, for those who are asked", 5},
    {"drill", OPTION_DRILL, 0, 0, "An exercise: delivered, never answered", 5}, {0}};

static void
set_text(struct argp_state *state, char *to, size_t size, const char *arg)
{
	if (!*arg || strlen(arg) >= size)
		argp_error(state, "`%s': expected 1 to %zu bytes", arg, size - 1);
	memcpy(to, arg, strlen(arg) + 1);
}

static void
set_date(struct argp_state *state, int32_t *to, const char *arg)
{
	if (date_parse(to, arg, strlen(arg)) < 0)
		argp_error(state, "`%s': not a date; expected YYYY-MM-DD", arg);
}

static void
set_feed(struct argp_state *state, struct list_meta *m, const char *arg)
{
	if (strspn(arg, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(arg))
		argp_error(state, "feed `%s': expected a-z, 0-9 and -", arg);
	set_text(state, m->feed, sizeof(m->feed), arg);
}

static void
set_hub(struct argp_state *state, struct parts *p, const char *arg)
{
	int n = name_from_text(p->hub, arg, strlen(arg));

	if (n < 2)
		argp_error(state, "hub `%s': not a domain name", arg);
	p->hub_len = (uint8_t)n;
}

static void
set_serial(struct argp_state *state, struct build *b, const char *arg)
{
	unsigned long long n;
	char *end;

	b->serial = 0;
	if (!strcmp(arg, "date"))
		return;
	errno = 0;
	n = strtoull(arg, &end, 10);
	if (arg[0] < '0' || arg[0] > '9' || *end || errno || n == 0 || n > UINT32_MAX)
		argp_error(state, "serial `%s': expected 1 to 4294967295, or `date'", arg);
	b->serial = (uint32_t)n;
}

static void
set_word(struct argp_state *state, int code, const char *arg)
{
	if (code < 0)
		argp_error(state, "`%s': unknown word", arg);
}

static void
add_suffix(struct argp_state *state, struct build *b, const char *arg)
{
	const char **more = reallocarray(b->suffixes, b->n_suffixes + 1, sizeof(*more));

	if (!more)
		argp_failure(state, 1, errno, "suffix");
	b->suffixes = more;
	b->suffixes[b->n_suffixes++] = arg;
}

static void
check_options(struct argp_state *state, const struct build *b)
{
	if (!b->parts.meta.feed[0] || !b->output)
		argp_error(state, "--feed and --output are needed");
	if (b->from >= b->until)
		argp_error(state, "--from must lie before --until");
	if (!b->serial && date_of_day(b->date).year > 4294)
		argp_error(state, "--date: after the year 4294 give a --serial");
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct build *b = state->input;
	struct list_meta *m = &b->parts.meta;
	int word;

	switch (key) {
	case 'f': set_feed(state, m, arg); break;
	case 'o': b->output = arg; break;
	case 's': add_suffix(state, b, arg); break;
	case 'S': b->split = arg; break;
	case OPTION_HUB: set_hub(state, &b->parts, arg); break;
	case OPTION_SERIAL: set_serial(state, b, arg); break;
	case OPTION_DATE: set_date(state, &b->date, arg); break;
	case OPTION_FROM: set_date(state, &b->from, arg); break;
	case OPTION_UNTIL: set_date(state, &b->until, arg); break;
	case OPTION_FAMILY: set_text(state, m->family, sizeof(m->family), arg); break;
	case OPTION_TLP: set_text(state, m->tlp, sizeof(m->tlp), arg); break;
	case OPTION_CONTACT: set_text(state, m->contact, sizeof(m->contact), arg); break;
	case OPTION_WHY: set_text(state, m->why, sizeof(m->why), arg); break;
	case OPTION_DRILL: m->drill = 1; break;
	case OPTION_ACTION:
		set_word(state, word = action_parse(arg, strlen(arg)), arg);
		m->action = (uint8_t)word;
		break;
	case OPTION_FORM:
		set_word(state, word = list_form_parse(arg), arg);
		b->form = (enum list_form)word;
		break;
	case ARGP_KEY_ARGS:
		b->inputs = state->argv + state->next;
		b->n_inputs = (size_t)(state->argc - state->next);
		break;
	case ARGP_KEY_NO_ARGS: argp_error(state, "no input; `-' is standard input"); break;
	case ARGP_KEY_END: check_options(state, b); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {.options = options,
    .parser = parse_option,
    .args_doc = "INPUT...",
    .doc = "Makes zone files out of lists, predictions or other zones.\v"
	   "Without suffixes there is one zone for the whole feed; with them a part for each, and "
	   "every name must be below one.  `-' is standard input.  Files appear under their names "
	   "only when all are complete."};

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

static int
read_input(struct build *b, const char *path, enum list_form form, const struct list_sink *sink)
{
	bool is_stdin = !strcmp(path, "-");
	struct stat st;
	int rc;

	b->f = is_stdin ? stdin : fopen(path, "re");
	if (!b->f || fstat(fileno(b->f), &st) < 0)
		return complain(path, -errno);
	b->path = is_stdin ? "<stdin>" : path;
	progress_start(&b->progress, b->path, S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0);
	rc = list_read(b->f, b->path, form, NULL, sink);
	progress_end(&b->progress);
	if (!is_stdin)
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
	struct build b = {.from = DAY_FIRST, .until = DAY_NEVER, .date = date_today()};
	int rc;

	b.parts.hub_len = (uint8_t)name_from_text(b.parts.hub, "lists.example", 13);
	argp_err_exit_status = 2;
	rc = argp_parse(&parser, argc, argv, 0, NULL, &b);
	if (rc == 0)
		rc = run(&b);
	parts_free(&b.parts);
	free(b.suffixes);
	return rc == 0 ? 0 : 1;
}
