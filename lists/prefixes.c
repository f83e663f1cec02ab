#include "lists/prefixes_impl.h"

#include "base/err.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LEN_MAX  128
#define V4_BITS  96 /* in front of an IPv4 address */
#define TEXT_MAX 63

/* Of the addresses in a prefix the last. */
static number
last_of(const struct prefix *p)
{
	return number_of(p->addr) | (p->len == LEN_MAX ? 0 : ~(number)0 >> p->len);
}

static int
parse_address(struct prefix *out, const char *text)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	memcpy(out->addr, mapped, sizeof(mapped));
	if (inet_pton(AF_INET, text, out->addr + sizeof(mapped)) == 1)
		return V4_BITS;
	return inet_pton(AF_INET6, text, out->addr) == 1 ? 0 : -ERR_FORMAT;
}

/* One to three digits, no sign, no zero in front. */
static int
parse_len(const char *text)
{
	size_t n = strspn(text, "0123456789");

	if (n < 1 || n > 3 || text[n] || (text[0] == '0' && n > 1))
		return -ERR_FORMAT;
	return (int)strtol(text, NULL, 10);
}

int
prefix_parse(struct prefix *out, const char *text)
{
	char addr[TEXT_MAX + 1];
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	int before, len;

	if (n > TEXT_MAX)
		return -ERR_FORMAT;
	memcpy(addr, text, n);
	addr[n] = '\0';
	before = parse_address(out, addr);
	if (before < 0)
		return before;
	len = slash ? parse_len(slash + 1) : LEN_MAX - before;
	if (len < 0 || len > LEN_MAX - before)
		return -ERR_FORMAT;
	out->len = (uint8_t)(before + len);
	if (out->len < LEN_MAX && number_of(out->addr) & ~(number)0 >> out->len)
		return -ERR_RANGE;
	return 0;
}

/* In order of addresses; of those that start at the same one the widest first. */
static int
by_start(const void *a, const void *b)
{
	const struct prefix *p = a, *q = b;
	int order = memcmp(p->addr, q->addr, PREFIX_ADDR_LEN);

	return order ? order : p->len - q->len;
}

static void
put(struct prefixes *s, number start, unsigned value)
{
	if (s->n > 0 && s->stretch[s->n - 1].start == start)
		s->n--; /* of no length */
	if (s->n > 0 && s->stretch[s->n - 1].value == value)
		return;
	s->stretch[s->n++] = (struct stretch){start, value};
}

/* Ends those on the stack that do not reach `until`: behind each the one around it goes on. */
static unsigned
close_before(struct prefixes *s, const struct prefix *const *open, unsigned depth, number until)
{
	while (depth > 0 && last_of(open[depth - 1]) < until) {
		number last = last_of(open[--depth]);

		if (last != ~(number)0)
			put(s, last + 1, depth > 0 ? open[depth - 1]->value : 0);
	}
	return depth;
}

int
prefixes_new(struct prefixes **out, struct prefix *p, unsigned n)
{
	const struct prefix *open[LEN_MAX + 1]; /* nested, the innermost last */
	unsigned depth = 0;
	struct prefixes *s = calloc(1, sizeof(*s) + (2 * (size_t)n + 1) * sizeof(s->stretch[0]));

	if (!s)
		return -ENOMEM;
	if (n > 0)
		qsort(p, n, sizeof(*p), by_start);
	put(s, 0, 0);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0 && by_start(&p[i - 1], &p[i]) == 0) {
			if (p[i - 1].value == p[i].value)
				continue;
			p[0] = p[i];
			free(s);
			return -ERR_REFUSED;
		}
		depth = close_before(s, open, depth, number_of(p[i].addr));
		put(s, number_of(p[i].addr), p[i].value);
		open[depth++] = &p[i];
	}
	while (depth > 0) {
		number last = last_of(open[--depth]);

		if (last != ~(number)0)
			put(s, last + 1, depth > 0 ? open[depth - 1]->value : 0);
	}
	*out = s;
	return 0;
}

void
prefixes_free(struct prefixes *s)
{
	free(s);
}
