/* zone_tools.h - reads a zone from memory and notes what came of it, as text. */
#pragma once

#include "lists/read_zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct got {
	char text[65536];
	size_t n;
	unsigned entries, metas, errors;
	struct list_meta meta;
	struct entry last;
	char comment[256];
};

static inline void
say(struct got *g, const char *text)
{
	g->n += (size_t)snprintf(g->text + g->n, sizeof(g->text) - g->n, "%s", text);
	if (g->n >= sizeof(g->text))
		g->n = sizeof(g->text) - 1;
}

static inline int
take_entry(void *ctx, const struct entry *e)
{
	struct got *g = ctx;
	char name[NAME_TEXT_MAX], text[NAME_TEXT_MAX + 512];

	name_to_text(name, e->name);
	snprintf(text, sizeof(text), "%s %d %d %s %.*s\n", name, e->from, e->until,
	    action_text((enum action)e->action), (int)e->comment_len, e->comment ? e->comment : "");
	say(g, text);
	g->entries++;
	g->last = *e;
	return 0;
}

static inline int
take_meta(void *ctx, const struct list_meta *m)
{
	struct got *g = ctx;

	g->meta = *m;
	g->metas++;
	return 0;
}

static inline void
take_error(void *ctx, const struct list_error *e)
{
	struct got *g = ctx;
	char text[600];

	snprintf(
	    text, sizeof(text), "!%llu:%u %s\n", (unsigned long long)e->line, e->column, e->text);
	say(g, text);
	g->errors++;
}

static inline int
read_zone_text(struct got *g, const char *text, size_t len, bool by_ldns)
{
	const struct list_sink sink = {g, take_entry, take_meta, take_error};
	char *copy = malloc(len + 1);
	FILE *f;
	int rc;

	memcpy(copy, text, len);
	f = fmemopen(copy, len, "r");
	memset(g, 0, sizeof(*g));
	rc = list_read_zone(f, "test", &sink, by_ldns);
	fclose(f);
	free(copy);
	return rc;
}
