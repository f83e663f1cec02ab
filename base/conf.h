/* conf.h - configuration files through libconfig, by a table of options.
 *
 * A program describes its file once, as sections of options.  From that table
 * come the reader with its type, range and unknown-key checks, the sample file
 * and the table in the man page.  libconfig is used in conf.c and nowhere else.
 *
 * A file is read whole and checked whole; every mistake found is reported with
 * file and line, and the caller's struct is filled only if there was none. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum conf_type {
	CONF_BOOL,   /* bool */
	CONF_INT,    /* int64_t; min..max; 64 bits in the file with or without an L */
	CONF_TEXT,   /* char *, ours until conf_free; NULL if absent and no default; min..max bytes */
	CONF_TEXTS,  /* struct conf_texts; array or list of strings, or one string; min..max items */
	CONF_CHOICE, /* int, an index into choices */
};

struct conf_texts {
	char **item;
	size_t n;
};

struct conf_option {
	const char *name; /* key in the file: [a-z0-9-]+ */
	enum conf_type type;
	size_t offset;    /* of the field in the section's struct */
	const char *def;  /* default, as it would stand in the file, strings without quotes;
	                   * NULL: none.  CONF_TEXTS: items separated by one space.
	                   * Of a required option: the sample file's example */
	bool required;    /* in every group of a list; elsewhere in every file */
	int64_t min, max;
	const char *unit;           /* "s", "bytes", "names" ...; NULL: none */
	const char *const *choices; /* CONF_CHOICE: NULL-terminated */
	const char *help;           /* one sentence, without the full stop */
};

/* A section is the file's top level (name NULL), a group `name = { ... }`, or, when
 * many is set, a list of groups `name = ( { ... }, { ... } )`. */
struct conf_section {
	const char *name;
	bool many;
	size_t offset;                   /* of the struct, or if many of struct conf_many */
	size_t size;                     /* of one struct, bytes */
	size_t max;                      /* if many: groups allowed */
	const struct conf_option *options; /* ended by a row whose name is NULL */
	const char *help;
	bool lined; /* the struct starts with an unsigned, which takes the group's line */
};

struct conf_many {
	void *item; /* n structs of the section's size, ours until conf_free */
	size_t n;
};

/* Called once per mistake, in order of lines.  line is 0 when the whole file is meant. */
typedef void conf_error_fn(void *ctx, const char *path, unsigned line, const char *text);

/* Reads path into *out, which the caller has zeroed.
 *   sections  ended by a row whose options is NULL
 * Returns 0, or -ERR_FORMAT after at least one call of error; *out is then zeroed
 * and owns nothing.  Files over 1 MiB are refused; @include is not supported. */
int conf_read(const struct conf_section *sections, void *out, const char *path,
    conf_error_fn *error, void *ctx);

/* The same for len bytes at text, which need no NUL; path is only for the messages. */
int conf_read_text(const struct conf_section *sections, void *out, const char *path,
    const char *text, size_t len, conf_error_fn *error, void *ctx);

/* Fills *out with the defaults alone, as an empty file would; required options stay zero. */
void conf_defaults(const struct conf_section *sections, void *out);

/* Frees what conf_read or conf_defaults allocated inside *out, and zeroes it. */
void conf_free(const struct conf_section *sections, void *out);

/* Writes a complete, commented sample file.  conf_read accepts it as it is. */
void conf_print_sample(const struct conf_section *sections, FILE *to);

/* Writes the options as mdoc(7) list items for a man page. */
void conf_print_mdoc(const struct conf_section *sections, FILE *to);
