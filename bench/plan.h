/* plan.h - the capacity model: what a family's bots ask, and what answers them.
 *
 * Pure.  Rates are queries a second, lengths DNS payload bytes.  Without a day's names these are
 * taken to be spread evenly over the family's suffixes, which for Conficker makes the day's total
 * exact and a suffix's share its mean over all days. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plan_family {
	const char *name;
	const char *generator;              /* of lists/dga.h, for its suffixes */
	bool is_shared;                     /* every host asks for the same names */
	double hosts, names, asked, rounds; /* defaults of the options of those names */
	const char *source, *hosts_source;
};

/* Ended by a row without a name. */
extern const struct plan_family plan_families[];
const struct plan_family *plan_family_find(const char *name); /* NULL: there is none */

enum plan_option {
	PLAN_HOSTS,
	PLAN_NAMES,
	PLAN_ASKED,
	PLAN_ROUNDS,
	PLAN_LOOKUPS,
	PLAN_RESOLVERS,
	PLAN_TTL,
	PLAN_GROWTH,
	PLAN_YEARS,
	PLAN_PEAK,
	PLAN_PEAK_HOUR,
	PLAN_OTHER,
	PLAN_ATTACK,
	PLAN_RATE,
	PLAN_SITES,
	PLAN_SPARES,
	PLAN_MACHINE_CORES,
	PLAN_LINK,
	PLAN_QUERY_BYTES,
	PLAN_RESPONSE_BYTES,
	PLAN_LISTED,
	PLAN_NAME_BYTES,
	PLAN_COPIES,
	PLAN_SLACK,
	PLAN_LOG_BYTES,
	PLAN_OPTIONS,
};

/* An assumption. */
struct plan_assumption {
	const char *name; /* of the option */
	double min, max;
	double def; /* below min: the family's */
	bool is_whole;
	const char *unit, *help;
	const char *source; /* NULL: the family's */
};

extern const struct plan_assumption plan_assumptions[PLAN_OPTIONS];

#define PLAN_SUFFIXES_MAX 128

/* A day's names by the generator's suffixes, which chance fills unevenly (plan_day.h). */
struct plan_day {
	double names;                    /* 1 or more */
	double count[PLAN_SUFFIXES_MAX]; /* of each suffix of the generator, in its order */
};

struct plan_input {
	const struct plan_family *family;
	const char *suffix;         /* NULL: all */
	const struct plan_day *day; /* NULL: every suffix has as many names, the mean of all days */
	double value[PLAN_OPTIONS];
};

#define PLAN_HOURS      24
#define PLAN_TLDS_MAX   128
#define PLAN_WIRE_BYTES 66 /* Ethernet with checksum, preamble and gap; IPv4; UDP */

struct plan_tld {
	const char *name; /* the last label, borrowed from the family */
	double share;     /* of the family's names */
};

struct plan {
	double asked_qps;            /* of all hosts, before caches, today */
	double absorbed;             /* share that resolvers answer from their caches */
	double mean_qps;             /* after caches, with growth, all suffixes */
	double share;                /* of the family's names below the suffix */
	double shape[PLAN_HOURS];    /* of each UTC hour to the mean */
	double served_qps, peak_qps; /* for the suffix, with other queries */
	double design_qps;           /* peak with the attack */
	double cores, cores_a_site, machines_a_site, machines;
	double memory_bytes;                               /* of one machine */
	double in_bps, out_bps, site_in_bps, site_out_bps; /* at design_qps */
	double log_bytes_a_day;
	size_t tlds_n;
	struct plan_tld tld[PLAN_TLDS_MAX]; /* in the generator's order */
};

/* Sets every value to its default for the family. */
void plan_defaults(struct plan_input *in, const struct plan_family *family);

/* Share of queries that caches absorb, 0..1, for values within their bounds. */
double plan_absorbed(const struct plan_input *in);

/* A day's shape of mean 1 whose highest hour is peak times the mean, 1..12: the von Mises curve. */
void plan_shape(double shape[PLAN_HOURS], double peak, unsigned peak_hour);

/* The most frames a second that a link carries, for a DNS payload of so many bytes. */
double plan_link_fps(double link_bps, double payload_bytes);

/* Returns 0, -ERR_UNKNOWN (no name of the family is below the suffix), or -ERR_RANGE (more names
 * asked for than there are). */
int plan_make(struct plan *out, const struct plan_input *in);
