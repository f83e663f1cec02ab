/* conf_mistake.h - the mistakes found in one configuration file.
 *
 * They are collected while the file is read in whatever order suits the reader,
 * and reported in order of lines.  For conf*.c alone. */
#pragma once

#include "base/conf.h"

struct conf_mistakes {
	struct conf_mistake *item;
	size_t n, room;
};

/* Adds one; what is not printable ASCII or UTF-8 becomes '?'.  line 0: the whole file. */
void conf_mistake(struct conf_mistakes *m, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Reports all to error and frees them.  Returns how many there were. */
size_t conf_mistakes_end(
    struct conf_mistakes *m, const char *path, conf_error_fn *error, void *ctx);

/* Whether a person may have meant want by typing text: edit distance 1 or 2, and
 * fewer edits than want has letters. */
bool conf_is_near(const char *text, const char *want);

/* Zeroed memory for n items of size bytes; dies when there is none, as libconfig would. */
void *conf_alloc(size_t n, size_t size);

/* A copy of text[0..len-1] with a NUL; dies when there is no memory. */
char *conf_copy(const char *text, size_t len);
