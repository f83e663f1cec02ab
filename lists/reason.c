#include "lists/reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

/* All room at once: a list that has one reason often has more. */
static struct reason *
next(struct reasons *r)
{
	if (!r->item)
		r->item = calloc(REASONS_MAX, sizeof(*r->item));
	if (!r->item || r->n == REASONS_MAX)
		return NULL;
	return &r->item[r->n++];
}

void
reasons_add(struct reasons *r, enum reason_code code, const char *where, uint64_t line,
    const char *fmt, ...)
{
	struct reason *to = next(r);
	va_list ap;

	r->count[code]++;
	if (!to) {
		r->dropped++;
		return;
	}
	to->code = code;
	to->line = line;
	snprintf(to->where, sizeof(to->where), "%s", where);
	va_start(ap, fmt);
	vsnprintf(to->text, sizeof(to->text), fmt, ap);
	va_end(ap);
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
