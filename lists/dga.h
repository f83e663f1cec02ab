/* dga.h - the families whose domain generation is known exactly.
 *
 * A family is a row of the table in dga.c and one function in a file of its own.
 * Pure: the same day and parameters give the same names, in the same order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes one name: lower-case text without a final dot, borrowed until the return.
 * len is 1..253.  A return other than 0 stops the expansion. */
typedef int dga_name_fn(void *ctx, const char *name, size_t len);

struct dga_param {
	const char *name; /* NULL ends a table */
	const char *help;
	uint64_t min, max, def;     /* of the number; min and max of the text's length in bytes */
	const char *const *choices; /* NULL, or max + 1 words that stand for 0..max */
	const char *text;           /* NULL: a number.  Otherwise text, and this is its default */
};

#define DGA_PARAMS_MAX 6

/* In the order of the family's params. */
struct dga_values {
	uint64_t value[DGA_PARAMS_MAX];
	const char *text[DGA_PARAMS_MAX]; /* as given to dga_set, borrowed; NULL for a number */
};

enum dga_proof {
	DGA_CONFIRMED, /* equal to lists that others published */
	DGA_PARTLY,    /* some published names confirmed; see proof_text */
	DGA_COMPUTED,  /* by our model only */
};

struct dga_family {
	const char *name;       /* [a-z0-9-]+ */
	const char *about;      /* one line: other names of it, what it is */
	const char *proof_text; /* what was compared with what, and what was not */
	enum dga_proof proof;
	bool dateless;              /* every day has the same names */
	int32_t day_min, day_max;   /* UTC days that can be expressed, both included */
	int16_t year_from, year_to; /* of use, both included, from the literature; 0: not known */
	int16_t window_before,
	    window_after;            /* days around its day on which a name is used as well */
	uint32_t names_a_day;        /* with default parameters */
	const char *const *suffixes; /* NULL-terminated, in the generator's order */
	const struct dga_param *params;
	/* Emits the names of one day in generation order, duplicates kept.
	 * Returns 0, -ERR_RANGE, -ERR_LIBRARY, or what emit returned. */
	int (*expand)(int32_t day, const struct dga_values *v, dga_name_fn *emit, void *ctx);
};

/* All families, ended by a NULL pointer, in the order in which they are listed. */
extern const struct dga_family *const dga_families[];

/* NULL when there is none of that name. */
const struct dga_family *dga_find(const char *name);

/* "confirmed", "partly confirmed", "computed". */
const char *dga_proof_text(enum dga_proof proof);

/* Fills v with the family's defaults. */
void dga_defaults(const struct dga_family *f, struct dga_values *v);

/* Sets one parameter from text: decimal, 0x hexadecimal, one of its choices, or for a text
 * parameter the text itself, borrowed for as long as v is used.
 * Returns 0, -ERR_UNKNOWN (no such parameter), or -ERR_RANGE. */
int dga_set(const struct dga_family *f, struct dga_values *v, const char *name, const char *text);

/* Checks day and values against the family, then expands.
 * Returns -ERR_DATE, -ERR_RANGE, or as expand does.  Any thread. */
int dga_expand(const struct dga_family *f, int32_t day, const struct dga_values *v,
    dga_name_fn *emit, void *ctx);
