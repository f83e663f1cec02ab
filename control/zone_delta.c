#include "control/zone_delta.h"

#include "base/err.h"
#include "lists/name_order.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER       (4 * ZONE_DELTA_LINE_MAX)
#define LINES_A_CALL 8192
#define HUNK_BYTES   (32 << 10) /* of its lines on one side; then another one begins */
#define HUNK_HEAD    100

struct side {
	int fd;
	bool is_end; /* nothing is behind the buffer */
	char buffer[BUFFER];
	size_t at, end;
	const char *line; /* with its LF; NULL: the file's end */
	size_t line_len;
	uint64_t lines;              /* before the line at hand */
	uint8_t owner[NAME_LEN_MAX]; /* of the line at hand, relative names as if to the root */
	bool has_owner, has_looked;  /* whether it is a record; whether that is known */
	char hunk[HUNK_BYTES + ZONE_DELTA_LINE_MAX + 1]; /* its lines, signs before them */
	size_t hunk_len;
	uint64_t hunk_lines;
};

struct zone_delta {
	struct side side[2]; /* old, new */
	bool has_begun;
	char head[HUNK_HEAD + 2 * ZONE_DELTA_HEAD_MAX + 16]; /* going out before the hunk's lines */
	size_t head_len, out_at; /* out_at: of head and both sides' lines, in this order */
	bool is_out;
	int failed; /* 0: not yet */
};

int
zone_delta_new(
    struct zone_delta **out, int old_fd, int new_fd, const char *old_name, const char *new_name)
{
	struct zone_delta *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->side[0].fd = old_fd;
	d->side[1].fd = new_fd;
	d->head_len = (size_t)snprintf(d->head, sizeof(d->head), "--- %.*s\n+++ %.*s\n",
	    ZONE_DELTA_HEAD_MAX, old_name, ZONE_DELTA_HEAD_MAX, new_name);
	d->is_out = true;
	*out = d;
	return 0;
}

void
zone_delta_free(struct zone_delta *d)
{
	if (!d)
		return;
	close(d->side[0].fd);
	close(d->side[1].fd);
	free(d);
}

static int
fill(struct side *s)
{
	ssize_t n;

	memmove(s->buffer, s->buffer + s->at, s->end - s->at);
	s->end -= s->at;
	s->at = 0;
	n = read(s->fd, s->buffer + s->end, BUFFER - s->end);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	s->is_end = n == 0;
	s->end += (size_t)n;
	return 0;
}

/* Goes to the next line, which has its LF. */
static int
advance(struct side *s)
{
	const char *lf;

	s->lines += s->line != NULL;
	s->line = NULL;
	s->has_looked = false;
	while (!(lf = memchr(s->buffer + s->at, '\n', s->end - s->at))) {
		int rc;

		if (s->is_end)
			return s->end == s->at ? 0 : -ERR_SHORT;
		if (s->end - s->at > ZONE_DELTA_LINE_MAX)
			return -ERR_LIMIT;
		rc = fill(s);
		if (rc < 0)
			return rc;
	}
	s->line = s->buffer + s->at;
	s->line_len = (size_t)(lf + 1 - s->line);
	s->at += s->line_len;
	return s->line_len > ZONE_DELTA_LINE_MAX ? -ERR_LIMIT : 0;
}

/* Finds whose record the line at hand is; the apex is the root here, and all else below it. */
static void
look(struct side *s)
{
	size_t len = 0;

	if (s->has_looked)
		return;
	s->has_looked = true;
	while (!strchr(" \t\n;", s->line[len]))
		len++;
	if (len == 1 && *s->line == '@')
		s->has_owner = name_from_text(s->owner, ".", 1) > 0;
	else
		s->has_owner = len && *s->line != '$' && name_from_text(s->owner, s->line, len) > 0;
}

/* Which side's line comes first; 0: neither.  What is no record comes before all records. */
static int
order(struct side *old, struct side *new)
{
	if (!old->line || !new->line)
		return old->line ? -1 : 1;
	look(old);
	look(new);
	if (!old->has_owner || !new->has_owner)
		return old->has_owner - new->has_owner;
	return name_order(old->owner, new->owner);
}

static int
take(struct side *s, char sign)
{
	s->hunk[s->hunk_len++] = sign;
	memcpy(s->hunk + s->hunk_len, s->line, s->line_len);
	s->hunk_len += s->line_len;
	s->hunk_lines++;
	return advance(s);
}

/* Of no lines, the number is that of the line before. */
static int
span(char *to, size_t room, const struct side *s)
{
	uint64_t first = s->lines - s->hunk_lines + (s->hunk_lines != 0);

	return s->hunk_lines == 1
		   ? snprintf(to, room, "%" PRIu64, first)
		   : snprintf(to, room, "%" PRIu64 ",%" PRIu64, first, s->hunk_lines);
}

static void
end_hunk(struct zone_delta *d)
{
	char spans[2][HUNK_HEAD / 2 - 8];

	for (int i = 0; i < 2; i++)
		span(spans[i], sizeof(spans[i]), &d->side[i]);
	d->head_len =
	    (size_t)snprintf(d->head, sizeof(d->head), "@@ -%s +%s @@\n", spans[0], spans[1]);
	d->out_at = 0;
	d->is_out = true;
}

/* Collects lines until a hunk is whole.  Returns 1, 0 when nothing differs any more, or a code. */
static int
collect(struct zone_delta *d)
{
	struct side *old = &d->side[0], *new = &d->side[1];
	int rc = 0;

	for (unsigned n = 0; rc == 0; n++) {
		bool is_same = old->line && new->line &&
			       old->line_len ==
				   new->line_len &&memcmp(old->line, new->line, old->line_len) == 0;
		bool is_end = !old->line && !new->line;

		if ((is_same || is_end || old->hunk_len >= HUNK_BYTES ||
			new->hunk_len >= HUNK_BYTES) &&
		    (old->hunk_lines || new->hunk_lines)) {
			end_hunk(d);
			return 1;
		}
		if (is_end)
			return 0;
		if (n == LINES_A_CALL)
			return -EAGAIN;
		if (is_same) {
			rc = advance(old);
			rc = rc < 0 ? rc : advance(new);
		} else {
			int first = order(old, new);

			rc = first <= 0 ? take(old, '-') : 0;
			rc = rc == 0 && first >= 0 ? take(new, '+') : rc;
		}
	}
	return rc;
}

/* Copies what lies in one of the three pieces; *skip is where in it to begin. */
static size_t
give(char *to, size_t room, const char *piece, size_t len, size_t *skip)
{
	size_t n = *skip < len ? len - *skip : 0;

	n = n < room ? n : room;
	memcpy(to, piece + (*skip < len ? *skip : 0), n);
	*skip = *skip < len ? 0 : *skip - len;
	return n;
}

static size_t
drain(struct zone_delta *d, char *to, size_t room)
{
	size_t skip = d->out_at, n = 0;

	n = give(to, room, d->head, d->head_len, &skip);
	for (int i = 0; i < 2; i++)
		n += give(to + n, room - n, d->side[i].hunk, d->side[i].hunk_len, &skip);
	d->out_at += n;
	if (d->out_at == d->head_len + d->side[0].hunk_len + d->side[1].hunk_len) {
		d->is_out = false;
		for (int i = 0; i < 2; i++)
			d->side[i].hunk_len = d->side[i].hunk_lines = 0;
	}
	return n;
}

ssize_t
zone_delta_read(struct zone_delta *d, char *to, size_t room)
{
	size_t n = 0;
	int rc = d->failed < 0 ? d->failed : 1;

	if (rc > 0 && !d->has_begun) {
		d->has_begun = true;
		rc = advance(&d->side[0]);
		rc = rc < 0 ? rc : advance(&d->side[1]);
		rc = rc < 0 ? rc : 1;
	}
	while (rc > 0 && n < room) {
		if (!d->is_out)
			rc = collect(d);
		if (rc > 0)
			n += drain(d, to + n, room - n);
	}
	if (rc < 0 && rc != -EAGAIN)
		d->failed = rc;
	return n ? (ssize_t)n : rc;
}
