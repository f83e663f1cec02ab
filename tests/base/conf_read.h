/* conf_read.h - reads a text by conf_example.h and keeps what was reported. */
#pragma once

#include "tests/base/conf_example.h"

#include <stdlib.h>
#include <string.h>

static char reports[4096];

/* Collects "line: text\n" of every mistake. */
static inline void
collect(void *ctx, const char *path, unsigned line, const char *text)
{
	size_t n = strlen(reports);

	snprintf(reports + n, sizeof(reports) - n, "%u: %s\n", line, text);
	*(int *)ctx += strcmp(path, "x.conf") != 0;
}

static inline bool
is_zero(const struct conf *c)
{
	static const struct conf zero;

	return memcmp(c, &zero, sizeof(zero)) == 0;
}

/* An exact copy on the heap, so that ASan sees a byte read too far. */
static inline int
read_text(struct conf *c, const char *text, size_t len)
{
	char *exact = malloc(len ? len : 1);
	int wrong_path = 0, rc;

	if (!exact)
		exit(2);
	memcpy(exact, text, len);
	reports[0] = '\0';
	*c = (struct conf){0};
	rc = conf_read_text(example, c, "x.conf", exact, len, collect, &wrong_path);
	free(exact);
	return wrong_path ? -EXIT_FAILURE : rc;
}

static inline bool
has_defaults(const struct conf *c)
{
	return c->threads == 4 && c->socket && strcmp(c->socket, "/run/a \"b\" \\c") == 0 &&
	       c->listen.n == 2 && strcmp(c->listen.item[0], "::1") == 0 &&
	       strcmp(c->listen.item[1], "127.0.0.1") == 0 && c->mode == 1 &&
	       c->log.bytes == -5000000000 && c->log.level == 1;
}
