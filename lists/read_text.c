#include "lists/read_impl.h"

#include "base/err.h"

#include <string.h>

static bool
is_control(char c)
{
	return ((uint8_t)c < ' ' && c != '\t') || c == 0x7f;
}

bool
record_is_text(struct reader *r)
{
	unsigned bad = 0;

	for (size_t i = 0; i < r->len; i++)
		bad |= is_control(r->text[i]);
	if (!bad)
		return true;
	for (size_t i = 0; i < r->len; i++) {
		bool line_end = r->text[i] == '\n' ||
				(r->text[i] == '\r' && i + 1 < r->len && r->text[i + 1] == '\n');

		if (is_control(r->text[i]) && !line_end)
			return record_error(r, i, "control character 0x%02x: not a text file?",
			    (uint8_t)r->text[i]);
	}
	return true;
}

/* Bytes of the character at s (RFC 3629 4), 0 if malformed. */
static size_t
utf8_char(const uint8_t *s, size_t len)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (n == 0 || n > len || s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

bool
is_utf8(const char *text, size_t len)
{
	const uint8_t *s = (const uint8_t *)text;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_char(s + i, len - i);
		if (n == 0 || s[i] < ' ' || s[i] == 0x7f)
			return false;
	}
	return true;
}

size_t
list_odd_byte(const char *text, size_t len)
{
	static const uint8_t allowed[256] = {
	    ['-'] = 1,
	    ['.'] = 1,
	    ['0' ... '9'] = 1,
	    ['A' ... 'Z'] = 1,
	    ['_'] = 1,
	    ['a' ... 'z'] = 1,
	    [0x80 ... 0xff] = 1,
	};

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\')
			i++;
		else if (!allowed[(uint8_t)text[i]])
			return i;
	}
	return len;
}

bool
record_name(struct reader *r, size_t offset, size_t len)
{
	const char *text = r->text + offset;
	size_t odd;
	int n;

	if (len == 0)
		return record_error(r, offset, "no name");
	if (text[0] == '*' && (len == 1 || text[1] == '.'))
		return record_error(r, offset,
		    "wildcard: a listed name covers every name below it, leave out the `*.`");
	odd = list_odd_byte(text, len);
	if (odd < len)
		return record_error(r, offset + odd, "byte 0x%02x cannot stand in a listed name",
		    (uint8_t)text[odd]);
	n = name_from_text(r->e.name, text, len);
	if (n < 0)
		return record_error(r, offset,
		    "not a DNS name (empty label, over 63 bytes a label, over 255 in all, or bad "
		    "IDN)");
	if (n == 1)
		return record_error(r, offset, "the root cannot be listed");
	r->e.name_len = (uint8_t)n;
	return true;
}

void
reader_entry(struct reader *r)
{
	int rc;

	if (r->entries == r->entries_max) {
		line_error(r, "more than %llu entries", (unsigned long long)r->entries_max);
		r->rc = -ERR_LIMIT;
		return;
	}
	r->entries++;
	r->e.line = r->line_no;
	if (r->errors || !r->sink->entry)
		return;
	rc = r->sink->entry(r->sink->ctx, &r->e);
	if (rc < 0)
		r->rc = rc;
}
