#include "lists/allow.h"

#include "base/err.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLANKS    " \t\r\n"
#define LINE_SIZE 65536 /* bytes, LF and NUL included */

enum form { FORM_UNKNOWN, FORM_CSV, FORM_ZONE, FORM_NAMES };

struct reader {
	allow_fn *take;
	void *ctx;
	struct allow_counts *counts;
	enum form form;
	uint64_t line;
	/* Of a zone. */
	uint8_t origin[NAME_LEN_MAX], owner[NAME_LEN_MAX];
	size_t origin_len, owner_len; /* 0: none */
	bool taken;                   /* the owner */
	unsigned depth;               /* parentheses that are open */
};

struct word {
	const char *text;
	size_t len;
};

static void
bad_line(struct reader *r)
{
	if (r->counts->bad++ == 0)
		r->counts->bad_line = r->line;
}

static struct word
next_word(const char **at, const char *separators)
{
	struct word w;

	w.text = *at + strspn(*at, BLANKS);
	w.len = strcspn(w.text, separators);
	*at = w.text + w.len;
	return w;
}

static bool
is_word(struct word w, const char *text)
{
	return w.len == strlen(text) && !strncasecmp(w.text, text, w.len);
}

static int
take(struct reader *r, const uint8_t *name, int len)
{
	if (len < 2) {
		bad_line(r);
		return 0;
	}
	r->counts->names++;
	return r->take(r->ctx, name, (size_t)len);
}

static int
read_name(struct reader *r, const char *line)
{
	uint8_t name[NAME_LEN_MAX];
	struct word w = next_word(&line, BLANKS "#");

	if (w.len == 0)
		return 0;
	if (w.len > 2 && !strncmp(w.text, "*.", 2))
		w = (struct word){w.text + 2, w.len - 2};
	else if (w.len > 1 && *w.text == '.')
		w = (struct word){w.text + 1, w.len - 1};
	return take(r, name, name_from_text(name, w.text, w.len));
}

static int
read_csv(struct reader *r, const char *line)
{
	uint8_t name[NAME_LEN_MAX];

	while (*line) {
		struct word w = next_word(&line, ",\r\n");
		int len;

		line += *line != '\0';
		if (w.len > 1 && *w.text == '"' && w.text[w.len - 1] == '"')
			w = (struct word){w.text + 1, w.len - 2};
		if (!memchr(w.text, '.', w.len) || strspn(w.text, "0123456789.:") >= w.len)
			continue;
		len = name_from_text(name, w.text, w.len);
		if (len >= 2)
			return take(r, name, len);
	}
	return 0;
}

/* Appends the origin to a relative name.  Returns the length, or -ERR_NAME. */
static int
zone_name(const struct reader *r, uint8_t out[NAME_LEN_MAX], struct word w)
{
	int len;

	if (is_word(w, "@")) {
		memcpy(out, r->origin, r->origin_len);
		return r->origin_len ? (int)r->origin_len : -ERR_NAME;
	}
	len = name_from_text(out, w.text, w.len);
	if (len < 0 || w.text[w.len - 1] == '.')
		return len;
	if (r->origin_len == 0 || (size_t)len - 1 + r->origin_len > NAME_LEN_MAX)
		return -ERR_NAME;
	memcpy(out + len - 1, r->origin, r->origin_len);
	return len - 1 + (int)r->origin_len;
}

static void
zone_directive(struct reader *r, struct word directive, const char *at)
{
	struct word w = next_word(&at, BLANKS ";");
	int len;

	if (is_word(directive, "$TTL"))
		return;
	len = is_word(directive, "$ORIGIN") && w.len ? zone_name(r, r->owner, w) : -ERR_NAME;
	if (len < 0) {
		bad_line(r);
		return;
	}
	memcpy(r->origin, r->owner, (size_t)len);
	r->origin_len = (size_t)len;
	r->owner_len = 0;
}

/* Whether records of the type say that somebody uses the name; NSEC3's owners do not. */
static bool
is_use(struct word type)
{
	static const char *const types[] = {"NS", "DS", "A", "AAAA", "CNAME", "MX"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (is_word(type, types[i]))
			return true;
	return false;
}

/* The type comes after TTL and class, in either order. */
static struct word
zone_type(const char **at)
{
	struct word w;

	do
		w = next_word(at, BLANKS ";()");
	while (w.len && ((*w.text >= '0' && *w.text <= '9') || is_word(w, "IN")));
	return w;
}

static void
count_parentheses(struct reader *r, const char *line)
{
	bool quoted = false;

	for (; *line && (quoted || *line != ';'); line++) {
		if (*line == '\\' && line[1])
			line++;
		else if (*line == '"')
			quoted = !quoted;
		else if (*line == '(' && !quoted)
			r->depth++;
		else if (*line == ')' && !quoted && r->depth)
			r->depth--;
	}
}

/* Records of one name stand together, with the owner repeated or left out. */
static void
set_owner(struct reader *r, struct word w)
{
	uint8_t name[NAME_LEN_MAX];
	int len = zone_name(r, name, w);

	if (len < 0) {
		bad_line(r);
		r->owner_len = 0;
		return;
	}
	if (r->owner_len == (size_t)len && !memcmp(r->owner, name, (size_t)len))
		return;
	memcpy(r->owner, name, (size_t)len);
	r->owner_len = (size_t)len;
	r->taken = false;
}

static int
read_zone(struct reader *r, const char *line)
{
	const char *at = line;
	bool inside = r->depth > 0;
	struct word w;

	count_parentheses(r, line);
	if (inside)
		return 0;
	if (!strchr(BLANKS, *line)) {
		w = next_word(&at, BLANKS ";");
		if (w.len == 0)
			return 0;
		if (*w.text == '$') {
			zone_directive(r, w, at);
			return 0;
		}
		set_owner(r, w);
	}
	if (r->owner_len < 2 || r->taken || !is_use(zone_type(&at)))
		return 0;
	r->taken = true;
	return take(r, r->owner, (int)r->owner_len);
}

static enum form
form_of(const char *line)
{
	unsigned words = 0;

	if (*line == '$' || *line == ';')
		return FORM_ZONE;
	if (strchr(line, ','))
		return FORM_CSV;
	while (next_word(&line, BLANKS "#").len)
		words++;
	return words > 2 ? FORM_ZONE : words ? FORM_NAMES : FORM_UNKNOWN;
}

static int
read_line(struct reader *r, const char *line)
{
	if (r->form != FORM_ZONE && line[strspn(line, BLANKS)] == '#')
		return 0;
	if (r->form == FORM_UNKNOWN)
		r->form = form_of(line);
	switch (r->form) {
	case FORM_CSV: return read_csv(r, line);
	case FORM_ZONE: return read_zone(r, line);
	case FORM_NAMES: return read_name(r, line);
	case FORM_UNKNOWN: break;
	}
	return 0;
}

/* Returns whether there is a line; one that is too long is counted as bad and left out. */
static bool
next_line(struct reader *r, FILE *f, char line[LINE_SIZE])
{
	while (fgets(line, LINE_SIZE, f)) {
		int c = 0;

		r->line++;
		if (strlen(line) < LINE_SIZE - 1)
			return true;
		bad_line(r);
		while (c != '\n' && c != EOF)
			c = getc(f);
	}
	return false;
}

int
allow_read(FILE *f, allow_fn *take_name, void *ctx, struct allow_counts *counts)
{
	struct reader r = {.take = take_name, .ctx = ctx, .counts = counts};
	char *line = malloc(LINE_SIZE);
	int rc = line ? 0 : -ENOMEM;

	*counts = (struct allow_counts){0};
	errno = 0;
	while (!rc && next_line(&r, f, line))
		rc = read_line(&r, line);
	if (!rc && ferror(f))
		rc = errno ? -errno : -EIO;
	if (!rc && counts->bad && !counts->names)
		rc = -ERR_FORMAT;
	free(line);
	return rc;
}
