#include "base/err.h"
#include "control/command.h"
#include "control/report.h"
#include "control/source.h"
#include "lists/sorter.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_BYTES ((size_t)64 << 20) /* of each side; the rest goes to a file */
#define KEY_MAX      (2 * (1 + NAME_LEN_MAX) + 10 + ENTRY_COMMENT_MAX)

enum { OPT_JSON = 256, OPT_NAMES };
enum { STATUS_SAME, STATUS_DIFFERENT, STATUS_USAGE, STATUS_FAILED };
enum change { REMOVED, ADDED, CHANGED, CHANGES };

static const char *const change_words[] = {"removed", "added", "changed"};
static const char change_signs[] = "-+~";

static const struct argp_option options[] = {
    {"names", OPT_NAMES, NULL, 0, "Print every name, not only how many", 0},
    {"json", OPT_JSON, NULL, 0, "Print one JSON object", 0},
    {0},
};

/* One of the two.  An entry becomes the string `suffix, name | rest', so that equal names meet
 * and names of one registry stand together. */
struct side {
	const char *path;
	struct sorter *sorter;
	int spill;
	struct list_meta meta; /* of the part being read */
	const char *where;
	struct diff *diff;
	/* The entries of one name, as a sum over them in order. */
	uint8_t name[KEY_MAX];
	size_t name_len; /* 0: no more */
	uint8_t sum[SHA256_BYTES];
	uint8_t ahead[KEY_MAX]; /* the entry that follows */
	size_t ahead_len;
};

struct diff {
	const char *program;
	bool json, names;
	struct side side[2];
	size_t paths;
	struct reasons reasons;
	uint8_t suffix[1 + NAME_LEN_MAX]; /* being counted, its length in front; 0: none yet */
	uint64_t count[CHANGES], total[CHANGES];
	json_t *suffixes, *list[CHANGES]; /* ours */
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct diff *d = state->input;

	switch (key) {
	case OPT_JSON: d->json = true; break;
	case OPT_NAMES: d->names = true; break;
	case ARGP_KEY_ARG:
		if (d->paths == 2)
			argp_error(state, "two paths only; '%s' is a third", arg);
		d->side[d->paths++].path = arg;
		break;
	case ARGP_KEY_END:
		if (d->paths < 2)
			argp_error(state, "two paths are needed");
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

static uint8_t *
put_name(uint8_t *p, const uint8_t *name, uint8_t len)
{
	*p++ = len;
	memcpy(p, name, len);
	return p + len;
}

static int
take_entry(void *ctx, const struct entry *e)
{
	struct side *s = ctx;
	uint8_t key[KEY_MAX], *p = put_name(key, s->meta.suffix, s->meta.suffix_len);

	p = put_name(p, e->name, e->name_len);
	memcpy(p, &e->from, sizeof(e->from));
	memcpy(p + 4, &e->until, sizeof(e->until));
	p[8] = e->action ? e->action : s->meta.action;
	if (e->comment_len)
		memcpy(p + 9, e->comment, e->comment_len);
	return sorter_add(s->sorter, key, (size_t)(p - key) + 9 + e->comment_len, 0);
}

static void
take_error(void *ctx, const struct list_error *e)
{
	struct side *s = ctx;

	reasons_add(&s->diff->reasons, REASON_SYNTAX, s->where, e->line, "%s", e->text);
}

static int
take_zone(void *ctx, const struct source_zone *z)
{
	struct side *s = ctx;
	const struct list_sink sink = {s, take_entry, take_meta, take_error};

	s->where = z->where;
	return z->is_manifest ? 0 : list_read(z->f, z->where, LIST_ZONE, NULL, &sink);
}

static int
read_side(struct side *s)
{
	struct source source;
	int rc;

	s->spill = scratch_open();
	s->sorter = s->spill < 0 ? NULL : sorter_open(MEMORY_BYTES, s->spill);
	if (!s->sorter)
		return s->spill < 0 ? s->spill : -ENOMEM;
	rc = source_open(&source, s->path);
	if (rc == 0)
		rc = source_each(&source, &s->diff->reasons, take_zone, s);
	source_close(&source);
	if (rc < 0 && !s->diff->reasons.n)
		fprintf(stderr, "%s: %s: %s\n", s->diff->program, s->path, err_text(rc));
	return rc;
}

static int
look_ahead(struct side *s)
{
	const uint8_t *key;
	uint32_t number;
	int rc = sorter_next(s->sorter, &key, &s->ahead_len, &number);

	if (rc > 0)
		memcpy(s->ahead, key, s->ahead_len);
	else
		s->ahead_len = 0;
	return rc;
}

/* How much of a key is suffix and name. */
static size_t
name_part(const uint8_t *key)
{
	size_t suffix = 1u + key[0];

	return suffix + 1 + key[suffix];
}

static int
add_sum(uint8_t sum[SHA256_BYTES], const uint8_t *bytes, size_t len)
{
	uint8_t both[SHA256_BYTES + KEY_MAX];

	memcpy(both, sum, SHA256_BYTES);
	memcpy(both + SHA256_BYTES, bytes, len);
	return digest_sha256(sum, both, SHA256_BYTES + len);
}

/* The next name of a side, with all its entries.  Entries that stand there twice count once. */
static int
next_name(struct side *s)
{
	uint8_t last[KEY_MAX];
	size_t last_len = 0;
	int rc = 1;

	s->name_len = s->ahead_len ? name_part(s->ahead) : 0;
	memcpy(s->name, s->ahead, s->name_len);
	memset(s->sum, 0, sizeof(s->sum));
	while (rc >= 0 && s->ahead_len && s->name_len && name_part(s->ahead) == s->name_len &&
	       !memcmp(s->ahead, s->name, s->name_len)) {
		if (s->ahead_len != last_len || memcmp(s->ahead, last, last_len) != 0)
			rc = add_sum(s->sum, s->ahead + s->name_len, s->ahead_len - s->name_len);
		memcpy(last, s->ahead, last_len = s->ahead_len);
		rc = rc < 0 ? rc : look_ahead(s);
	}
	return rc < 0 ? rc : 0;
}

/* Ends the count of a suffix. */
static void
end_suffix(struct diff *d)
{
	char suffix[NAME_TEXT_MAX];
	uint64_t n = d->count[REMOVED] + d->count[ADDED] + d->count[CHANGED];

	report_suffix(suffix, d->suffix + 1, d->suffix[0]);
	if (n && d->json) {
		json_t *one = json_pack("{s:s}", "suffix", suffix);

		for (int c = 0; c < CHANGES; c++)
			json_object_set_new(one, change_words[c],
			    d->names ? json_incref(d->list[c])
				     : json_integer((json_int_t)d->count[c]));
		json_array_append_new(d->suffixes, one);
	} else if (n) {
		printf("%-24s -%" PRIu64 " +%" PRIu64 " ~%" PRIu64 "\n", suffix, d->count[REMOVED],
		    d->count[ADDED], d->count[CHANGED]);
	}
	for (int c = 0; c < CHANGES; c++) {
		d->total[c] += d->count[c];
		d->count[c] = 0;
		json_decref(d->list[c]);
		d->list[c] = json_array();
	}
}

static void
add_change(struct diff *d, const uint8_t *key, enum change c)
{
	char name[NAME_TEXT_MAX];

	if (key[0] != d->suffix[0] || memcmp(key + 1, d->suffix + 1, key[0]) != 0) {
		end_suffix(d);
		memcpy(d->suffix, key, 1u + key[0]);
	}
	d->count[c]++;
	if (!d->names)
		return;
	name_to_text(name, key + key[0] + 2);
	if (d->json)
		json_array_append_new(d->list[c], json_string(name));
	else
		printf("%c %s\n", change_signs[c], name);
}

static int
order_of(const struct side *a, const struct side *b)
{
	int order;

	if (!a->name_len || !b->name_len)
		return !a->name_len - !b->name_len;
	order = memcmp(a->name, b->name, a->name_len < b->name_len ? a->name_len : b->name_len);
	return order ? order : (a->name_len > b->name_len) - (a->name_len < b->name_len);
}

static int
walk(struct diff *d)
{
	struct side *a = &d->side[0], *b = &d->side[1];
	int rc = look_ahead(a);

	rc = rc < 0 ? rc : look_ahead(b);
	rc = rc < 0 ? rc : next_name(a);
	rc = rc < 0 ? rc : next_name(b);
	while (rc >= 0 && (a->name_len || b->name_len)) {
		int order = order_of(a, b);

		if (order < 0)
			add_change(d, a->name, REMOVED);
		else if (order > 0)
			add_change(d, b->name, ADDED);
		else if (memcmp(a->sum, b->sum, sizeof(a->sum)) != 0)
			add_change(d, a->name, CHANGED);
		if (order <= 0)
			rc = next_name(a);
		if (order >= 0 && rc >= 0)
			rc = next_name(b);
	}
	end_suffix(d);
	return rc;
}

static int
print_end(struct diff *d)
{
	if (d->json)
		return report_write(
		    json_pack("{s:I, s:I, s:I, s:O}", "removed", (json_int_t)d->total[REMOVED],
			"added", (json_int_t)d->total[ADDED], "changed",
			(json_int_t)d->total[CHANGED], "suffixes", d->suffixes),
		    stdout);
	printf("%" PRIu64 " removed, %" PRIu64 " added, %" PRIu64 " changed\n", d->total[REMOVED],
	    d->total[ADDED], d->total[CHANGED]);
	return fflush(stdout) || ferror(stdout) ? -EIO : 0;
}

static int
run(struct diff *d)
{
	int rc = 0;

	d->suffixes = json_array();
	for (int i = 0; i < 2 && rc == 0; i++) {
		d->side[i].diff = d;
		rc = read_side(&d->side[i]);
	}
	reasons_print(&d->reasons, d->program, "", stderr);
	if (rc == 0)
		rc = walk(d);
	if (rc == 0)
		rc = print_end(d);
	for (int i = 0; i < 2; i++) {
		sorter_close(d->side[i].sorter);
		if (d->side[i].spill >= 0)
			close(d->side[i].spill);
	}
	for (int c = 0; c < CHANGES; c++)
		json_decref(d->list[c]);
	json_decref(d->suffixes);
	reasons_free(&d->reasons);
	return rc;
}

int
cmd_diff(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "OLD NEW",
	    "Shows what one update, folder of parts or part lists that another does not, by "
	    "registry suffix: names removed, added, and listed otherwise."
	    "\vExit status: 0 the same, 1 different, 2 usage, 3 could not be read.",
	    NULL, NULL, NULL};
	struct diff *d = calloc(1, sizeof(*d));
	int status = STATUS_FAILED;

	if (!d)
		return STATUS_FAILED;
	d->program = argv[0];
	d->side[0].spill = d->side[1].spill = -1;
	if (argp_parse(&argp, argc, argv, 0, NULL, d))
		status = STATUS_USAGE;
	else if (run(d) == 0)
		status = d->total[REMOVED] + d->total[ADDED] + d->total[CHANGED] ? STATUS_DIFFERENT
										 : STATUS_SAME;
	free(d);
	return status;
}
