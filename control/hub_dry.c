#include "control/hub_dry.h"

#include "base/ctl.h"
#include "base/err.h"
#include "control/hub.h"
#include "control/json_get.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const kinds[] = {"added", "removed", "changed"};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Adds a part's numbers; returns whether there are any. */
static bool
add_numbers(json_t *to, const json_t *change)
{
	json_int_t all = 0;

	for (size_t k = 0; k < KINDS; k++) {
		json_int_t n = json_get_number(change, kinds[k]);

		all += n;
		json_object_set_new(to, kinds[k], json_integer(json_get_number(to, kinds[k]) + n));
	}
	return all > 0;
}

static json_t *
no_numbers(void)
{
	return json_pack("{s:i, s:i, s:i}", kinds[0], 0, kinds[1], 0, kinds[2], 0);
}

/* The parts that the update has, and those that it takes away. */
static json_t *
changes_of(const json_t *verdict)
{
	static const char *const lists[] = {"parts", "gone"};
	json_t *changes = json_array(), *part, *diff;
	size_t i;

	for (size_t l = 0; l < 2; l++)
		json_array_foreach(json_object_get(verdict, lists[l]), i, part)
		{
			diff = json_object_get(part, "diff");
			if (!json_is_object(diff))
				continue;
			json_object_set(diff, "suffix", json_object_get(part, "suffix"));
			json_array_append(changes, diff);
		}
	return changes;
}

static bool
reads(const struct hub *h, const struct registry *g, const char *suffix)
{
	struct store_zone z = {.kind = "part"};

	snprintf(z.suffix, sizeof(z.suffix), "%s", suffix);
	snprintf(z.feed, sizeof(z.feed), "%s", h->now->feed->name);
	return hub_book_reads(h->options, g, &z);
}

/* What one registry gets; NULL: nothing of it.  taken[i] is set for its parts. */
static json_t *
describe(const struct hub *h, const struct registry *g, const json_t *changes, bool *taken)
{
	json_t *o = no_numbers(), *parts = json_array(), *change;
	bool has_any = false;
	size_t i;

	json_array_foreach(changes, i, change)
	{
		const char *suffix = json_string_value(json_object_get(change, "suffix"));

		if (!suffix || !reads(h, g, suffix))
			continue;
		has_any = taken[i] = true;
		if (add_numbers(o, change))
			json_array_append_new(parts, json_string(suffix));
	}
	json_object_set_new(o, "name", json_string(g->name));
	json_object_set_new(o, "parts", parts);
	if (has_any)
		return o;
	json_decref(o);
	return NULL;
}

/* Takes away the changes that are none, once all who look at them have. */
static void
drop_unchanged(json_t *changes)
{
	for (size_t i = json_array_size(changes); i-- > 0;) {
		const json_t *c = json_array_get(changes, i);

		if (!json_get_number(c, kinds[0]) && !json_get_number(c, kinds[1]) &&
		    !json_get_number(c, kinds[2]))
			json_array_remove(changes, i);
	}
}

static int
add_registries(struct hub *h, json_t *told)
{
	const struct registry *g = h->options->registries->file.item;
	json_t *changes = changes_of(told), *all = json_array(), *nobody = json_array();
	json_t *total = no_numbers(), *c;
	bool *taken = calloc(json_array_size(changes) + 1, sizeof(*taken));
	size_t i;

	for (i = 0; taken && i < h->options->registries->file.n; i++) {
		json_t *o = describe(h, &g[i], changes, taken);

		if (o)
			json_array_append_new(all, o);
	}
	json_array_foreach(changes, i, c)
	{
		if (add_numbers(total, c) && taken && !taken[i])
			json_array_append(nobody, json_object_get(c, "suffix"));
	}
	free(taken);
	drop_unchanged(changes);
	json_object_del(told, "parts");
	json_object_del(told, "gone");
	return json_object_set_new(told, "registries", all) ||
		       json_object_set_new(told, "changes", changes) ||
		       json_object_set_new(told, "total", total) ||
		       json_object_set_new(told, "nobody", nobody) || !taken
		   ? -ENOMEM
		   : 0;
}

static bool
is_long(const json_t *told)
{
	return json_dumpb(told, NULL, 0, JSON_COMPACT) > HUB_DRY_MAX;
}

static void
shorten(json_t *told)
{
	json_t *o;
	size_t i;

	if (!is_long(told))
		return;
	json_object_set_new(told, "shortened", json_true());
	json_array_foreach(json_object_get(told, "changes"), i, o) json_object_del(o, "names");
	if (is_long(told))
		json_object_del(told, "changes");
	json_array_foreach(json_object_get(told, "registries"), i, o) if (is_long(told))
	    json_object_del(o, "parts");
	while (is_long(told) && json_array_size(json_object_get(told, "nobody")))
		json_array_clear(json_object_get(told, "nobody"));
	if (is_long(told))
		json_object_del(told, "registries");
}

int
hub_dry_note(
    struct hub *h, const struct verdict *v, const struct store_update *u, const json_t **told)
{
	json_t *copy = json_deep_copy(v->json);
	int rc = copy ? add_registries(h, copy) : -ENOMEM;

	if (rc == 0)
		rc = json_object_set_new(copy, "dry_run", json_true()) ? -ENOMEM : 0;
	if (rc == 0)
		shorten(copy);
	rc = rc < 0 ? rc : store_update_audit(h->store, u, "dry-run");
	if (rc < 0)
		json_decref(copy);
	else
		*told = copy;
	return rc;
}

static void
done(struct hub *h, struct hub_submission *s, const struct hub_result *r)
{
	for (size_t i = 0; i < HUB_DRY_KEPT; i++)
		if (h->dry.kept[i].id == (unsigned)s->id)
			h->dry.kept[i].verdict = json_deep_copy(r->verdict);
}

/* A path of the caller's, whom the socket's mode lets in. */
static int
open_archive(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -EINVAL;
}

json_t *
hub_dry_start(struct hub *h, size_t argc, char **argv)
{
	const struct hub_feed *f = argc == 3 ? hub_feed_find(h->options, argv[1]) : NULL;
	struct hub_submission *s;
	unsigned id = ++h->dry.last, slot = id % HUB_DRY_KEPT;
	int rc;

	if (!f || argv[2][0] != '/')
		return ctl_error(
		    "expected: dry-run FEED PATH, a feed of this hub and a whole path");
	s = calloc(1, sizeof(*s));
	rc = s ? open_archive(argv[2]) : -ENOMEM;
	if (rc >= 0) {
		*s = (struct hub_submission){.feed = f,
		    .fd = rc,
		    .source = "dry-run",
		    .is_dry = true,
		    .id = id,
		    .done = done};
		rc = hub_take(h, s);
		if (rc < 0)
			close(s->fd);
	}
	if (rc < 0) {
		free(s);
		return ctl_error("%s: %s", argv[2], err_text(rc));
	}
	json_decref(h->dry.kept[slot].verdict);
	h->dry.kept[slot].verdict = NULL;
	h->dry.kept[slot].id = id;
	return json_pack("{s:b, s:I}", "ok", 1, "id", (json_int_t)id);
}

json_t *
hub_dry_result(struct hub *h, size_t argc, char **argv)
{
	unsigned long id = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;

	for (size_t i = 0; id && i < HUB_DRY_KEPT; i++)
		if (h->dry.kept[i].id == id)
			return json_pack("{s:b, s:b, s:O?}", "ok", 1, "done",
			    h->dry.kept[i].verdict != NULL, "verdict", h->dry.kept[i].verdict);
	return ctl_error("there is no such dry run, or no more");
}

void
hub_dry_close(struct hub *h)
{
	for (size_t i = 0; i < HUB_DRY_KEPT; i++)
		json_decref(h->dry.kept[i].verdict);
}
