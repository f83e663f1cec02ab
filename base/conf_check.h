/* conf_check.h - what is wrong with a configuration beyond what its table of options says.
 *
 * For who turns the words of a file into values, once conf_read has taken them; every mistake is
 * reported, not the first alone. */
#pragma once

#include "base/conf.h"

struct conf_check {
	const char *path; /* of the file, borrowed */
	conf_error_fn *error;
	void *ctx;
	unsigned errors;
};

/* Reports one mistake and counts it; line 0: the whole file. */
void conf_wrong(struct conf_check *c, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A conf_error_fn: prints to standard error.  ctx: the program's name, or NULL to leave it out. */
void conf_print_wrong(void *ctx, const char *path, unsigned line, const char *text);

/* Whether a name has no other characters than a-z, 0-9 and -. */
bool conf_is_plain(const char *name);
