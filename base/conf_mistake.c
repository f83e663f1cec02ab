#include "base/conf_mistake.h"

#include "base/log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 512 /* bytes of one report, NUL included */
#define NEAR_MAX 64  /* bytes of a name that has suggestions */

struct conf_mistake {
	unsigned line;
	size_t no; /* keeps the order of finding within a line */
	char *text;
};

void *
conf_alloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		die("configuration: out of memory");
	return p;
}

char *
conf_copy(const char *text, size_t len)
{
	char *copy = conf_alloc(len + 1, 1);

	memcpy(copy, text, len);
	return copy;
}

static void
grow(struct conf_mistakes *m)
{
	size_t room = m->room ? m->room * 2 : 8;
	struct conf_mistake *item = reallocarray(m->item, room, sizeof(*item));

	if (!item)
		die("configuration: out of memory");
	m->item = item;
	m->room = room;
}

void
conf_mistake(struct conf_mistakes *m, unsigned line, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	if (m->n == m->room)
		grow(m);
	m->item[m->n] = (struct conf_mistake){line, m->n, conf_copy(text, strlen(text))};
	m->n++;
}

static int
by_line(const void *a, const void *b)
{
	const struct conf_mistake *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->no < y->no ? -1 : x->no > y->no;
}

size_t
conf_mistakes_end(struct conf_mistakes *m, const char *path, conf_error_fn *error, void *ctx)
{
	size_t n = m->n;

	if (n)
		qsort(m->item, n, sizeof(*m->item), by_line);
	for (size_t i = 0; i < n; i++) {
		error(ctx, path, m->item[i].line, m->item[i].text);
		free(m->item[i].text);
	}
	free(m->item);
	*m = (struct conf_mistakes){0};
	return n;
}

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

bool
conf_is_near(const char *text, const char *want)
{
	unsigned row[NEAR_MAX + 1]; /* Levenshtein, one row at a time */
	size_t n = strlen(text), w = strlen(want);

	if (n > NEAR_MAX || w > NEAR_MAX)
		return false;
	for (size_t j = 0; j <= w; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= w; j++) {
			unsigned above = row[j];

			row[j] =
			    least(above + 1, row[j - 1] + 1, corner + (text[i - 1] != want[j - 1]));
			corner = above;
		}
	}
	return row[w] >= 1 && row[w] <= 2 && row[w] < w;
}
