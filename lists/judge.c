#include "lists/judge.h"

#include "base/err.h"
#include "lists/judge_found.h"
#include "lists/nameset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FAMILIES 16 /* groups of `listed`; the slots are days */

enum { SET_LISTED, SET_ALLOWED, SET_WORDS, SETS };

struct judge {
	struct judge_options o;
	struct nameset *set[SETS];
	char family[FAMILIES][64];
	unsigned families;
	struct tally *tally;
	bool tally_full;
	uint64_t entries;
	double odds;
	struct found found[JUDGE_KINDS];
};

static const struct judge_kind_row kinds[JUDGE_KINDS] = {
    [JUDGE_ALLOWED] = {"covers-allowed", JUDGE_HIGH, "the name, or one below it, is allowed"},
    [JUDGE_SUFFIX] = {"public-suffix", JUDGE_HIGH, "others register names below it"},
    [JUDGE_COVERS_SUFFIX] = {"covers-suffix", JUDGE_HIGH, "a public suffix lies below it"},
    [JUDGE_BELOW_ALLOWED] = {"below-allowed", JUDGE_LOW, "a name above it is allowed"},
    [JUDGE_REGISTERED] = {"registered", JUDGE_LOW, "registered, by whom is not known"},
    [JUDGE_SHORT] = {"short-label", JUDGE_LOW, "so short that somebody may well have it"},
    [JUDGE_WORD] = {"word", JUDGE_LOW, "the label is a dictionary word"},
    [JUDGE_OUTLIER] = {"outlier", JUDGE_LOW, "a day unlike the suffix's other days"},
    [JUDGE_WORDS] = {"two-words", JUDGE_INFO, "the label is two dictionary words"},
    [JUDGE_FAMILIES] = {"families", JUDGE_INFO, "made by several families"},
    [JUDGE_REPEATED] = {"repeated", JUDGE_INFO, "listed more than once"},
};

static const char *const severities[JUDGE_SEVERITIES] = {"info", "low", "high"};

const char *
judge_severity_text(enum judge_severity s)
{
	return severities[s];
}

int
judge_severity_parse(const char *text)
{
	for (int s = 0; s < JUDGE_SEVERITIES; s++)
		if (!strcmp(severities[s], text))
			return s;
	return -ERR_UNKNOWN;
}

const struct judge_kind_row *
judge_kind(enum judge_kind kind)
{
	return &kinds[kind];
}

int
judge_new(struct judge **out, const struct judge_options *o)
{
	struct judge *j = calloc(1, sizeof(*j));
	int rc = j ? tally_new(&j->tally) : -ENOMEM;

	for (unsigned i = 0; i < SETS && !rc; i++)
		rc = nameset_new(&j->set[i], &o->key[i]);
	if (rc) {
		judge_free(j);
		j = NULL;
	} else {
		j->o = *o;
	}
	*out = j;
	return rc;
}

void
judge_free(struct judge *j)
{
	if (!j)
		return;
	for (unsigned i = 0; i < SETS; i++)
		nameset_free(j->set[i]);
	for (unsigned i = 0; i < JUDGE_KINDS; i++)
		found_free(&j->found[i]);
	tally_free(j->tally);
	free(j);
}

int
judge_word(struct judge *j, const char *text, size_t len)
{
	uint8_t label[NAME_LABEL_MAX + 2] = {(uint8_t)len};

	if (len < JUDGE_WORD_MIN || len > NAME_LABEL_MAX)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < 'a' || text[i] > 'z')
			return 0;
		label[i + 1] = (uint8_t)text[i];
	}
	return nameset_add(j->set[SET_WORDS], label, len + 2, 0, 0);
}

static unsigned
family_number(struct judge *j, const char *family)
{
	unsigned i = 0;

	if (!family)
		family = "";
	while (i < j->families && strcmp(j->family[i], family))
		i++;
	if (i == FAMILIES || strlen(family) >= sizeof(j->family[0]))
		return FAMILIES - 1;
	if (i == j->families)
		strcpy(j->family[j->families++], family);
	return i;
}

int
judge_list(struct judge *j, const struct entry *e, const char *family)
{
	unsigned day = (unsigned)e->from % NAMESET_SLOTS;

	return nameset_add(j->set[SET_LISTED], e->name, e->name_len, family_number(j, family), day);
}

int
judge_listed(struct judge *j)
{
	int rc = nameset_end(j->set[SET_LISTED]);

	return rc ? rc : nameset_end(j->set[SET_WORDS]);
}

/* The ending of a name that has so many labels. */
static const uint8_t *
last_labels(const uint8_t *name, unsigned labels)
{
	for (unsigned skip = name_labels(name) - labels; skip; skip--)
		name += name[0] + 1u;
	return name;
}

static int
compare_hit(struct judge *j, enum judge_against against, const uint8_t *name, const uint8_t *listed,
    unsigned source)
{
	static const enum judge_kind kind[] = {
	    [JUDGE_AGAINST_ALLOW] = JUDGE_ALLOWED,
	    [JUDGE_AGAINST_REGISTERED] = JUDGE_REGISTERED,
	    [JUDGE_AGAINST_SUFFIX] = JUDGE_COVERS_SUFFIX,
	};
	struct found_names names = {listed, name, (int)source};

	/* A listed public suffix is judge_entry's to find. */
	if (against == JUDGE_AGAINST_SUFFIX && listed == name)
		return 0;
	return found_names(&j->found[kind[against]], j->o.limit, &names, 0);
}

int
judge_compare(
    struct judge *j, enum judge_against against, const uint8_t *name, size_t len, unsigned source)
{
	struct nameset_hit hit[INDEX_LABELS_MAX];
	unsigned n = nameset_find(j->set[SET_LISTED], name, hit);
	int rc = 0;

	for (unsigned i = 0; i < n && !rc; i++)
		rc = compare_hit(j, against, name, last_labels(name, hit[i].depth), source);
	if (rc || against != JUDGE_AGAINST_ALLOW || len < 2)
		return rc;
	rc = nameset_add(j->set[SET_ALLOWED], name, len, source, 0);
	return rc == -ERR_NAME ? 0 : rc;
}

int
judge_compared(struct judge *j)
{
	return nameset_end(j->set[SET_ALLOWED]);
}

static bool
is_word(const struct judge *j, const uint8_t *text, size_t len)
{
	uint8_t label[NAME_LABEL_MAX + 2] = {(uint8_t)len};
	struct nameset_hit hit[INDEX_LABELS_MAX];

	memcpy(label + 1, text, len);
	return len >= JUDGE_WORD_MIN && nameset_find(j->set[SET_WORDS], label, hit) > 0;
}

static int
check_words(struct judge *j, const uint8_t *name)
{
	struct found_names names = {name, NULL, -1};
	size_t len = name[0];

	if (nameset_names(j->set[SET_WORDS]) == 0)
		return 0;
	if (is_word(j, name + 1, len))
		return found_names(&j->found[JUDGE_WORD], j->o.limit, &names, 0);
	for (size_t at = JUDGE_WORD_MIN; at + JUDGE_WORD_MIN <= len; at++)
		if (is_word(j, name + 1, at) && is_word(j, name + 1 + at, len - at))
			return found_names(&j->found[JUDGE_WORDS], j->o.limit, &names, 0);
	return 0;
}

static int
check_above(struct judge *j, const struct entry *e)
{
	struct nameset_hit hit[INDEX_LABELS_MAX];
	unsigned labels = name_labels(e->name);
	unsigned n = nameset_find(j->set[SET_ALLOWED], e->name, hit), places;

	for (unsigned i = 0; i < n; i++) {
		struct found_names names = {.name = e->name};

		names.other = last_labels(e->name, hit[i].depth);
		/* What is below a public suffix is not the suffix's holder's. */
		if (hit[i].depth == labels || psl_is_suffix(j->o.psl, names.other))
			continue;
		names.source =
		    __builtin_ctzll(nameset_groups(j->set[SET_ALLOWED], hit[i].class, &places));
		return found_names(&j->found[JUDGE_BELOW_ALLOWED], j->o.limit, &names, 0);
	}
	return 0;
}

/* Returns in how many places the name stands, as far as slots tell days apart. */
static int
check_repeated(struct judge *j, const struct entry *e, unsigned *places)
{
	struct nameset_hit hit[INDEX_LABELS_MAX];
	unsigned n = nameset_find(j->set[SET_LISTED], e->name, hit);
	struct found_names names = {e->name, NULL, -1};
	uint64_t groups;
	int rc = 0;

	*places = 1;
	if (n == 0 || hit[n - 1].depth != name_labels(e->name))
		return 0;
	groups = nameset_groups(j->set[SET_LISTED], hit[n - 1].class, places);
	if (*places > 1)
		rc = found_once(&j->found[JUDGE_REPEATED], j->o.limit, &names);
	if (!rc && groups & (groups - 1))
		rc = found_once(&j->found[JUDGE_FAMILIES], j->o.limit, &names);
	return rc;
}

/* A registry registers the label before the suffix, whatever is listed below it. */
static int
check_label(struct judge *j, const struct entry *e, unsigned places)
{
	struct found_names names = {e->name, NULL, -1};
	int32_t day = e->from == DAY_FIRST ? TALLY_NO_DAY : e->from;
	size_t at = psl_suffix_of(j->o.psl, e->name), label = 0, len = e->name_len - at;
	double odds;
	int rc;

	while (label + e->name[label] + 1u < at)
		label += e->name[label] + 1u;
	odds = odds_taken(e->name + label, population_of(j->o.population, e->name + at, len));
	j->odds += odds / places;
	rc = tally_add(j->tally, e->name + at, len, day, odds / places);
	if (rc == -ERR_LIMIT) {
		j->tally_full = true;
		rc = 0;
	}
	if (!rc && odds >= JUDGE_ODDS_MIN)
		rc = found_names(&j->found[JUDGE_SHORT], j->o.limit, &names, odds);
	return rc ? rc : check_words(j, e->name + label);
}

int
judge_entry(struct judge *j, const struct entry *e)
{
	struct found_names names = {e->name, NULL, -1};
	unsigned places = 1;
	int rc;

	j->entries++;
	rc = check_above(j, e);
	if (!rc)
		rc = check_repeated(j, e, &places);
	if (!rc && psl_is_suffix(j->o.psl, e->name))
		return found_names(&j->found[JUDGE_SUFFIX], j->o.limit, &names, 0);
	return rc ? rc : check_label(j, e, places);
}

static int
take_outlier(void *ctx, const struct tally_row *r, int32_t day, uint32_t names, double expected)
{
	struct judge *j = ctx;
	struct judge_finding f = {.source = -1, .day = day, .value = names, .expected = expected};

	return found_value(&j->found[JUDGE_OUTLIER], j->o.limit, r->suffix, &f);
}

int
judge_end(struct judge *j)
{
	uint64_t repeats = nameset_added(j->set[SET_LISTED]) - nameset_names(j->set[SET_LISTED]);

	j->found[JUDGE_REPEATED].total = repeats;
	return tally_end(j->tally, take_outlier, j);
}

void
judge_totals(const struct judge *j, struct judge_totals *out)
{
	*out = (struct judge_totals){
	    .entries = j->entries,
	    .names = nameset_names(j->set[SET_LISTED]),
	    .odds = j->odds,
	    .tally_full = j->tally_full,
	};
	for (unsigned i = 0; i < JUDGE_KINDS; i++)
		out->found[i] = j->found[i].total;
	out->rows = tally_rows(j->tally, &out->row);
}

size_t
judge_items(const struct judge *j, enum judge_kind kind, const struct judge_finding **out)
{
	*out = j->found[kind].item;
	return j->found[kind].items;
}

bool
judge_is_bad(const struct judge *j, enum judge_severity at_least)
{
	for (unsigned i = 0; i < JUDGE_KINDS; i++)
		if (j->found[i].total && kinds[i].severity >= at_least)
			return true;
	return false;
}
