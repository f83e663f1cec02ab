#include "base/conf_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 768

void
conf_wrong(struct conf_check *c, unsigned line, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->error(c->ctx, c->path, line, text);
	c->errors++;
}

void
conf_print_wrong(void *ctx, const char *path, unsigned line, const char *text)
{
	const char *program = ctx;

	fprintf(stderr, "%s%s%s:", program ? program : "", program ? ": " : "", path);
	if (line)
		fprintf(stderr, "%u:", line);
	fprintf(stderr, " %s\n", text);
}

bool
conf_is_plain(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}
