#include "base/err.h"
#include "base/outfile.h"
#include "base/serial.h"
#include "control/command.h"
#include "control/source.h"
#include "lists/sorter.h"
#include "lists/zone.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_BYTES ((size_t)64 << 20) /* of each side; the rest goes to a file */
#define KEY_MAX      (NAME_LEN_MAX + 1 + 8 + 1 + ENTRY_COMMENT_MAX)

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Write to FILE, which appears whole or not at all", 0},
    {0},
};

/* One of the two.  An entry is the string `name length, name, window, action, comment`. */
struct side {
	const char *program, *path;
	struct sorter *sorter;
	int spill;
	struct list_meta meta;
	uint64_t entries;
	const uint8_t *key; /* at hand, borrowed from the sorter */
	size_t len;         /* 0: no more */
};

struct delta {
	const char *program, *output;
	struct side side[2]; /* old, new */
	unsigned paths;
	FILE *comes; /* what comes is written behind all that goes */
	uint64_t removed, added;
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct delta *d = state->input;

	switch (key) {
	case 'o': d->output = arg; break;
	case ARGP_KEY_ARG:
		if (d->paths == 2)
			argp_error(state, "two zones only; '%s' is a third", arg);
		d->side[d->paths++].path = arg;
		break;
	case ARGP_KEY_END:
		if (d->paths < 2)
			argp_error(state, "two zones are needed");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int
take_meta(void *ctx, const struct list_meta *m)
{
	((struct side *)ctx)->meta = *m;
	return 0;
}

static int
take_entry(void *ctx, const struct entry *e)
{
	struct side *s = ctx;
	uint8_t key[KEY_MAX], *p = key;

	*p++ = e->name_len;
	memcpy(p, e->name, e->name_len);
	p += e->name_len;
	memcpy(p, &e->from, 4);
	memcpy(p + 4, &e->until, 4);
	p[8] = e->action;
	if (e->comment_len)
		memcpy(p + 9, e->comment, e->comment_len);
	s->entries++;
	return sorter_add(s->sorter, key, (size_t)(p + 9 - key) + e->comment_len, 0);
}

static void
take_error(void *ctx, const struct list_error *e)
{
	struct side *s = ctx;

	fprintf(stderr, "%s: %s:%" PRIu64 ": %s\n", s->program, s->path, e->line, e->text);
}

static int
read_side(struct side *s)
{
	const struct list_sink sink = {s, take_entry, take_meta, take_error};
	FILE *f = fopen(s->path, "re");
	int rc = f ? 0 : -errno;

	if (rc == 0)
		rc = s->spill = scratch_open();
	if (rc >= 0) {
		s->sorter = sorter_open(MEMORY_BYTES, s->spill);
		rc = s->sorter ? list_read(f, s->path, LIST_ZONE, NULL, &sink) : -ENOMEM;
	}
	if (f)
		fclose(f);
	if (rc < 0)
		fprintf(stderr, "%s: %s: %s\n", s->program, s->path, err_text(rc));
	return rc;
}

/* Says why there is no delta between the two, if so. */
static const char *
mismatch(const struct list_meta *a, const struct list_meta *b)
{
	if (a->origin_len != b->origin_len || memcmp(a->origin, b->origin, a->origin_len) != 0)
		return "these are two zones, not two versions of one";
	if (!serial_newer(b->serial, a->serial))
		return "the second zone's serial is not newer than the first one's";
	if (strcmp(a->family, b->family) != 0 || strcmp(a->tlp, b->tlp) != 0 ||
	    strcmp(a->contact, b->contact) != 0 || strcmp(a->why, b->why) != 0 ||
	    a->action != b->action || a->drill != b->drill)
		return "what the zone says of itself (TXT at its apex) has changed; put the whole "
		       "zone in place and reload";
	return NULL;
}

static int
step(struct side *s)
{
	uint32_t number;
	int rc = sorter_next(s->sorter, &s->key, &s->len, &number);

	if (rc <= 0)
		s->len = 0;
	return rc;
}

static struct entry
entry_of(const uint8_t *key, size_t len, char comment[ENTRY_COMMENT_MAX + 1])
{
	struct entry e = {.name_len = key[0]};
	const uint8_t *p = key + 1 + key[0];
	size_t rest = len - (size_t)(p + 9 - key);

	memcpy(e.name, key + 1, e.name_len);
	memcpy(&e.from, p, 4);
	memcpy(&e.until, p + 4, 4);
	e.action = p[8];
	memcpy(comment, p + 9, rest);
	comment[rest] = '\0';
	e.comment = rest ? comment : NULL;
	e.comment_len = (uint16_t)rest;
	return e;
}

static int
order_of(const struct side *a, const struct side *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order;

	if (!a->len || !b->len)
		return !a->len - !b->len;
	order = memcmp(a->key, b->key, len);
	return order ? order : (a->len > b->len) - (a->len < b->len);
}

/* What goes to one writer, what comes to the other. */
static int
merge(struct delta *d, struct zone_writer w[2])
{
	struct side *a = &d->side[0], *b = &d->side[1];
	char comment[ENTRY_COMMENT_MAX + 1];
	int rc = step(a);

	rc = rc < 0 ? rc : step(b);
	while (rc >= 0 && (a->len || b->len)) {
		int order = order_of(a, b);
		const struct side *only = order < 0 ? a : b;
		struct entry e;

		if (order != 0) {
			e = entry_of(only->key, only->len, comment);
			rc = zone_write_entry(&w[order > 0], &e);
		}
		if (rc >= 0 && order <= 0)
			rc = step(a);
		if (rc >= 0 && order >= 0)
			rc = step(b);
	}
	d->removed = w[0].entries;
	d->added = w[1].entries;
	return rc < 0 ? rc : 0;
}

static void
write_serial(FILE *to, uint32_t serial)
{
	fprintf(to, "@ SOA . . %" PRIu32 " 0 0 0 0\n", serial);
}

static int
append(FILE *to, FILE *from)
{
	char block[65536];
	size_t n;

	rewind(from);
	while ((n = fread(block, 1, sizeof(block), from)) > 0)
		if (fwrite(block, 1, n, to) != n)
			return -EIO;
	return ferror(from) ? -EIO : 0;
}

static int
write_delta(struct delta *d, FILE *to)
{
	const struct list_meta *old = &d->side[0].meta, *new = &d->side[1].meta;
	struct zone_writer w[2] = {{.to = to}, {.to = d->comes}};
	char origin[NAME_TEXT_MAX];
	int rc;

	for (int i = 0; i < 2; i++) {
		memcpy(w[i].suffix, new->suffix, new->suffix_len);
		w[i].suffix_len = new->suffix_len;
		w[i].origin_len = new->origin_len;
	}
	name_to_text(origin, new->origin);
	fprintf(
	    to, "$ORIGIN %s%s\n$TTL 3600\n", origin, origin[strlen(origin) - 1] == '.' ? "" : ".");
	write_serial(to, new->serial);
	write_serial(to, old->serial);
	rc = merge(d, w);
	write_serial(to, new->serial);
	rc = rc < 0 ? rc : append(to, d->comes);
	write_serial(to, new->serial);
	return rc;
}

static int
run(struct delta *d)
{
	struct outfile o;
	const char *why;
	int rc = read_side(&d->side[0]);

	rc = rc < 0 ? rc : read_side(&d->side[1]);
	if (rc < 0)
		return rc;
	why = mismatch(&d->side[0].meta, &d->side[1].meta);
	if (why) {
		fprintf(stderr, "%s: %s\n", d->program, why);
		return -ERR_REFUSED;
	}
	d->comes = scratch_file();
	rc = d->comes ? outfile_open(&o, d->output) : -errno;
	if (rc == 0)
		rc = outfile_close(&o, write_delta(d, o.to));
	if (rc < 0)
		fprintf(stderr, "%s: %s: %s\n", d->program, d->output ? d->output : "output",
		    err_text(rc));
	else
		fprintf(stderr,
		    "%s: serial %" PRIu32 " to %" PRIu32 ": %" PRIu64 " entries removed, %" PRIu64
		    " added\n",
		    d->program, d->side[0].meta.serial, d->side[1].meta.serial, d->removed,
		    d->added);
	return rc;
}

int
cmd_delta(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "OLD NEW",
	    "Writes what changes from one version of a list zone to the next, in the form of an "
	    "IXFR answer, which `cordon reload --deltas' takes into lists in force.",
	    NULL, NULL, NULL};
	struct delta d = {.program = argv[0]};
	int rc;

	for (int i = 0; i < 2; i++) {
		d.side[i].program = argv[0];
		d.side[i].spill = -1;
	}
	argp_parse(&argp, argc, argv, 0, NULL, &d);
	rc = run(&d);
	for (int i = 0; i < 2; i++) {
		sorter_close(d.side[i].sorter);
		if (d.side[i].spill >= 0)
			close(d.side[i].spill);
	}
	if (d.comes)
		fclose(d.comes);
	return rc < 0;
}
