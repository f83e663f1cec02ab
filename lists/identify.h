/* identify.h - which family, day and parameters make a name.
 *
 * The wanted names go into a small index; then every run (a family with one set of parameters,
 * over a span of days) is expanded, and each name that it makes is looked up.  So the cost is
 * that of generation, whatever the number of wanted names, and a match is exact.
 *
 * A match alone proves little when a run makes a large share of all short names: in 17 years
 * Conficker.C makes 64 of 100 names of four letters below its suffixes.  So each match carries
 * its chance, the probability that the run makes an arbitrary name of that shape:
 *
 *   chance = 1 - exp(-m / (a^l * s))
 *
 *   m  names that the run made with a first label of l bytes, repeats included
 *   a  26, or 36 when the label has a digit or a hyphen
 *   s  suffixes of the family
 *
 * A match below IDENTIFY_CHANCE_MAX stands alone.  Then the days on which such matches lie are
 * expanded once more, and a short name that one of these days makes counts as seen with the
 * others.  All other matches are by chance.
 *
 * Threads: identify_next and identify_do from any; all else from one, between rounds. */
#pragma once

#include "lists/dga.h"
#include "lists/hash.h"

#define IDENTIFY_CHANCE_MAX 1e-4
#define IDENTIFY_MATCHES    4 /* kept for a name: those of the first runs */
#define IDENTIFY_NAMES_MAX  (1u << 26)

struct identify_run {
	const struct dga_family *family;
	struct dga_values values;
	const char *params; /* the values as text, for reports; "" for the defaults */
	int32_t from;       /* UTC day */
	uint32_t days;      /* at least 1; all are days that the family can express */
};

enum identify_verdict {
	IDENTIFY_UNKNOWN, /* no run makes it */
	IDENTIFY_CHANCE,  /* made, but so are many others of its shape */
	IDENTIFY_SEEN,    /* the same, on a day of names that stand alone */
	IDENTIFY_ALONE,   /* made, and too long to be so by chance */
};

/* "unknown", "chance", "supported", "known". */
const char *identify_verdict_text(enum identify_verdict v);

struct identify_match {
	enum identify_verdict verdict;
	uint32_t run;
	int32_t day;    /* the first in the run; of IDENTIFY_SEEN the first that supports it */
	uint32_t index; /* of the name in that day's list, from 0 */
	uint32_t times; /* that the run made it, on whatever day */
	double chance;
};

struct identify_name {
	const char *text;              /* ours; canonical, without the final dot */
	enum identify_verdict verdict; /* the best of its matches */
	uint32_t matches;
	struct identify_match match[IDENTIFY_MATCHES]; /* by run */
};

/* One day of one run. */
struct identify_task {
	uint32_t run;
	int32_t day;
};

struct identify;

/*   key   random bytes, new for each call
 *   names canonical text; borrowed until the return.  Repeats are kept once.
 *   runs  borrowed until identify_free
 * Returns 0, -ERR_NAME (*out is NULL; no name has over HASH_LABELS_MAX labels),
 * -ERR_LIMIT, -ENOMEM, or -EAGAIN: try another key. */
int identify_new(struct identify **out, const struct hash_key *key, const char *const *names,
    size_t n, const struct identify_run *runs, size_t n_runs);

/* Takes a task of this round.  False: there are none left, or a task has failed. */
bool identify_next(struct identify *id, struct identify_task *t);

/* Returns 0, or a code of dga_expand, which identify_settle returns again. */
int identify_do(struct identify *id, const struct identify_task *t);

/* Tasks taken, and tasks of this round in all.  Any thread. */
uint64_t identify_taken(const struct identify *id);
uint64_t identify_tasks(const struct identify *id);

/* Ends a round, when no task is under way.  Returns how many tasks the next round has, 0
 * when the verdicts are final, or the first error of a task. */
int64_t identify_settle(struct identify *id);

/* The wanted names in order of their bytes. */
size_t identify_names(const struct identify *id, const struct identify_name **out);

/* The one of that text, or NULL. */
const struct identify_name *identify_find(const struct identify *id, const char *text);

void identify_free(struct identify *id);
