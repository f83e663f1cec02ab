/* identify.h - `cordon identify`: its search over families and days, and what it prints. */
#pragma once

#include "lists/identify.h"

#include <stdio.h>

#define IDENTIFY_JOBS_MAX 64
#define IDENTIFY_DAYS_MAX 40000

/* The runs of a search: every family asked for with every published set of parameters. */
struct identify_plan {
	struct identify_run *run; /* ours */
	char **store;             /* ours: the texts of run[i].values */
	size_t runs, room;
	const char *words; /* of the parameter `words`, borrowed; NULL: none */
	size_t left_out;   /* runs of families whose words are not known */
};

/* Adds a family's runs.  from < 0: the years in which the family was in use, with one more on
 * either side; where they are not known, 2008 to today.  Days that the family cannot express are
 * left out, and a dateless family takes one day.  Returns 0, -ENOMEM,
 * -ERR_FORMAT for words that the family cannot use, or a code of dga_set_all. */
int identify_plan_add(struct identify_plan *p, const struct dga_family *f, int32_t from,
    uint32_t days, int32_t today);

void identify_plan_free(struct identify_plan *p);

/* All rounds, with `jobs` threads.  progress: draw a bar on standard error.
 * Returns 0, or a code of dga_expand, or -errno. */
int identify_run_all(struct identify *id, unsigned jobs, bool progress);

/* The names in the order of text[0..n-1], which are canonical or, where NULL, no names but
 * what raw[i] says.  Returns how many are neither known nor supported, or -errno. */
int64_t identify_print(const struct identify *id, const struct identify_plan *p, char *const *text,
    char *const *raw, size_t n, bool json, FILE *to);
