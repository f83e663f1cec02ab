#include "base/conf_value.h"

#include "base/conf_mistake.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char *
conf_next_word(const char **at, size_t *len)
{
	const char *word = *at + strspn(*at, " ");

	*len = strcspn(word, " ");
	*at = word + *len;
	return *len ? word : NULL;
}

int
conf_choice(const struct conf_option *o, const char *name)
{
	for (int i = 0; o->choices[i]; i++)
		if (strcmp(o->choices[i], name) == 0)
			return i;
	return -1;
}

static void
default_texts(struct conf_texts *texts, const char *def)
{
	const char *word, *at = def;
	size_t len;

	while (conf_next_word(&at, &len))
		texts->n++;
	texts->item = conf_alloc(texts->n, sizeof(*texts->item));
	texts->n = 0;
	for (at = def; (word = conf_next_word(&at, &len));)
		texts->item[texts->n++] = conf_copy(word, len);
}

/* No octal: 010 is ten, as in the file. */
static int64_t
number(const char *text)
{
	return strtoll(text, NULL, strncmp(text, "0x", 2) == 0 ? 16 : 10);
}

static void
default_option(const struct conf_option *o, void *field)
{
	switch (o->type) {
	case CONF_BOOL: *(bool *)field = strcmp(o->def, "true") == 0; break;
	case CONF_INT: *(int64_t *)field = number(o->def); break;
	case CONF_TEXT: *(char **)field = conf_copy(o->def, strlen(o->def)); break;
	case CONF_TEXTS: default_texts(field, o->def); break;
	case CONF_CHOICE:
		*(int *)field = conf_choice(o, o->def);
		assert(*(int *)field >= 0);
		break;
	}
}

void
conf_default_options(const struct conf_option *options, void *base)
{
	for (const struct conf_option *o = options; o->name; o++)
		if (o->def && !o->required)
			default_option(o, conf_field(base, o->offset));
}

void
conf_free_option(const struct conf_option *o, void *base)
{
	void *field = conf_field(base, o->offset);
	struct conf_texts *texts = field;

	switch (o->type) {
	case CONF_BOOL: *(bool *)field = false; break;
	case CONF_INT: *(int64_t *)field = 0; break;
	case CONF_CHOICE: *(int *)field = 0; break;
	case CONF_TEXT:
		free(*(char **)field);
		*(char **)field = NULL;
		break;
	case CONF_TEXTS:
		for (size_t i = 0; i < texts->n; i++)
			free(texts->item[i]);
		free(texts->item);
		*texts = (struct conf_texts){0};
		break;
	}
}

static void
free_options(const struct conf_option *options, void *base)
{
	for (const struct conf_option *o = options; o->name; o++)
		conf_free_option(o, base);
}

void
conf_defaults(const struct conf_section *sections, void *out)
{
	for (const struct conf_section *s = sections; s->options; s++)
		if (!s->many)
			conf_default_options(s->options, conf_field(out, s->offset));
}

void
conf_free(const struct conf_section *sections, void *out)
{
	for (const struct conf_section *s = sections; s->options; s++) {
		void *field = conf_field(out, s->offset);
		struct conf_many *many = field;

		if (!s->many) {
			free_options(s->options, field);
			continue;
		}
		for (size_t i = 0; i < many->n; i++)
			free_options(s->options, (char *)many->item + i * s->size);
		free(many->item);
		*many = (struct conf_many){0};
	}
}
