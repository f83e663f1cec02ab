/* export.h - `cordon export`: lists read, narrowed to a day, sorted, and written in another form.
 *
 * Three steps, each of which ends before the next begins, in bounded memory: inputs into a sorter;
 * the sorted names, one rule each, into a scratch file; that file into the output.  So nothing is
 * written before every mistake is known. */
#pragma once

#include "control/outfolder.h"
#include "lists/export.h"
#include "lists/read.h"

struct sorter;

struct export_job {
	/* Set by the options; what they point to is argv's. */
	const char *program;
	struct export_options o; /* points into this structure: it cannot be copied */
	struct policy policy;
	uint8_t suffix[NAME_LEN_MAX], zone[NAME_LEN_MAX];
	int32_t from, until; /* days of which one must lie in an entry's window */
	bool has_date, has_serial, skips_pass;
	bool skips_drill; /* an exercise lists nothing, rather than being refused */
	enum list_form input_form;
	enum action action; /* instead of all but pass; ACTION_INHERIT: the list's */
	const char *output, *registered, *auth_file; /* output: of a form that is one file */
	char **inputs;
	size_t inputs_n;
	char auth[80], folder[4096]; /* folder: to write; o.folder: as servers are told */

	/* The work's. */
	struct sorter *sorter;
	int spill;
	FILE *spool; /* what will be written, o.names of them */
	uint8_t *key;
	const char *path; /* of the input at hand */
	enum action list_action;
	bool has_feed,
	    is_other_part; /* the latter: of a suffix below --suffix, or a drill: passed over */
	unsigned mistakes;
};

/* Reads the command line; argp ends the program after a mistake. */
int export_parse(struct export_job *j, int argc, char **argv);

/* One line on standard error. */
int export_complain(const struct export_job *j, int rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* What the work needs, beside the options.  Returns 0, or a code after it was said; export_close
 * in either case. */
int export_open(struct export_job *j);
void export_close(struct export_job *j);

/* One list, named `where` in messages; before export_collect, which reads the inputs. */
int export_read(struct export_job *j, FILE *f, const char *where, enum list_form form);

/* Each returns 0, or a negative code after it was said on standard error. */
int export_collect(struct export_job *j);
int export_merge(struct export_job *j);
int export_write(struct export_job *j);

/* A folder is replaced whole, so it must be ours, or empty, or not there. */
bool export_may_replace(const char *path);

/* Writes the file by which a folder is known as ours.  Returns 0 or -errno. */
int export_about(const struct export_job *j, const struct outfolder *f, const char *by);

/* What the scratch file holds of each name. */
struct export_row {
	struct entry e; /* its comment points into text */
	bool is_registered;
	char text[ENTRY_COMMENT_MAX];
};

int export_row_put(FILE *spool, const struct entry *e, bool is_registered);
int export_row_get(FILE *spool, struct export_row *row); /* 1, 0 at the end, -errno */

/* Sorted under a name: that it is registered comes before its entries. */
enum { EXPORT_KEY_REGISTERED, EXPORT_KEY_ENTRY };
