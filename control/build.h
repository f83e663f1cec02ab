/* build.h - `cordon build` between its files: options, work. */
#pragma once

#include "base/progress.h"
#include "control/build_parts.h"
#include "control/check.h"
#include "lists/read.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct build {
	struct parts parts;
	const char *output, *split;
	const char **suffixes; /* ours; the strings are argv's */
	size_t n_suffixes;
	char **inputs; /* argv's */
	size_t n_inputs;
	enum list_form form;
	int32_t from, until, date;
	uint32_t serial;    /* 0: by the date */
	bool is_directory;  /* the output */
	int reject_on;      /* enum judge_severity, -1: whatever is found */
	struct check check; /* what the inputs are held against then */
	const char *path;   /* being read */
	FILE *f;            /* likewise */
	struct progress progress;
	uint64_t entries;
	unsigned mistakes; /* MISTAKES_MAX end the reading */
};

/* Reads the command line; ends the program with status 2 when it is wrong.  b holds the defaults.
 */
int build_options(struct build *b, int argc, char **argv);
