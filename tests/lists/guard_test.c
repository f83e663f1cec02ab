#include "lists/guard.h"

#include "base/err.h"
#include "lists/hash.h"
#include "tests/test.h"

#include <stdlib.h>

#define TODAY  20000
#define BIT(x) (1u << (x))

static struct guard_suffix suffixes[2];

static struct guard_suffix
suffix(const char *text)
{
	struct guard_suffix s;

	s.len = (uint8_t)name_from_text(s.name, text, strlen(text));
	return s;
}

/* One entry through all rules; the broken ones as a line of words. */
static const struct row {
	const char *about, *suffix, *name;
	int32_t from, until;
	enum action action;
	const char *want;
} rows[] = {
    {"nothing to say", "ag", "abc.ag", TODAY, TODAY + 3, ACTION_INHERIT, ""},
    {"a suffix below one of the scope", "com.ag", "abc.com.ag", TODAY, TODAY + 3, ACTION_INHERIT,
	""},
    {"a suffix outside", "de", "abc.de", TODAY, TODAY + 3, ACTION_INHERIT, "suffix "},
    {"no end of a label is a suffix", "xag", "abc.xag", TODAY, TODAY + 3, ACTION_INHERIT,
	"suffix "},
    {"an action of the scope", "ag", "abc.ag", TODAY, TODAY + 3, ACTION_SINKHOLE, ""},
    {"an action outside", "ag", "abc.ag", TODAY, TODAY + 3, ACTION_DROP, "action "},
    {"the longest window", "ag", "abc.ag", TODAY, TODAY + 30, ACTION_INHERIT, ""},
    {"a day longer", "ag", "abc.ag", TODAY, TODAY + 31, ACTION_INHERIT, "window "},
    {"without an end", "ag", "abc.ag", TODAY, DAY_NEVER, ACTION_INHERIT, "window "},
    {"without a beginning", "ag", "abc.ag", DAY_FIRST, TODAY + 30, ACTION_INHERIT, ""},
    {"the last day", "ag", "abc.ag", TODAY - 1, TODAY + 1, ACTION_INHERIT, ""},
    {"ended yesterday", "ag", "abc.ag", TODAY - 1, TODAY, ACTION_INHERIT, "expired "},
    {"protected", "ag", "nic.ag", TODAY, TODAY + 1, ACTION_INHERIT, "protected "},
    {"below a protected name", "ag", "x.nic.ag", TODAY, TODAY + 1, ACTION_INHERIT, ""},
    {"above a protected name", "ag", "gov.ag", TODAY, TODAY + 1, ACTION_INHERIT, "protected "},
    {"below a protected suffix", "ag", "x.y.edu.ag", TODAY, TODAY + 1, ACTION_INHERIT,
	"protected "},
    {"a protected suffix", "ag", "edu.ag", TODAY, TODAY + 1, ACTION_INHERIT, "protected "},
    {"an exception is stopped too", "ag", "nic.ag", TODAY, TODAY + 1, ACTION_PASS,
	"action protected "},
    {"allowed", "ag", "bank.ag", TODAY, TODAY + 1, ACTION_INHERIT, "allowed "},
    {"above an allowed name", "ag", "shop.ag", TODAY, TODAY + 1, ACTION_INHERIT, "allowed "},
    {"a public suffix", "uk", "co.uk", TODAY, TODAY + 1, ACTION_INHERIT, "public-suffix "},
    {"all at once", "de", "co.uk", 0, DAY_NEVER, ACTION_DROP,
	"suffix action window public-suffix "},
};

static const struct change_row {
	const char *about;
	uint64_t entries, in_force, added, removed;
	const char *want;
} changes[] = {
    {"as many as allowed", 10, 100, 4, 4, ""},
    {"one more entry than allowed", 11, 0, 11, 0, "names "},
    {"the first update is no change", 10, 0, 10, 0, ""},
    {"the largest change", 10, 1000, 5, 3, ""},
    {"one more", 10, 1000, 5, 4, "change "},
    {"the largest share", 10, 16, 8, 0, ""},
    {"more than that", 10, 15, 8, 0, "change-percent "},
    {"nothing is left", 0, 16, 0, 16, "change change-percent "},
};

static void
words(char *out, const struct guard *g)
{
	*out = '\0';
	for (unsigned r = 0; r < GUARD_RULES; r++)
		if (g->found[r].count)
			strcat(strcat(out, guard_text(r)), " ");
}

static void
protect(struct guard_names *names, enum guard_kind kind, const char *text)
{
	struct guard_suffix s = suffix(text);

	CHECK(guard_names_add(names, kind, s.name, s.len) == 0, "%s is added", text);
}

static void
test_entry(const struct guard_scope *scope, const struct row *r)
{
	static struct guard g;
	struct guard_suffix s = suffix(r->suffix), name = suffix(r->name);
	struct entry e = {.from = r->from, .until = r->until, .action = (uint8_t)r->action};
	char got[256];

	memcpy(e.name, name.name, name.len);
	e.name_len = name.len;
	guard_start(&g, scope);
	guard_part(&g, s.name, s.len);
	guard_entry(&g, &e);
	guard_end(&g, &(struct guard_change){0});
	words(got, &g);
	CHECK(strcmp(got, r->want) == 0, "%s: '%s'", r->about, got);
	CHECK((guard_refusals(&g, 0) == 0) == !*r->want, "%s: refusals", r->about);
	CHECK(guard_refusals(&g, ~0u) == 0, "%s: all overridden", r->about);
}

static void
test_change(const struct change_row *r)
{
	static const struct guard_scope scope = {
	    .names = 10, .change = 8, .change_percent = 50, .today = TODAY};
	static struct guard g;
	struct entry e = {.until = TODAY + 1, .name_len = 3, .name = "\1a"};
	char got[256];

	guard_start(&g, &scope);
	for (uint64_t i = 0; i < r->entries; i++)
		guard_entry(&g, &e);
	guard_end(&g, &(struct guard_change){r->in_force, r->added, r->removed});
	words(got, &g);
	CHECK(strcmp(got, r->want) == 0, "%s: '%s'", r->about, got);
}

static void
test_override(void)
{
	static struct guard g;

	g.found[GUARD_WINDOW].count = 3;
	g.found[GUARD_ALLOWED].count = 1;
	CHECK(guard_refusals(&g, 0) == 2, "two rules are broken");
	CHECK(guard_refusals(&g, BIT(GUARD_WINDOW)) == 1, "one is overridden");
	CHECK(guard_refusals(&g, BIT(GUARD_NAMES)) == 2, "another is not the same");
}

static void
test_words(void)
{
	for (int r = 0; r < GUARD_RULES; r++)
		CHECK(guard_parse(guard_text(r), strlen(guard_text(r))) == r, "%s", guard_text(r));
	CHECK(guard_parse("windows", 7) == -ERR_UNKNOWN, "no such rule");
	CHECK(guard_parse("", 0) == -ERR_UNKNOWN, "an empty word");
}

int
main(void)
{
	struct hash_key key = {{0}};
	struct guard_names *names = NULL;
	struct psl *psl = NULL;
	struct guard_scope scope = {.suffix = suffixes,
	    .suffixes = 2,
	    .actions = BIT(ACTION_INHERIT) | BIT(ACTION_SINKHOLE),
	    .window_days = 30,
	    .today = TODAY};

	suffixes[0] = suffix("ag");
	suffixes[1] = suffix("uk");
	CHECK(guard_names_new(&names, &key) == 0, "names");
	protect(names, GUARD_KIND_PROTECTED, "nic.ag");
	protect(names, GUARD_KIND_PROTECTED, "www.gov.ag");
	protect(names, GUARD_KIND_BELOW, "edu.ag");
	protect(names, GUARD_KIND_ALLOWED, "bank.ag");
	protect(names, GUARD_KIND_ALLOWED, "bank.ag");
	protect(names, GUARD_KIND_ALLOWED, "a.b.shop.ag");
	protect(names, GUARD_KIND_ALLOWED, "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.deep.ag");
	CHECK(guard_names_end(names) == 0, "the set is whole");
	CHECK(psl_open(&psl, "tests/data/suffixes.dat") == 0, "public suffixes");
	scope.protect = names;
	scope.psl = psl;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_entry(&scope, &rows[i]);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		test_change(&changes[i]);
	test_override();
	test_words();
	psl_close(psl);
	guard_names_free(names);
	return test_end();
}
