#include "base/conf_scan.h"

#include <stdlib.h>
#include <string.h>

struct scan {
	const char *p, *end;
	char *out; /* room for twice the text: an integer has a byte and gains one */
	unsigned line;
	struct conf_mistakes *m;
	unsigned depth;
	struct {
		char close;
		unsigned line;
	} open[CONF_DEPTH_MAX];
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte i places ahead; NUL, which the text does not have, past its end. */
static char
peek(const struct scan *s, size_t i)
{
	return i < (size_t)(s->end - s->p) ? s->p[i] : '\0';
}

static void
copy(struct scan *s, size_t n)
{
	for (; n; n--) {
		s->line += *s->p == '\n';
		*s->out++ = *s->p++;
	}
}

static bool
skip_comment(struct scan *s)
{
	unsigned first = s->line;

	if (*s->p == '#' || peek(s, 1) == '/') {
		while (s->p < s->end && *s->p != '\n')
			s->p++;
		return true;
	}
	for (s->p += 2; s->p < s->end; s->p++) {
		if (*s->p == '*' && peek(s, 1) == '/') {
			s->p += 2;
			*s->out++ = ' ';
			return true;
		}
		if (*s->p == '\n') {
			s->line++;
			*s->out++ = '\n';
		}
	}
	conf_mistake(s->m, first, "the comment that begins here never ends; expected */");
	return false;
}

static bool
copy_string(struct scan *s)
{
	unsigned first = s->line;

	copy(s, 1);
	while (s->p < s->end && *s->p != '"') {
		if (*s->p == '\\' && (peek(s, 1) | 0x20) == 'x' && peek(s, 2) == '0' &&
		    peek(s, 3) == '0') {
			conf_mistake(s->m, s->line, "a string may not hold \\x00");
			return false;
		}
		copy(s, *s->p == '\\' && s->end - s->p > 1 ? 2 : 1);
	}
	if (s->p == s->end) {
		conf_mistake(s->m, first, "the string that begins here never ends; expected \"");
		return false;
	}
	copy(s, 1);
	return true;
}

/* Length of the float's fraction or exponent at i, which makes the number no integer. */
static size_t
float_tail(const struct scan *s, size_t i)
{
	size_t n = i;

	if (peek(s, n) == '.')
		for (n++; is_digit(peek(s, n));)
			n++;
	if ((peek(s, n) | 0x20) == 'e') {
		size_t e = n + 1 + (peek(s, n + 1) == '+' || peek(s, n + 1) == '-');

		for (; is_digit(peek(s, e)); e++)
			n = e + 1;
	}
	return n - i;
}

static bool
fits_int64(const char *digit, size_t n, unsigned base, bool negative)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		if (__builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)hex_value(digit[i]), &v))
			return false;
	return v <= (uint64_t)INT64_MAX + negative;
}

static bool
copy_number(struct scan *s)
{
	bool is_signed = *s->p == '-' || *s->p == '+';
	size_t from = is_signed, n, tail;
	unsigned base = 10;

	if (*s->p == '0' && (peek(s, 1) | 0x20) == 'x' && hex_value(peek(s, 2)) >= 0) {
		base = 16;
		from = 2;
	}
	for (n = from; base == 16 ? hex_value(peek(s, n)) >= 0 : is_digit(peek(s, n));)
		n++;
	tail = base == 10 ? float_tail(s, n) : 0;
	if (tail) {
		copy(s, n + tail);
		return true;
	}
	if (!fits_int64(s->p + from, n - from, base, *s->p == '-')) {
		conf_mistake(s->m, s->line, "%.*s is out of range; expected a number of 64 bits",
		    n > 40 ? 40 : (int)n, s->p);
		return false;
	}
	copy(s, n);
	*s->out++ = 'L';
	for (int i = 0; i < 2 && peek(s, 0) == 'L'; i++)
		s->p++;
	return true;
}

static void
copy_name(struct scan *s)
{
	size_t n = 1;

	while (is_letter(peek(s, n)) || is_digit(peek(s, n)) || peek(s, n) == '-' ||
	       peek(s, n) == '_' || peek(s, n) == '*')
		n++;
	copy(s, n);
}

static bool
copy_bracket(struct scan *s)
{
	char c = *s->p;
	char close = c == '{' ? '}' : c == '(' ? ')' : c == '[' ? ']' : '\0';

	if (close && s->depth == CONF_DEPTH_MAX) {
		conf_mistake(
		    s->m, s->line, "more than %d brackets within brackets", CONF_DEPTH_MAX);
		return false;
	}
	if (close) {
		s->open[s->depth].close = close;
		s->open[s->depth++].line = s->line;
	} else if (!s->depth) {
		conf_mistake(s->m, s->line, "%c closes nothing", c);
		return false;
	} else if (s->open[--s->depth].close != c) {
		conf_mistake(s->m, s->line, "found %c; expected %c for the bracket of line %u", c,
		    s->open[s->depth].close, s->open[s->depth].line);
		return false;
	}
	copy(s, 1);
	return true;
}

static bool
copy_token(struct scan *s)
{
	char c = *s->p, next = peek(s, 1);

	if (c == '#' || (c == '/' && (next == '/' || next == '*')))
		return skip_comment(s);
	if (c == '"')
		return copy_string(s);
	if (is_digit(c) || ((c == '-' || c == '+') && is_digit(next)))
		return copy_number(s);
	if (strchr("{}()[]", c))
		return copy_bracket(s);
	if (is_letter(c) || c == '*') {
		copy_name(s);
		return true;
	}
	if (strchr(" \t\r\n\f=:;,.+-", c)) {
		copy(s, 1);
		return true;
	}
	if (c == '@')
		conf_mistake(s->m, s->line, "@include is not supported");
	else if (c == '\'')
		conf_mistake(s->m, s->line, "found '; expected a string in double quotes");
	else if (c > ' ' && c < 0x7f)
		conf_mistake(s->m, s->line, "%c has no meaning outside a string", c);
	else
		conf_mistake(
		    s->m, s->line, "byte 0x%02x has no meaning outside a string", (unsigned char)c);
	return false;
}

static unsigned
line_of(const char *text, const char *at)
{
	unsigned line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

char *
conf_scan(const char *text, size_t len, struct conf_mistakes *m)
{
	const char *nul = len ? memchr(text, '\0', len) : NULL;
	char *out;
	struct scan s = {.p = text, .end = text + len, .line = 1, .m = m};

	if (nul) {
		conf_mistake(m, line_of(text, nul), "found a NUL byte; expected text");
		return NULL;
	}
	out = s.out = conf_alloc(2 * len + 1, 1);
	while (s.p < s.end)
		if (!copy_token(&s))
			goto bad;
	if (s.depth) {
		conf_mistake(m, s.open[s.depth - 1].line,
		    "the bracket that opens here is never closed; expected %c",
		    s.open[s.depth - 1].close);
		goto bad;
	}
	return out;
bad:
	free(out);
	return NULL;
}
