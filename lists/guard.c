#include "lists/guard.h"

#include "base/err.h"
#include "lists/nameset.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text, *about;
} rules[GUARD_RULES] = {
    [GUARD_SUFFIX] = {"suffix", "a part of a suffix outside the feed's scope"},
    [GUARD_ACTION] = {"action", "an action that the feed may not use"},
    [GUARD_WINDOW] = {"window", "a window longer than the feed may have"},
    [GUARD_NAMES] = {"names", "more entries than the feed may have"},
    [GUARD_CHANGE] = {"change", "more entries added and removed than one update may"},
    [GUARD_CHANGE_PERCENT] = {"change-percent",
	"a larger share of the list added and removed than one update may"},
    [GUARD_PROTECTED] = {"protected", "a name that is protected or has a protected name below it"},
    [GUARD_ALLOWED] = {"allowed", "a name on an allow list, or above one"},
    [GUARD_PUBLIC_SUFFIX] = {"public-suffix", "a name below which others register"},
    [GUARD_EXPIRED] = {"expired", "a window that has ended"},
};

const char *
guard_text(enum guard_rule rule)
{
	return rules[rule].text;
}

const char *
guard_about(enum guard_rule rule)
{
	return rules[rule].about;
}

int
guard_parse(const char *text, size_t len)
{
	for (int r = 0; r < GUARD_RULES; r++)
		if (strlen(rules[r].text) == len && memcmp(rules[r].text, text, len) == 0)
			return r;
	return -ERR_UNKNOWN;
}

/* Groups of the set.  A name that has one of ours below it is in the group of what it hits. */
enum { SET_PROTECTED, SET_BELOW, SET_ALLOWED };

struct guard_names {
	struct nameset *set;
};

int
guard_names_new(struct guard_names **out, const struct hash_key *key)
{
	struct guard_names *g = calloc(1, sizeof(*g));
	int rc = g ? nameset_new(&g->set, key) : -ENOMEM;

	if (rc < 0) {
		free(g);
		g = NULL;
	}
	*out = g;
	return rc;
}

int
guard_names_add(struct guard_names *g, enum guard_kind kind, const uint8_t *name, size_t len)
{
	unsigned above = kind == GUARD_KIND_ALLOWED ? SET_ALLOWED : SET_PROTECTED;
	unsigned group = kind == GUARD_KIND_BELOW ? SET_BELOW : above;
	int rc = 0;

	/* Names too deep to be listed matter by what stands above them. */
	for (unsigned labels = name_labels(name); labels && rc == 0; labels--) {
		if (labels <= INDEX_LABELS_MAX)
			rc = nameset_add(g->set, name, len, group, 0);
		len -= name[0] + 1u;
		name += name[0] + 1u;
		group = above;
	}
	return rc;
}

int
guard_names_end(struct guard_names *g)
{
	return nameset_end(g->set);
}

void
guard_names_free(struct guard_names *g)
{
	if (!g)
		return;
	nameset_free(g->set);
	free(g);
}

void
guard_start(struct guard *g, const struct guard_scope *scope)
{
	memset(g, 0, sizeof(*g));
	g->scope = scope;
}

static void
find(struct guard *g, enum guard_rule rule, const uint8_t *name)
{
	struct guard_found *f = &g->found[rule];

	f->count++;
	if (f->examples < GUARD_EXAMPLES)
		name_to_text(f->example[f->examples++], name);
}

bool
guard_takes_suffix(const struct guard_scope *s, const uint8_t *suffix, size_t len)
{
	for (size_t i = 0; i < s->suffixes; i++)
		if (name_is_under(suffix, len, s->suffix[i].name, s->suffix[i].len))
			return true;
	return !s->suffixes;
}

void
guard_part(struct guard *g, const uint8_t *suffix, size_t len)
{
	const struct guard_scope *s = g->scope;

	for (size_t i = 0; i < s->suffixes; i++)
		if (name_is_under(suffix, len, s->suffix[i].name, s->suffix[i].len))
			return;
	if (s->suffixes)
		find(g, GUARD_SUFFIX, suffix);
}

static void
check_protected(struct guard *g, const struct entry *e)
{
	const struct nameset *set = g->scope->protect->set;
	struct nameset_hit hit[INDEX_LABELS_MAX];
	unsigned n = nameset_find(set, e->name, hit), labels = name_labels(e->name), places;
	bool is_protected = false, is_allowed = false;

	for (unsigned i = 0; i < n; i++) {
		uint64_t groups = nameset_groups(set, hit[i].class, &places);
		bool is_itself = hit[i].depth == labels;

		is_protected |= groups >> SET_BELOW & 1;
		is_protected |= is_itself && (groups >> SET_PROTECTED & 1);
		is_allowed |= is_itself && (groups >> SET_ALLOWED & 1);
	}
	if (is_protected)
		find(g, GUARD_PROTECTED, e->name);
	if (is_allowed)
		find(g, GUARD_ALLOWED, e->name);
}

void
guard_entry(struct guard *g, const struct entry *e)
{
	const struct guard_scope *s = g->scope;

	g->entries++;
	if (s->actions && !(s->actions >> e->action & 1))
		find(g, GUARD_ACTION, e->name);
	/* Without an end, a window is as long as can be; one without a beginning begins today. */
	if (s->window_days) {
		int64_t from = e->from == DAY_FIRST ? s->today : e->from;

		if (e->until == DAY_NEVER || (int64_t)e->until - from > s->window_days)
			find(g, GUARD_WINDOW, e->name);
	}
	if (e->until <= s->today)
		find(g, GUARD_EXPIRED, e->name);
	if (s->psl && psl_is_suffix(s->psl, e->name))
		find(g, GUARD_PUBLIC_SUFFIX, e->name);
	if (s->protect)
		check_protected(g, e);
}

/* A rule about the whole update has figures for an example. */
static void
find_figures(struct guard *g, enum guard_rule rule, uint64_t is, uint64_t most, const char *unit)
{
	struct guard_found *f = &g->found[rule];

	f->count = f->examples = 1;
	snprintf(f->example[0], sizeof(f->example[0]), "%" PRIu64 "%s, at most %" PRIu64 "%s", is,
	    unit, most, unit);
}

void
guard_end(struct guard *g, const struct guard_change *c)
{
	const struct guard_scope *s = g->scope;
	uint64_t change = c->added + c->removed;

	if (s->names && g->entries > s->names)
		find_figures(g, GUARD_NAMES, g->entries, s->names, "");
	if (!c->in_force)
		return;
	if (s->change && change > s->change)
		find_figures(g, GUARD_CHANGE, change, s->change, "");
	if (s->change_percent && change > c->in_force * s->change_percent / 100)
		find_figures(g, GUARD_CHANGE_PERCENT,
		    (change * 100 + c->in_force - 1) / c->in_force, s->change_percent, " %");
}

unsigned
guard_refusals(const struct guard *g, uint32_t overridden)
{
	unsigned n = 0;

	for (unsigned r = 0; r < GUARD_RULES; r++)
		n += g->found[r].count && !(overridden >> r & 1);
	return n;
}
