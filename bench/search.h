/* search.h - MLRsearch (RFC 9971): the highest loads that meet several loss goals, in one search.
 *
 * A trial is good for a goal when its loss is within the goal's ratio.  A load is a lower bound of
 * the goal when trials of the final duration were good for long enough, even if all the rest of the
 * goal's duration sum were bad (exceed ratio); an upper bound in the reverse case (Appendix A).
 * Trials shorter than final count for a phase of the search, not for a bound.  The result is the
 * relevant lower bound and, at it, the conditional throughput: the forwarding rate of the trial at
 * the quantile of the exceed ratio.  Pure: trials are made by the caller's function. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define SEARCH_GOALS_MAX  8
#define SEARCH_TRIALS_MAX 1024

struct search_goal {
	double loss;          /* ratio, 0..1 */
	double exceed;        /* share of the duration sum that may be worse, 0..0.5 */
	double seconds;       /* of a full-length trial */
	double seconds_sum;   /* seconds or more */
	double first_seconds; /* of the first phase's trials, at most seconds */
	double width;         /* relative: (upper - lower) / upper at the end */
};

/* One trial's outcome. */
struct search_trial {
	double load, seconds; /* queries a second, s */
	double loss;          /* ratio */
};

struct search_bounds {
	bool has_lower, has_upper;
	double lower, upper;
	double throughput; /* conditional, at lower */
};

/* Measures one trial: load and seconds are given, loss is filled.  Returns 0 or a negative error,
 * which ends the search. */
typedef int search_measure_fn(void *ctx, struct search_trial *t);

struct search_config {
	double min_load, max_load; /* above 0 */
	unsigned goals_n;
	struct search_goal goal[SEARCH_GOALS_MAX]; /* strictest loss first */
	unsigned trials_max;                       /* 1..SEARCH_TRIALS_MAX */
};

struct search {
	unsigned trials_n;
	struct search_trial trial[SEARCH_TRIALS_MAX];
	struct search_bounds result[SEARCH_GOALS_MAX];
};

/* What the trials so far say of a load for a goal, with trials of at least the given duration. */
enum search_verdict { SEARCH_UNDECIDED, SEARCH_LOWER, SEARCH_UPPER };
enum search_verdict search_judge(
    const struct search *s, const struct search_goal *g, double load, double seconds);

/* The relevant bounds of a goal: the smallest upper bound, and the largest lower bound below it. */
struct search_bounds search_bounds(
    const struct search *s, const struct search_goal *g, double seconds);

/* Forwarding rate at a load which is a lower bound of the goal. */
double search_throughput(const struct search *s, const struct search_goal *g, double load);

/* Returns 0 when every goal has its bounds as narrow as asked, or lies at an end of the range,
 * -ERR_LIMIT when trials_max were not enough, or what the measurer returned. */
int search_run(
    struct search *s, const struct search_config *c, search_measure_fn *measure, void *ctx);
