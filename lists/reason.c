#include "lists/reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *word;
	enum reason_weight weight;
} rows[] = {
#define X(name, word, weight) {word, REASON_IS_##weight},
    REASONS(X)
#undef X
};

const char *
reason_word(enum reason_code code)
{
	return rows[code].word;
}

enum reason_weight
reason_weight(enum reason_code code)
{
	return rows[code].weight;
}

#define ROOM ((size_t)REASON_CODES * REASONS_EACH_MAX)

/* Where a reason of this text is or goes; NULL: there is no room. */
static struct reason *
find(struct reasons *r, enum reason_code code, const char *text)
{
	unsigned same = 0;

	if (!r->item) /* all room at once: a list that has one reason often has more */
		r->item = calloc(ROOM, sizeof(*r->item));
	if (!r->item)
		return NULL;
	for (size_t i = 0; i < r->n; i++) {
		if (r->item[i].code == code && !strcmp(r->item[i].text, text))
			return &r->item[i];
		same += r->item[i].code == code;
	}
	return same < REASONS_EACH_MAX ? &r->item[r->n++] : NULL;
}

void
reasons_add(struct reasons *r, enum reason_code code, const char *where, uint64_t line,
    const char *fmt, ...)
{
	char text[REASON_TEXT_MAX];
	struct reason *to;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->count[code]++;
	to = find(r, code, text);
	if (!to) {
		r->dropped++;
	} else if (to->times++ == 0) {
		to->code = code;
		to->line = line;
		snprintf(to->where, sizeof(to->where), "%s", where);
		memcpy(to->text, text, sizeof(text));
	}
}

bool
reasons_have(const struct reasons *r, enum reason_weight weight)
{
	for (size_t i = 0; i < REASON_CODES; i++)
		if (r->count[i] && rows[i].weight == weight)
			return true;
	return false;
}

void
reasons_free(struct reasons *r)
{
	free(r->item);
	*r = (struct reasons){0};
}
