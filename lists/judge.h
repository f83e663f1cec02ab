/* judge.h - what speaks against a list before it is put into service.
 *
 * The list is read twice: once to know its names, once to judge each of them.  In between come
 * the names that it is compared with:
 *
 *   judge_new  judge_list...  judge_listed
 *              judge_compare... (allow lists, registered names, public suffixes)  judge_compared
 *              judge_entry...  judge_end  judge_total, judge_items, judge_worst
 *
 * A listed name covers all names below it; so "covers" is said of a listed name and of any
 * name that equals it or lies below it.  Pure: files are the caller's. */
#pragma once

#include "lists/entry.h"
#include "lists/hash.h"
#include "lists/odds.h"
#include "lists/psl.h"
#include "lists/tally.h"

#define JUDGE_SOURCES_MAX 64
#define JUDGE_WORD_MIN    3   /* letters of a dictionary word that counts */
#define JUDGE_ODDS_MIN    0.1 /* of a label that is called short */

enum judge_severity { JUDGE_INFO, JUDGE_LOW, JUDGE_HIGH, JUDGE_SEVERITIES };

enum judge_kind {
	JUDGE_ALLOWED,       /* covers an allowed name */
	JUDGE_SUFFIX,        /* is a public suffix */
	JUDGE_COVERS_SUFFIX, /* a public suffix lies below it */
	JUDGE_BELOW_ALLOWED, /* lies below an allowed name */
	JUDGE_REGISTERED,    /* covers a registered name; by whom is not known */
	JUDGE_SHORT,         /* odds_taken of its label is JUDGE_ODDS_MIN or more */
	JUDGE_WORD,          /* its label is a dictionary word */
	JUDGE_OUTLIER,       /* a suffix has far more or fewer names on a day than on others */
	JUDGE_WORDS,         /* its label is two dictionary words */
	JUDGE_FAMILIES,      /* several families make it */
	JUDGE_REPEATED,      /* listed more than once */
	JUDGE_KINDS
};

/* "info", "low", "high"; or -ERR_UNKNOWN. */
const char *judge_severity_text(enum judge_severity s);
int judge_severity_parse(const char *text);

struct judge_kind_row {
	const char *word; /* [a-z-]+ */
	enum judge_severity severity;
	const char *about;
};

const struct judge_kind_row *judge_kind(enum judge_kind kind);

struct judge_finding {
	char *name;      /* text; of JUDGE_OUTLIER the suffix */
	char *other;     /* text of the name or words it meets; NULL when there are none */
	int source;      /* as given to judge_compare; -1 when there is none */
	int32_t day;     /* of JUDGE_OUTLIER */
	double value;    /* JUDGE_SHORT: odds; JUDGE_OUTLIER: names on that day */
	double expected; /* JUDGE_OUTLIER */
};

struct judge_options {
	struct hash_key key[3];              /* random bytes, new for each judge */
	const struct psl *psl;               /* borrowed until judge_free */
	const struct population *population; /* likewise */
	uint32_t limit;                      /* findings kept of each kind; all are counted */
};

struct judge;

int judge_new(struct judge **out, const struct judge_options *o); /* 0 or -ENOMEM */

/* A dictionary word, before judge_listed; anything but 3 to 63 of a-z is left out. */
int judge_word(struct judge *j, const char *text, size_t len);

/*   family  NULL or "": not known.  Beyond 15 families, some are taken for one another.
 * Returns 0, -ERR_NAME (over 15 labels), -ERR_FULL, -ENOMEM. */
int judge_list(struct judge *j, const struct entry *e, const char *family);

/* Both ends also return -EAGAIN: two names hash alike; start again with other keys. */
int judge_listed(struct judge *j);

enum judge_against { JUDGE_AGAINST_ALLOW, JUDGE_AGAINST_REGISTERED, JUDGE_AGAINST_SUFFIX };

/*   source  the file's number, 0..JUDGE_SOURCES_MAX - 1
 * Names over 15 labels are compared by their last 15, and allow nothing below them. */
int judge_compare(
    struct judge *j, enum judge_against against, const uint8_t *name, size_t len, unsigned source);

int judge_compared(struct judge *j);

/* Returns 0 or -ENOMEM. */
int judge_entry(struct judge *j, const struct entry *e);

int judge_end(struct judge *j); /* 0 or -ENOMEM */

struct judge_totals {
	uint64_t entries, names;     /* listed; distinct */
	double odds;                 /* expected accidental collisions of distinct names */
	bool tally_full;             /* some names are not in the tally */
	uint64_t found[JUDGE_KINDS]; /* findings */
	const struct tally_row *row; /* names per suffix, ours */
	size_t rows;
};

void judge_totals(const struct judge *j, struct judge_totals *out);

/* The findings kept of a kind, in the order of the list or of what it was compared with; ours.
 * Returns how many. */
size_t judge_items(const struct judge *j, enum judge_kind kind, const struct judge_finding **out);

/* Whether there is a finding of that severity or above. */
bool judge_is_bad(const struct judge *j, enum judge_severity at_least);

void judge_free(struct judge *j);
