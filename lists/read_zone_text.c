#include "lists/read_zone.h"

#include "base/date.h"
#include "base/err.h"

#include <string.h>

/* Reports a mistake in string k, at its column in the file. */
#define text_error(z, k, ...) record_error((z)->r, text_offset((z), (k)), __VA_ARGS__)

static size_t
text_offset(const struct zone *z, unsigned k)
{
	return rr_text_offset(z->fast ? z->r->text : z->rr.clean, z->r->len, k);
}

/* Returns where the owner of a plain line ends, 0 when it is not plain. */
static size_t
plain_owner(const char *line, size_t len)
{
	static const uint8_t allowed[256] = {
	    ['-'] = 1,
	    ['.'] = 1,
	    ['0' ... '9'] = 1,
	    ['_'] = 1,
	    ['a' ... 'z'] = 1,
	};
	size_t n = 0;

	while (n < len && allowed[(uint8_t)line[n]])
		n++;
	return n && line[n - 1] != '.' ? n : 0;
}

bool
zone_line_split(const char *line, size_t len, size_t *owner_len, struct rr_texts *texts)
{
	const char *p = line + plain_owner(line, len), *end = line + len;

	if (p == line || end - p < 7 || memcmp(p, " TXT \"", 6) != 0)
		return false;
	*owner_len = (size_t)(p - line);
	p += 6;
	for (texts->n = 0; texts->n < RR_TEXTS_MAX;) {
		const char *begin = p;

		while (p < end && *p >= ' ' && *p < 0x7f && *p != '"' && *p != '\\')
			p++;
		if (p == end || *p != '"' || p - begin > 255)
			return false;
		texts->text[texts->n] = begin;
		texts->len[texts->n++] = (uint8_t)(p - begin);
		p++;
		if (p == end)
			return true;
		if (end - p < 3 || p[0] != ' ' || p[1] != '"')
			return false;
		p += 2;
	}
	return false;
}

/* Length of the value when text is `key=value`, with *value at it; -1 when it is not. */
static int
value_of(const char *text, size_t len, const char *key, const char **value)
{
	size_t n = strlen(key);

	if (len <= n || text[n] != '=' || memcmp(text, key, n) != 0)
		return -1;
	*value = text + n + 1;
	return (int)(len - n - 1);
}

static bool
copy_text(struct zone *z, unsigned k, char *to, size_t size, const char *value, size_t len)
{
	if (*to)
		return text_error(z, k, "said twice");
	if (len == 0 || len >= size || !is_utf8(value, len))
		return text_error(z, k, "expected plain UTF-8 text of 1 to %zu bytes", size - 1);
	memcpy(to, value, len);
	to[len] = '\0';
	return true;
}

static bool
read_action(struct zone *z, unsigned k, uint8_t *to, const char *value, size_t len)
{
	int action = action_parse(value, len);

	if (action < 0)
		return text_error(z, k, "unknown action; expected " ACTION_WORDS);
	if (*to != ACTION_INHERIT)
		return text_error(z, k, "said twice");
	*to = (uint8_t)action;
	return true;
}

static bool
read_suffix(struct zone *z, unsigned k, const char *value, size_t len)
{
	int n = name_from_text(z->meta.suffix, value, len);

	if (z->meta.suffix_len)
		return text_error(z, k, "said twice");
	if (n < 0)
		return text_error(z, k, "suffix: not a DNS name");
	z->meta.suffix_len = (uint8_t)n;
	return true;
}

static bool
read_drill(struct zone *z, unsigned k, const char *value, size_t len)
{
	if (len != 1 || (*value != '0' && *value != '1'))
		return text_error(z, k, "drill: expected 0 or 1");
	z->meta.drill = *value == '1';
	return true;
}

/* One string of the metadata.  Unknown keys are for versions to come. */
static bool
read_field(struct zone *z, unsigned k, const char *text, size_t len)
{
	struct list_meta *m = &z->meta;
	const struct {
		const char *key;
		char *to;
		size_t size;
	} fields[] = {{"feed", m->feed, sizeof(m->feed)}, {"family", m->family, sizeof(m->family)},
	    {"tlp", m->tlp, sizeof(m->tlp)}, {"contact", m->contact, sizeof(m->contact)},
	    {"why", m->why, sizeof(m->why)}};
	const char *value;
	int n;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		n = value_of(text, len, fields[i].key, &value);
		if (n >= 0)
			return copy_text(z, k, fields[i].to, fields[i].size, value, (size_t)n);
	}
	n = value_of(text, len, "suffix", &value);
	if (n >= 0)
		return read_suffix(z, k, value, (size_t)n);
	n = value_of(text, len, "action", &value);
	if (n >= 0)
		return read_action(z, k, &m->action, value, (size_t)n);
	n = value_of(text, len, "drill", &value);
	return n < 0 || read_drill(z, k, value, (size_t)n);
}

bool
zone_read_meta(struct zone *z, const struct rr_texts *texts)
{
	bool good = true;

	if (texts->n == 0 || texts->len[0] != 9 || memcmp(texts->text[0], "v=cordon1", 9) != 0)
		return text_error(z, 0,
		    "TXT at the apex that is not metadata (`v=cordon1` first); "
		    "the suffix itself cannot be listed");
	if (z->has_meta)
		return text_error(z, 0, "metadata (`v=cordon1`) said twice");
	for (unsigned k = 1; k < texts->n; k++)
		good &= read_field(z, k, texts->text[k], texts->len[k]);
	if (!good)
		return false;
	if (!z->meta.feed[0] ||
	    strspn(z->meta.feed, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(z->meta.feed))
		return text_error(z, 0, "metadata lacks `feed=`, or it is not of a-z, 0-9 and -");
	if (!z->meta.suffix_len)
		return text_error(z, 0, "metadata lacks `suffix=` (`.` for a whole feed)");
	return zone_origin_fits(&z->meta) ||
	       text_error(
		   z, 0, "the zone's own name is not suffix.feed.hub, as suffix= and feed= say");
}

/* An empty side is open. */
static int
read_side(int32_t *day, const char *text, size_t len, int32_t open)
{
	*day = open;
	return len ? date_parse(day, text, len) : 0;
}

static bool
read_window(struct zone *z, const struct rr_texts *texts)
{
	struct entry *e = &z->r->e;
	const char *text = texts->text[0];
	size_t len = texts->len[0];
	const char *slash = memchr(text, '/', len);
	size_t left = slash ? (size_t)(slash - text) : len;

	if (len && len == z->window_len && !memcmp(text, z->window, len)) {
		e->from = z->from;
		e->until = z->until;
		return true;
	}
	if (!slash || read_side(&e->from, text, left, DAY_FIRST) < 0 ||
	    read_side(&e->until, slash + 1, len - left - 1, DAY_NEVER) < 0)
		return text_error(z, 0, "not a window; expected \"YYYY-MM-DD/YYYY-MM-DD\"");
	if (e->from >= e->until)
		return text_error(z, 0,
		    "window is empty: the second date is the first day on which "
		    "the name is no longer listed");
	z->window_len = len <= WINDOW_TEXT_MAX ? (uint8_t)len : 0;
	memcpy(z->window, text, z->window_len);
	z->from = e->from;
	z->until = e->until;
	return true;
}

static bool
read_why(struct zone *z, unsigned k, const char *value, size_t len)
{
	if (z->r->e.comment)
		return text_error(z, k, "said twice");
	if (!is_utf8(value, len))
		return text_error(z, k, "why: not plain UTF-8 text");
	z->r->e.comment = value;
	z->r->e.comment_len = (uint16_t)len;
	return true;
}

bool
zone_read_entry(struct zone *z, const struct rr_texts *texts)
{
	struct entry *e = &z->r->e;
	bool good = true;

	e->action = ACTION_INHERIT;
	e->comment = NULL;
	e->comment_len = 0;
	if (!read_window(z, texts))
		return false;
	for (unsigned k = 1; k < texts->n; k++) {
		const char *value;
		int n = value_of(texts->text[k], texts->len[k], "action", &value);

		if (n >= 0)
			good &= read_action(z, k, &e->action, value, (size_t)n);
		n = value_of(texts->text[k], texts->len[k], "why", &value);
		if (n >= 0)
			good &= read_why(z, k, value, (size_t)n);
	}
	return good;
}
