#include "base/err.h"
#include "control/examine_impl.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

int
examine_push(struct examine_hashes *h, uint64_t hash)
{
	if (h->n == h->room) {
		size_t room = h->room ? 2 * h->room : 1024;
		uint64_t *item = reallocarray(h->item, room, sizeof(*item));

		if (!item)
			return -ENOMEM;
		h->item = item;
		h->room = room;
	}
	h->item[h->n++] = hash;
	return 0;
}

/* Keyed with a key of this process alone: nobody outside can choose entries that look alike. */
uint64_t
examine_hash(const struct examining *x, const struct entry *e)
{
	uint8_t text[NAME_LEN_MAX + 9], *at = text;
	uint64_t hash;

	memcpy(at, e->name, e->name_len);
	at += e->name_len;
	memcpy(at, &e->from, 4);
	memcpy(at + 4, &e->until, 4);
	at[8] = e->action;
	crypto_shorthash((uint8_t *)&hash, text, (size_t)(at + 9 - text), x->key);
	return hash;
}

int
examine_note(struct examining *x, const struct entry *e)
{
	return examine_push(&x->fresh, examine_hash(x, e));
}

/* An entry in force; one whose window has ended changes nothing by going away. */
static int
note_before(void *ctx, const struct entry *e)
{
	struct examining *x = ctx;

	return e->until <= x->scope.today ? 0 : examine_push(&x->before, examine_hash(x, e));
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int
read_before(struct examining *x, struct examine_old *o)
{
	const struct list_sink sink = {x, note_before, NULL, NULL};

	x->before.n = 0;
	if (!o)
		return 0;
	o->is_seen = true;
	return list_read(o->f, "part in force", LIST_ZONE, NULL, &sink);
}

struct examine_old *
examine_find(struct examining *x, const uint8_t *suffix, size_t len)
{
	for (size_t i = 0; i < x->olds; i++)
		if (x->old[i].zone->suffix_len == len &&
		    memcmp(x->old[i].zone->suffix, suffix, len) == 0)
			return &x->old[i];
	return NULL;
}

static void
sort(struct examine_hashes *h)
{
	if (h->n)
		qsort(h->item, h->n, sizeof(*h->item), by_value);
}

int
examine_diff(
    struct examining *x, const uint8_t *suffix, size_t len, uint64_t *added, uint64_t *removed)
{
	struct examine_hashes *a = &x->fresh, *b = &x->before;
	size_t i = 0, k = 0, same = 0;
	int rc = read_before(x, examine_find(x, suffix, len));

	if (rc < 0)
		return rc;
	sort(a);
	sort(b);
	while (i < a->n && k < b->n) {
		same += a->item[i] == b->item[k];
		if (a->item[i] < b->item[k])
			i++;
		else if (a->item[i] > b->item[k])
			k++;
		else
			i++, k++;
	}
	*added = a->n - same;
	*removed = b->n - same;
	x->change.in_force += b->n;
	x->change.added += *added;
	x->change.removed += *removed;
	return 0;
}

int
examine_gone(struct examining *x)
{
	for (size_t i = 0; i < x->olds; i++) {
		struct examine_old *o = &x->old[i];
		uint64_t added, removed;
		char suffix[NAME_TEXT_MAX];
		json_t *diff;
		int rc;

		if (o->is_seen)
			continue;
		x->fresh.n = 0;
		rc = examine_diff(x, o->zone->suffix, o->zone->suffix_len, &added, &removed);
		if (rc < 0)
			return rc;
		diff = x->task->is_dry ? examine_names(x, NULL, o->f, &rc) : NULL;
		name_to_text(suffix, o->zone->suffix);
		json_array_append_new(x->gone, json_pack("{s:s, s:I, s:o*}", "suffix", suffix,
						   "removed", (json_int_t)removed, "diff", diff));
		if (rc < 0)
			return rc;
	}
	return 0;
}
