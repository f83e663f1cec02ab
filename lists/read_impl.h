/* read_impl.h - what the readers of the list forms share.  For lists/read*.c and tests.
 *
 * A reader holds one record at a time: a line, and where the form wants it the
 * lines behind it.  The first failure that ends the reading stays in rc; line_next
 * returns it, so that the forms need no error paths of their own. */
#pragma once

#include "lists/read.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LINE_MAX_DEFAULT 65536
#define LINE_MAX_MOST    (16 << 20)
#define READ_BLOCK       (256 << 10) /* bytes asked for at a time */

struct reader {
	FILE *f;
	const char *path;
	const struct list_sink *sink;
	uint64_t entries_max, entries;
	uint32_t errors_max, errors;
	size_t line_max;
	int rc; /* why the reading ends; 0: it goes on */

	char *text; /* the record, ours to change, without its line end; valid until line_* */
	size_t len;
	uint64_t line_no; /* of the record's first line */
	bool ended;       /* a line feed stood behind it */

	char *buf;
	size_t size, start, next, end; /* the record begins at start, the next line at next */
	uint64_t next_no;
	bool at_eof;

	struct entry e; /* the one being read */
};

/* Allocates the buffer, reads the first block and steps over a byte order mark. */
int reader_open(struct reader *r, const struct list_limits *limits);
void reader_close(struct reader *r);

/* The next line becomes the record; longer ones than line_max are reported and left out.
 * Returns 1, 0 at the end of the file, or rc. */
int line_next(struct reader *r);

/* Adds the next line to the record, with the line end between them.  Returns as line_next. */
int line_more(struct reader *r);

/* Report a mistake: at an offset into the record, in its line, in the file.  Return false. */
bool record_error(struct reader *r, size_t offset, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool line_error(struct reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool file_error(struct reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Whether the record is free of control characters other than tab; reports the first. */
bool record_is_text(struct reader *r);

/* Whether text is UTF-8 without control characters. */
bool is_utf8(const char *text, size_t len);

/* Reads a name at an offset into the record to e.name.  Reports; false after a mistake. */
bool record_name(struct reader *r, size_t offset, size_t len);

/* Hands r->e to the sink, unless there were mistakes. */
void reader_entry(struct reader *r);

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The form of the file, by its first block and its path. */
enum list_form reader_guess(const struct reader *r);

void read_names(struct reader *r);
void read_hosts(struct reader *r);
void read_csv(struct reader *r);
void read_rpz(struct reader *r);

/* by_ldns: no line takes the fast path (zone_line_split). */
void read_zone(struct reader *r, bool by_ldns);

/* list_read for zones with the path of every line chosen: for tests. */
int list_read_zone(FILE *f, const char *path, const struct list_sink *sink, bool by_ldns);
