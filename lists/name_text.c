#include "lists/name.h"

#include "base/err.h"

#include <idn2.h>

#include <string.h>

/* Letters, digits, hyphen and underscore: the bits that fold them; 0: look closer. */
static const uint8_t plain[256] = {
    ['-'] = 0x20,
    ['0' ... '9'] = 0x20,
    ['A' ... 'Z'] = 0x20,
    ['_'] = 0x40,
    ['a' ... 'z'] = 0x20,
};

static uint8_t
fold(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads \X or \DDD (RFC 1035 5.1) at text[0].  Returns the bytes taken, 0 if malformed. */
static size_t
read_escape(uint8_t *byte, const char *text, size_t len)
{
	unsigned v;

	if (len < 2)
		return 0;
	if (!is_digit(text[1])) {
		*byte = fold((uint8_t)text[1]);
		return (uint8_t)text[1] > ' ' && (uint8_t)text[1] < 0x7f ? 2 : 0;
	}
	if (len < 4 || !is_digit(text[2]) || !is_digit(text[3]))
		return 0;
	v = (unsigned)(text[1] - '0') * 100 + (unsigned)(text[2] - '0') * 10 +
	    (unsigned)(text[3] - '0');
	*byte = fold((uint8_t)v);
	return v <= 255 ? 4 : 0;
}

/* A byte that is neither plain nor a dot.  Returns the bytes of text taken, 0 if not allowed. */
static size_t
read_odd(uint8_t *byte, const char *text, size_t len)
{
	uint8_t c = (uint8_t)*text;

	if (c == '\\')
		return read_escape(byte, text, len);
	*byte = c;
	return c > ' ' && c < 0x7f && !strchr("\"();", c) ? 1 : 0;
}

static int
from_ascii(uint8_t out[NAME_LEN_MAX], const char *text, size_t len)
{
	size_t label = 0,
	       n = 1; /* where the label's length byte stands; where the next byte goes */
	size_t step;

	if (len == 1 && *text == '.') {
		out[0] = 0;
		return 1;
	}
	for (size_t i = 0; i < len; i += step) {
		uint8_t bits = plain[(uint8_t)text[i]];

		step = 1;
		if (n >= NAME_LEN_MAX)
			return -ERR_NAME;
		if (bits) {
			out[n++] = (uint8_t)text[i] | bits;
		} else if (text[i] != '.') {
			step = read_odd(&out[n++], text + i, len - i);
			if (step == 0)
				return -ERR_NAME;
		} else {
			if (n - label - 1 - 1u >= NAME_LABEL_MAX) /* 0 wraps */
				return -ERR_NAME;
			out[label] = (uint8_t)(n - label - 1);
			label = n++;
		}
	}
	if (n - label - 1 == 0 && label > 0) { /* the final dot was there */
		out[label] = 0;
		return (int)n;
	}
	if (n - label - 1 - 1u >= NAME_LABEL_MAX || n >= NAME_LEN_MAX)
		return -ERR_NAME;
	out[label] = (uint8_t)(n - label - 1);
	out[n] = 0;
	return (int)n + 1;
}

static int
from_utf8(uint8_t out[NAME_LEN_MAX], const char *text, size_t len)
{
	char u[NAME_TEXT_MAX];
	uint8_t *ascii = NULL; /* libidn2's */
	int rc = -ERR_NAME;

	/* An escape beside UTF-8 has no meaning on which programs agree. */
	if (len >= sizeof(u) || memchr(text, '\\', len) || memchr(text, '\0', len))
		return -ERR_NAME;
	memcpy(u, text, len);
	u[len] = '\0';
	if (idn2_lookup_u8((uint8_t *)u, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) == IDN2_OK)
		rc = from_ascii(out, (char *)ascii, strlen((char *)ascii));
	idn2_free(ascii);
	return rc;
}

static bool
is_ascii(const char *text, size_t len)
{
	uint8_t all = 0;

	for (size_t i = 0; i < len; i++)
		all |= (uint8_t)text[i];
	return all < 0x80;
}

int
name_from_text(uint8_t out[NAME_LEN_MAX], const char *text, size_t len)
{
	int rc = from_ascii(out, text, len);

	if (rc > 0 || is_ascii(text, len))
		return rc;
	return from_utf8(out, text, len);
}

static size_t
write_byte(char *out, uint8_t c)
{
	if (c <= ' ' || c >= 0x7f) {
		out[0] = '\\';
		out[1] = (char)('0' + c / 100);
		out[2] = (char)('0' + c / 10 % 10);
		out[3] = (char)('0' + c % 10);
		return 4;
	}
	if (strchr("\"$().;@\\", c)) {
		out[0] = '\\';
		out[1] = (char)c;
		return 2;
	}
	out[0] = (char)c;
	return 1;
}

size_t
name_to_text(char out[NAME_TEXT_MAX], const uint8_t *name)
{
	size_t n = 0;

	if (*name == 0)
		out[n++] = '.';
	for (; *name; name += *name + 1u) {
		if (n)
			out[n++] = '.';
		for (unsigned i = 1; i <= *name; i++)
			if (plain[name[i]])
				out[n++] = (char)name[i];
			else
				n += write_byte(out + n, name[i]);
	}
	out[n] = '\0';
	return n;
}
