#include "lists/read_impl.h"

#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define OR(value, fallback) ((value) ? (value) : (fallback))

/* Moves the record to the front and reads behind it.  Returns the bytes that came. */
static size_t
fill(struct reader *r)
{
	size_t want, n;

	if (r->at_eof || r->rc < 0)
		return 0;
	memmove(r->buf, r->buf + r->start, r->end - r->start);
	r->next -= r->start;
	r->end -= r->start;
	r->start = 0;
	want = r->size - r->end;
	errno = 0;
	n = fread(r->buf + r->end, 1, want, r->f);
	r->end += n;
	r->at_eof = n < want;
	if (n < want && ferror(r->f))
		r->rc = errno ? -errno : -EIO;
	return n;
}

int
reader_open(struct reader *r, const struct list_limits *limits)
{
	static const struct list_limits none;

	limits = OR(limits, &none);
	r->entries_max = OR(limits->entries_max, 200000000);
	r->errors_max = OR(limits->errors_max, 20);
	r->line_max = OR(limits->line_max, LINE_MAX_DEFAULT);
	if (r->line_max > LINE_MAX_MOST)
		r->line_max = LINE_MAX_MOST;
	r->next_no = 1;
	r->size = r->line_max + READ_BLOCK;
	r->buf = malloc(r->size);
	if (!r->buf)
		return -ENOMEM;
	fill(r);
	if (r->end >= 3 && !memcmp(r->buf, "\357\273\277", 3))
		r->start = r->next = 3;
	return r->rc;
}

void
reader_close(struct reader *r)
{
	free(r->buf);
}

/* Length of the line whose first `from` bytes hold no line feed; *ended when one follows.
 * Stops looking once it is longer than line_max. */
static size_t
line_length(struct reader *r, size_t from, bool *ended)
{
	const char *lf;

	do {
		lf = memchr(r->buf + r->start + from, '\n', r->end - r->start - from);
		if (lf) {
			*ended = true;
			return (size_t)(lf - (r->buf + r->start));
		}
		from = r->end - r->start;
	} while (from <= r->line_max + 1 && fill(r));
	*ended = false;
	return from;
}

/* Drops the rest of a line that is too long. */
static void
skip_line(struct reader *r)
{
	const char *lf = NULL;

	do {
		lf = memchr(r->buf + r->start, '\n', r->end - r->start);
		r->start = r->next = lf ? (size_t)(lf + 1 - r->buf) : r->end;
	} while (!lf && fill(r));
	r->next_no++;
}

/* The record is now len bytes from start; a CR before the line feed goes with it. */
static void
set_record(struct reader *r, size_t len, bool ended)
{
	r->text = r->buf + r->start;
	r->next = r->start + len + ended;
	r->next_no++;
	r->ended = ended;
	if (len && r->text[len - 1] == '\r')
		len--;
	r->len = len;
}

int
line_next(struct reader *r)
{
	bool ended;
	size_t len;

	for (;;) {
		if (r->rc < 0)
			return r->rc;
		r->start = r->next;
		r->line_no = r->next_no;
		len = line_length(r, 0, &ended);
		if (len <= r->line_max)
			break;
		line_error(r, "longer than %zu bytes", r->line_max);
		skip_line(r);
	}
	if (r->rc < 0 || (len == 0 && !ended))
		return r->rc;
	set_record(r, len, ended);
	return 1;
}

int
line_more(struct reader *r)
{
	bool ended;
	size_t len;

	if (!r->ended)
		return r->rc;
	len = line_length(r, r->next - r->start, &ended);
	if (r->rc < 0)
		return r->rc;
	if (len > r->line_max) {
		line_error(r, "record longer than %zu bytes", r->line_max);
		r->rc = -ERR_FORMAT;
		return r->rc;
	}
	if (len == r->next - r->start && !ended)
		return 0;
	set_record(r, len, ended);
	return 1;
}

static void
report(struct reader *r, uint64_t line, size_t column, const char *fmt, va_list ap)
{
	char text[512];
	struct list_error e = {r->path, line, (uint32_t)column, text};

	vsnprintf(text, sizeof(text), fmt, ap);
	r->errors++;
	if (r->errors >= r->errors_max)
		r->rc = -ERR_FORMAT;
	if (r->sink->error)
		r->sink->error(r->sink->ctx, &e);
}

bool
record_error(struct reader *r, size_t offset, const char *fmt, ...)
{
	uint64_t line = r->line_no;
	size_t begin = 0;
	va_list ap;

	for (size_t i = 0; i < offset && i < r->len; i++)
		if (r->text[i] == '\n') {
			line++;
			begin = i + 1;
		}
	va_start(ap, fmt);
	report(r, line, offset - begin + 1, fmt, ap);
	va_end(ap);
	return false;
}

bool
line_error(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(r, r->line_no, 0, fmt, ap);
	va_end(ap);
	return false;
}

bool
file_error(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(r, 0, 0, fmt, ap);
	va_end(ap);
	return false;
}
