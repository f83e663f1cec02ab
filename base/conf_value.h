/* conf_value.h - the fields that options fill.  For conf*.c alone. */
#pragma once

#include "base/conf.h"

static inline void *
conf_field(void *base, size_t offset)
{
	return (char *)base + offset;
}

/* Walks the words of a CONF_TEXTS default: sets *len, moves *at behind the word.
 * Returns the word, or NULL at the end. */
const char *conf_next_word(const char **at, size_t *len);

/* Fills one struct of a section with its defaults. */
void conf_default_options(const struct conf_option *options, void *base);

/* Frees what one field owns, and zeroes it. */
void conf_free_option(const struct conf_option *o, void *base);

/* A choice's index by its name, or -1. */
int conf_choice(const struct conf_option *o, const char *name);
