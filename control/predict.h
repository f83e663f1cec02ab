/* predict.h - the names of a family over a span of days, in one of several forms. */
#pragma once

#include "lists/dga.h"
#include "lists/zone.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PREDICT_DAYS_MAX     40000
#define PREDICT_JOBS_MAX     64
#define PREDICT_MARGIN_MAX   366
#define PREDICT_SUFFIXES_MAX 256

enum predict_form {
	PREDICT_NAMES, /* one name a line */
	PREDICT_CSV,   /* read.h's csv, with a header line */
	PREDICT_JSON,  /* one array, one object a line */
	PREDICT_ZONE,  /* zone.h */
	PREDICT_FORMS
};

/* What is asked for.  The strings are the caller's for as long as it is used. */
struct predict {
	const struct dga_family *family;
	struct dga_values values;
	int32_t from;         /* UTC day */
	uint32_t days;        /* 1..PREDICT_DAYS_MAX */
	uint32_t margin_days; /* added to both sides of every window, 0..PREDICT_MARGIN_MAX */
	unsigned jobs;        /* threads, 1..PREDICT_JOBS_MAX */
	enum predict_form form;
	const char *const *suffix; /* only names below one of them; lower case, no final dot */
	size_t suffixes;           /* 0: all names */
	struct list_meta meta;     /* zone only; feed, suffix and origin as zone.h wants them */
	uint8_t ns[NAME_LEN_MAX], mail[NAME_LEN_MAX];
};

/* The word of --format. */
const char *predict_form_text(enum predict_form form);

/* Whether the family can make a name below suffix, or suffix is below one of the family's. */
bool predict_has_suffix(const struct dga_family *f, const char *suffix);

/* Days that are expanded: 1 for a dateless family, whose windows then span all days asked for. */
uint32_t predict_day_count(const struct predict *p);

/* Where names go, and what of them has gone there. */
struct predict_out {
	FILE *to;
	bool any;                /* a name: JSON's commas depend on it */
	struct zone_writer zone; /* zone: counts the entries for the end mark */
};

/* Writes what stands before the first name, and makes out ready for predict_day. */
int predict_head(const struct predict *p, struct predict_out *out);
int predict_tail(const struct predict *p, struct predict_out *out);

/* Writes the names of day number i, 0..predict_day_count() - 1.  Any thread, one out a thread. */
int predict_day(const struct predict *p, uint32_t i, struct predict_out *out);

/* Writes everything to `to`, in the order of days whatever the number of jobs.  Memory: with
 * one job a buffer, with n jobs at most 2 * n days.  progress: draw a bar on standard error.
 * All of these return 0, -errno of a failed write, or a code of dga_expand or zone.h. */
int predict_run(const struct predict *p, FILE *to, bool progress);

/* `cordon predict --list-families`.  Returns 0, or -errno. */
int predict_list_families(FILE *to, bool json);
