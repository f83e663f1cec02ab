#include "lists/read_impl.h"

#include "base/date.h"
#include "base/err.h"

#include <string.h>
#include <strings.h>

enum column { COLUMN_NAME, COLUMN_FROM, COLUMN_UNTIL, COLUMN_ACTION, COLUMN_COMMENT, COLUMNS };

static const char *const titles[COLUMNS] = {"name", "from", "until", "action", "comment"};

struct csv {
	struct reader *r;
	size_t at[COLUMNS]; /* where the field begins in the record, its opening quote left out */
	size_t len[COLUMNS];
	unsigned n;
	bool begun; /* the first record was seen */
};

enum state { FIELD_START, FIELD_BARE, FIELD_QUOTED, FIELD_CLOSED };

static enum state
next_state(enum state s, char c)
{
	if (s == FIELD_QUOTED)
		return c == '"' ? FIELD_CLOSED : FIELD_QUOTED;
	if (c == ',')
		return FIELD_START;
	return c == '"' && s != FIELD_BARE ? FIELD_QUOTED : FIELD_BARE;
}

/* RFC 4180 2 (6): a quoted field may hold line ends. */
static bool
whole_record(struct reader *r)
{
	enum state s = FIELD_START;
	size_t at = 0;

	for (;;) {
		for (; at < r->len; at++)
			s = next_state(s, r->text[at]);
		if (s != FIELD_QUOTED)
			return true;
		if (line_more(r) <= 0)
			return r->rc < 0 ? false : line_error(r, "file ends inside a quoted field");
	}
}

/* Unquotes in place.  Returns where the field ends in the record, SIZE_MAX after a mistake. */
static size_t
quoted_field(struct csv *c, size_t at)
{
	struct reader *r = c->r;
	size_t to = at + 1;

	c->at[c->n] = to;
	for (size_t i = at + 1; i < r->len; i++) {
		char ch = r->text[i];

		if (ch == '"' && (i + 1 == r->len || r->text[i + 1] != '"')) {
			c->len[c->n] = to - (at + 1);
			return i + 1;
		}
		i += ch == '"';
		r->text[to++] = ch;
	}
	record_error(r, at, "quoted field without an end");
	return SIZE_MAX;
}

static size_t
bare_field(struct csv *c, size_t at)
{
	struct reader *r = c->r;
	size_t i = at;

	for (; i < r->len && r->text[i] != ','; i++)
		if (r->text[i] == '"') {
			record_error(r, i, "quote inside a field that does not begin with one");
			return SIZE_MAX;
		}
	c->at[c->n] = at;
	c->len[c->n] = i - at;
	return i;
}

static bool
split(struct csv *c)
{
	struct reader *r = c->r;
	size_t at = 0;

	for (c->n = 0;; at++) {
		if (c->n == COLUMNS)
			return record_error(r, at,
			    "more than 5 columns; expected "
			    "name,from,until,action,comment");
		at = at < r->len && r->text[at] == '"' ? quoted_field(c, at) : bare_field(c, at);
		if (at == SIZE_MAX)
			return false;
		c->n++;
		if (at == r->len)
			break;
		if (r->text[at] != ',')
			return record_error(r, at, "expected a comma behind the quoted field");
	}
	for (unsigned i = c->n; i < COLUMNS; i++) {
		c->at[i] = r->len;
		c->len[i] = 0;
	}
	return true;
}

static bool
is_title(const struct csv *c, unsigned i)
{
	return c->len[i] == strlen(titles[i]) &&
	       !strncasecmp(c->r->text + c->at[i], titles[i], c->len[i]);
}

static bool
read_day(struct csv *c, unsigned i, int32_t *day)
{
	if (c->len[i] == 0 || date_parse(day, c->r->text + c->at[i], c->len[i]) == 0)
		return true;
	return record_error(c->r, c->at[i], "%s: not a date; expected YYYY-MM-DD", titles[i]);
}

static bool
read_action(struct csv *c)
{
	const char *text = c->r->text + c->at[COLUMN_ACTION];
	int action = ACTION_INHERIT;

	if (c->len[COLUMN_ACTION])
		action = action_parse(text, c->len[COLUMN_ACTION]);
	if (action < 0)
		return record_error(
		    c->r, c->at[COLUMN_ACTION], "unknown action; expected " ACTION_WORDS);
	c->r->e.action = (uint8_t)action;
	return true;
}

static bool
read_comment(struct csv *c)
{
	size_t at = c->at[COLUMN_COMMENT], len = c->len[COLUMN_COMMENT];
	char *text = c->r->text + at;

	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n' || text[i] == '\r' || text[i] == '\t')
			text[i] = ' ';
	if (len > ENTRY_COMMENT_MAX)
		return record_error(c->r, at, "comment longer than %d bytes", ENTRY_COMMENT_MAX);
	if (!is_utf8(text, len))
		return record_error(c->r, at, "comment is not plain UTF-8 text");
	c->r->e.comment = text;
	c->r->e.comment_len = (uint16_t)len;
	return true;
}

static void
read_record(struct csv *c)
{
	struct entry *e = &c->r->e;

	e->from = DAY_FIRST;
	e->until = DAY_NEVER;
	if (!record_name(c->r, c->at[COLUMN_NAME], c->len[COLUMN_NAME]) ||
	    !read_day(c, COLUMN_FROM, &e->from) || !read_day(c, COLUMN_UNTIL, &e->until) ||
	    !read_action(c) || !read_comment(c))
		return;
	if (e->from >= e->until)
		record_error(c->r, c->at[COLUMN_UNTIL],
		    "window is empty: until is the first day on which the name is no longer "
		    "listed");
	else
		reader_entry(c->r);
}

/* Whether the record is a header line; reports one that names other columns. */
static bool
is_header(struct csv *c)
{
	if (c->begun || !is_title(c, COLUMN_NAME))
		return false;
	for (unsigned i = 0; i < c->n; i++)
		if (!is_title(c, i))
			record_error(
			    c->r, c->at[i], "column %u is expected to be `%s`", i + 1, titles[i]);
	return true;
}

void
read_csv(struct reader *r)
{
	struct csv c = {.r = r};

	while (line_next(r) > 0) {
		if (r->len == 0 || r->text[0] == '#')
			continue;
		if (!whole_record(r) || !record_is_text(r) || !split(&c))
			continue;
		if (!is_header(&c))
			read_record(&c);
		c.begun = true;
	}
}
