/* For a dry run: which names come, go, or get another window or action. */
#include "control/examine_impl.h"

#include "base/err.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 20 /* names of each kind of each part */

enum { COME, GO, CHANGE, KINDS };

static const char *const words[KINDS] = {"added", "removed", "changed"};

struct naming {
	struct examining *x;
	bool is_new;                       /* the file being read */
	bool collects;                     /* first pass: hashes of names that differ */
	const struct examine_hashes *same; /* entries of the other file */
	struct examine_hashes name[2];     /* of COME and GO, sorted after the first pass */
	uint64_t count[KINDS];
	json_t *shown[KINDS];
};

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool
has(const struct examine_hashes *h, uint64_t hash)
{
	return h->n && bsearch(&hash, h->item, h->n, sizeof(hash), by_value);
}

static void
show(struct naming *n, int kind, const struct entry *e)
{
	char text[NAME_TEXT_MAX];
	size_t len;

	if (n->count[kind]++ >= SHOWN)
		return;
	len = name_to_text(text, e->name);
	if (len > n->x->names_room)
		return;
	n->x->names_room -= len;
	json_array_append_new(n->shown[kind], json_string(text));
}

static int
take(void *ctx, const struct entry *e)
{
	struct naming *n = ctx;
	uint64_t name;

	if (!n->is_new && e->until <= n->x->scope.today)
		return 0;
	if (has(n->same, examine_hash(n->x, e)))
		return 0;
	crypto_shorthash((uint8_t *)&name, e->name, e->name_len, n->x->key);
	if (n->collects)
		return examine_push(&n->name[n->is_new ? COME : GO], name);
	if (!has(&n->name[n->is_new ? GO : COME], name))
		show(n, n->is_new ? COME : GO, e);
	else if (n->is_new)
		show(n, CHANGE, e);
	return 0;
}

static int
pass(struct naming *n, FILE *fresh, FILE *before)
{
	const struct list_sink sink = {n, take, NULL, NULL};
	int rc = 0;

	if (fresh) {
		rewind(fresh);
		n->is_new = true;
		n->same = &n->x->before;
		rc = list_read(fresh, "part", LIST_ZONE, NULL, &sink);
	}
	if (before && rc == 0) {
		rewind(before);
		n->is_new = false;
		n->same = &n->x->fresh;
		rc = list_read(before, "part in force", LIST_ZONE, NULL, &sink);
	}
	return rc;
}

json_t *
examine_names(struct examining *x, FILE *fresh, FILE *before, int *rc)
{
	struct naming n = {.x = x, .collects = true};
	json_t *names = json_object(), *diff = NULL;

	for (int k = 0; k < KINDS; k++) {
		n.shown[k] = json_array();
		json_object_set_new(names, words[k], n.shown[k]);
	}
	*rc = pass(&n, fresh, before);
	for (int k = 0; k < 2; k++)
		if (n.name[k].n)
			qsort(n.name[k].item, n.name[k].n, sizeof(uint64_t), by_value);
	n.collects = false;
	*rc = *rc < 0 ? *rc : pass(&n, fresh, before);
	if (*rc == 0)
		diff = json_pack("{s:I, s:I, s:I, s:O}", words[COME], (json_int_t)n.count[COME],
		    words[GO], (json_int_t)n.count[GO], words[CHANGE], (json_int_t)n.count[CHANGE],
		    "names", names);
	json_decref(names);
	free(n.name[COME].item);
	free(n.name[GO].item);
	return diff;
}
