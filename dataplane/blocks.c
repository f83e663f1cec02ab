#include "dataplane/blocks.h"

#include "base/date.h"
#include "base/err.h"
#include "base/outfile.h"
#include "lists/read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int
blocks_add(struct blocks *b, const struct entry *e)
{
	struct block *to;

	if (b->n == BLOCKS_MAX)
		return -ERR_FULL;
	if (b->n == b->room) {
		size_t room = b->room ? 2 * b->room : 16;
		struct block *more = reallocarray(b->item, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		b->item = more;
		b->room = room;
	}
	to = &b->item[b->n++];
	to->entry = *e;
	to->entry.comment = NULL;
	if (e->comment_len)
		memcpy(to->comment, e->comment, e->comment_len);
	to->comment[e->comment_len] = '\0';
	return 0;
}

int
blocks_add_block(struct blocks *b, const struct block *k)
{
	struct entry e = k->entry;

	e.comment = k->comment; /* its length is e's already */
	return blocks_add(b, &e);
}

static bool
is_named(const struct block *k, const uint8_t *name, size_t len)
{
	return k->entry.name_len == len && memcmp(k->entry.name, name, len) == 0;
}

const struct block *
blocks_next(const struct blocks *b, const uint8_t *name, size_t len, size_t *at)
{
	while (*at < b->n) {
		const struct block *k = &b->item[(*at)++];

		if (is_named(k, name, len))
			return k;
	}
	return NULL;
}

size_t
blocks_remove(struct blocks *b, const uint8_t *name, size_t len)
{
	size_t kept = 0, n = b->n;

	for (size_t i = 0; i < n; i++)
		if (!is_named(&b->item[i], name, len))
			b->item[kept++] = b->item[i];
	b->n = kept;
	return n - kept;
}

struct reading {
	struct blocks *b;
	char *why; /* the first mistake */
	size_t size;
};

static int
on_entry(void *ctx, const struct entry *e)
{
	return blocks_add(((struct reading *)ctx)->b, e);
}

static void
on_error(void *ctx, const struct list_error *e)
{
	struct reading *r = ctx;

	if (!*r->why)
		snprintf(r->why, r->size, "%s:%" PRIu64 ":%" PRIu32 ": %s", e->path, e->line,
		    e->column, e->text);
}

int
blocks_read(struct blocks *b, const char *path, char *why, size_t size)
{
	struct reading r = {b, why, size};
	struct list_sink sink = {.ctx = &r, .entry = on_entry, .error = on_error};
	FILE *f = fopen(path, "re");
	int rc = f ? 0 : -errno;

	*why = '\0';
	if (f)
		rc = list_read(f, path, LIST_CSV, NULL, &sink);
	if (rc < 0 && !*why)
		snprintf(why, size, "%s: %s", path, err_text(rc));
	if (rc < 0)
		blocks_free(b);
	if (f)
		fclose(f);
	return rc;
}

static void
write_day(FILE *to, int32_t day)
{
	char text[DATE_TEXT_MAX] = "";

	if (day > DAY_FIRST && day <= DAY_MAX)
		date_format(text, day);
	fprintf(to, ",%s", text);
}

/* RFC 4180 2 (7): a quote in a quoted field is doubled. */
static void
write_quoted(FILE *to, const char *text)
{
	putc('"', to);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', to);
		putc(*text, to);
	}
	putc('"', to);
}

static void
write_block(FILE *to, const struct block *k)
{
	char name[NAME_TEXT_MAX];

	name_to_text(name, k->entry.name);
	if (strchr(name, '"'))
		write_quoted(to, name);
	else
		fputs(name, to);
	write_day(to, k->entry.from);
	write_day(to, k->entry.until);
	fprintf(to, ",%s,", k->entry.action ? action_text((enum action)k->entry.action) : "");
	write_quoted(to, k->comment);
	putc('\n', to);
}

int
blocks_write(const struct blocks *b, const char *path)
{
	struct outfile o;
	int rc = outfile_open(&o, path);

	if (rc < 0)
		return rc;
	fputs("name,from,until,action,comment\n", o.to);
	for (size_t i = 0; i < b->n; i++)
		write_block(o.to, &b->item[i]);
	return outfile_close(&o, 0);
}

void
blocks_free(struct blocks *b)
{
	free(b->item);
	*b = (struct blocks){0};
}
