#include "lists/dga.h"

#include "base/err.h"
#include "lists/dga_rows.h"

#include <string.h>

#define POINTER(name) &dga_##name,

const struct dga_family *const dga_families[] = {DGA_FAMILIES(POINTER) NULL};

const struct dga_family *
dga_find(const char *name)
{
	for (const struct dga_family *const *f = dga_families; *f; f++)
		if (!strcmp((*f)->name, name))
			return *f;
	return NULL;
}

const char *
dga_proof_text(enum dga_proof proof)
{
	switch (proof) {
	case DGA_CONFIRMED: return "confirmed";
	case DGA_PARTLY: return "partly confirmed";
	case DGA_COMPUTED: return "computed";
	}
	return "?";
}

void
dga_defaults(const struct dga_family *f, struct dga_values *v)
{
	*v = (struct dga_values){0};
	for (unsigned i = 0; f->params[i].name; i++) {
		v->value[i] = f->params[i].def;
		v->text[i] = f->params[i].text;
	}
}

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static int
number_parse(uint64_t *out, const char *text)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	unsigned base = hex ? 16 : 10;
	uint64_t n = 0;

	if (hex)
		text += 2;
	if (!*text)
		return -ERR_RANGE;
	for (; *text; text++) {
		unsigned d = (unsigned)digit_value(*text);

		if (d >= base || n > (UINT64_MAX - d) / base)
			return -ERR_RANGE;
		n = n * base + d;
	}
	*out = n;
	return 0;
}

static int
choice_parse(uint64_t *out, const struct dga_param *p, const char *text)
{
	for (uint64_t i = 0; i <= p->max; i++) {
		if (!strcmp(p->choices[i], text)) {
			*out = i;
			return 0;
		}
	}
	return -ERR_RANGE;
}

int
dga_set(const struct dga_family *f, struct dga_values *v, const char *name, const char *text)
{
	for (unsigned i = 0; f->params[i].name; i++) {
		const struct dga_param *p = &f->params[i];
		uint64_t n = strlen(text);

		if (strcmp(p->name, name))
			continue;
		if (p->choices ? choice_parse(&n, p, text) : !p->text && number_parse(&n, text))
			return -ERR_RANGE;
		if (n < p->min || n > p->max)
			return -ERR_RANGE;
		if (p->text)
			v->text[i] = text;
		else
			v->value[i] = n;
		return 0;
	}
	return -ERR_UNKNOWN;
}

static int
check_values(const struct dga_family *f, const struct dga_values *v)
{
	for (unsigned i = 0; f->params[i].name; i++) {
		const struct dga_param *p = &f->params[i];
		uint64_t n = v->value[i];

		if (p->text) {
			if (!v->text[i])
				return -ERR_RANGE;
			n = strlen(v->text[i]);
		}
		if (n < p->min || n > p->max)
			return -ERR_RANGE;
	}
	return 0;
}

int
dga_expand(const struct dga_family *f, int32_t day, const struct dga_values *v, dga_name_fn *emit,
    void *ctx)
{
	int rc = check_values(f, v);

	if (day < f->day_min || day > f->day_max)
		return -ERR_DATE;
	return rc ? rc : f->expand(day, v, emit, ctx);
}
