#include "lists/judge_found.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Takes item's texts, kept or not. */
static int
keep(struct found *f, struct judge_finding item)
{
	if (f->items == f->room) {
		size_t room = f->room ? 2 * f->room : 16;
		void *p = reallocarray(f->item, room, sizeof(*f->item));

		if (!p) {
			free(item.name);
			free(item.other);
			return -ENOMEM;
		}
		f->item = p;
		f->room = room;
	}
	f->item[f->items++] = item;
	return 0;
}

static char *
text_of(const uint8_t *name)
{
	char text[NAME_TEXT_MAX];

	name_to_text(text, name);
	return strdup(text);
}

int
found_value(struct found *f, uint32_t limit, const uint8_t *name, const struct judge_finding *like)
{
	struct judge_finding item = *like;

	f->total++;
	if (f->items >= limit)
		return 0;
	item.name = text_of(name);
	return item.name ? keep(f, item) : -ENOMEM;
}

int
found_names(struct found *f, uint32_t limit, const struct found_names *names, double value)
{
	struct judge_finding item = {.source = names->source, .value = value};

	f->total++;
	if (f->items >= limit)
		return 0;
	item.name = text_of(names->name);
	item.other = names->other ? text_of(names->other) : NULL;
	if (item.name && (item.other || !names->other))
		return keep(f, item);
	free(item.name);
	free(item.other);
	return -ENOMEM;
}

int
found_once(struct found *f, uint32_t limit, const struct found_names *names)
{
	char text[NAME_TEXT_MAX];

	if (f->items < limit) {
		name_to_text(text, names->name);
		for (size_t i = 0; i < f->items; i++) {
			if (strcmp(f->item[i].name, text))
				continue;
			f->total++;
			return 0;
		}
	}
	return found_names(f, limit, names, 0);
}

void
found_free(struct found *f)
{
	for (size_t i = 0; i < f->items; i++) {
		free(f->item[i].name);
		free(f->item[i].other);
	}
	free(f->item);
	*f = (struct found){0};
}
