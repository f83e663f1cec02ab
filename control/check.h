/* check.h - `cordon check`: reads a list and what it is compared with, and judges. */
#pragma once

#include "lists/judge.h"
#include "lists/read.h"

#include <stdio.h>

/* Paths are the caller's for as long as the check is used. */
struct check {
	const char *program; /* begins messages: "cordon check" */
	const char *list;    /* "-": standard input */
	FILE *from;          /* the list's file, which can be rewound, the caller's; NULL: opened */
	enum list_form form;
	const char *allow[JUDGE_SOURCES_MAX], *registered[JUDGE_SOURCES_MAX];
	size_t allows, registereds;
	const char *population;  /* CSV of suffix and count; NULL: odds.h's table alone */
	const char *words;       /* one word a line; NULL: none */
	const char *suffix_list; /* text of the Public Suffix List; NULL: the system's */
	uint32_t limit;          /* findings kept of each kind */
	bool by_day;             /* print the names of each suffix and day */
	bool progress;           /* draw on standard error */
};

struct check_result {
	struct judge *judge; /* ours, as is all else */
	struct psl *psl;
	struct population *population;
};

/* Opens a list that can be read twice: what is no regular file is copied.  On an error too, *out is
 * to be closed unless NULL or stdin.  Returns 0 or -errno. */
int check_open(FILE **out, const char *path);

/* Judges; what cannot be read is said on standard error.  For `cordon build --reject-on` too:
 * judge_is_bad(r.judge, severity) then decides.  Returns 0 or a negative code, and *r is to be
 * freed in either case. */
int check_run(const struct check *c, struct check_result *r);

void check_result_free(struct check_result *r);

/* Returns 0 or -errno. */
int check_print(const struct check *c, const struct judge *j, FILE *to);
int check_print_json(const struct check *c, const struct judge *j, FILE *to);
