#include "lists/name.h"

#include "base/err.h"

#include <idn2.h>
#include <string.h>

/* Writes labels one byte after the other; the length byte of the open label is at `open`. */
struct writer {
	uint8_t *out;
	size_t n, open;
	bool is_bad;
};

static void
put(struct writer *w, uint8_t c)
{
	if (w->n >= NAME_LEN_MAX - 1 || w->n - w->open > NAME_LABEL_MAX) {
		w->is_bad = true;
		return;
	}
	w->out[w->n++] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static void
close_label(struct writer *w)
{
	if (w->n == w->open + 1 || w->n >= NAME_LEN_MAX) { /* empty, or no room for what follows */
		w->is_bad = true;
		return;
	}
	w->out[w->open] = (uint8_t)(w->n - w->open - 1);
	w->open = w->n++;
}

/* \X or \DDD at text[0] (RFC 1035 5.1).  Returns the bytes read, 0 when it is neither. */
static size_t
escape(struct writer *w, const char *text, size_t len)
{
	unsigned v = 0;

	if (len < 2)
		return 0;
	if (text[1] < '0' || text[1] > '9') {
		put(w, (uint8_t)text[1]);
		return 2;
	}
	if (len < 4)
		return 0;
	for (unsigned i = 1; i < 4; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		v = v * 10 + (unsigned)(text[i] - '0');
	}
	put(w, (uint8_t)v);
	return v > 255 ? 0 : 4;
}

static int
from_ascii(uint8_t out[NAME_LEN_MAX], const char *text, size_t len)
{
	struct writer w = {out, 1, 0, false};

	for (size_t i = 0; i < len && !w.is_bad;) {
		size_t used = 1;

		if (text[i] == '\\')
			used = escape(&w, text + i, len - i);
		else if (text[i] == '.')
			close_label(&w);
		else if ((uint8_t)text[i] <= ' ' || (uint8_t)text[i] >= 127)
			used = 0; /* blanks and controls only as escapes */
		else
			put(&w, (uint8_t)text[i]);
		if (used == 0)
			return -ERR_NAME;
		i += used;
	}
	if (!w.is_bad && w.n > w.open + 1) /* no final dot */
		close_label(&w);
	if (w.is_bad)
		return -ERR_NAME;
	out[w.open] = 0;
	return (int)w.n;
}

static int
from_utf8(uint8_t out[NAME_LEN_MAX], const char *text, size_t len)
{
	char copy[NAME_TEXT_MAX];
	uint8_t *ascii = NULL;
	int rc = -ERR_NAME;

	if (len >= sizeof(copy))
		return rc;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (idn2_lookup_u8((const uint8_t *)copy, &ascii,
	        IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK)
		rc = from_ascii(out, (const char *)ascii, strlen((const char *)ascii));
	idn2_free(ascii);
	return rc;
}

int
name_from_text(uint8_t out[NAME_LEN_MAX], const char *text, size_t len)
{
	if (len == 0)
		return -ERR_NAME;
	if (len == 1 && text[0] == '.') {
		out[0] = 0;
		return 1;
	}
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\0')
			return -ERR_NAME;
		if ((uint8_t)text[i] >= 0x80)
			return from_utf8(out, text, len);
	}
	return from_ascii(out, text, len);
}

static bool
is_plain(uint8_t c)
{
	return c > ' ' && c < 127 && !strchr(".\\\"();@$", c);
}

size_t
name_to_text(char out[NAME_TEXT_MAX], const uint8_t *name)
{
	char *p = out;

	if (name[0] == 0)
		*p++ = '.';
	for (const uint8_t *label = name; label[0]; label += label[0] + 1u) {
		if (label != name)
			*p++ = '.';
		for (unsigned i = 1; i <= label[0]; i++) {
			uint8_t c = label[i];

			if (is_plain(c)) {
				*p++ = (char)c;
				continue;
			}
			*p++ = '\\';
			*p++ = (char)('0' + c / 100);
			*p++ = (char)('0' + c / 10 % 10);
			*p++ = (char)('0' + c % 10);
		}
	}
	*p = '\0';
	return (size_t)(p - out);
}
