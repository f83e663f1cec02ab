#include "control/zone_file.h"

#include "base/err.h"
#include "control/message_read.h"
#include "control/zone_rdata.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define BUFFER   (32 << 10) /* bytes, and one line at least */
#define TYPE_SOA 6

static int
mistake(struct zone_file *z, const char *text)
{
	snprintf(z->error, sizeof(z->error), "line %" PRIu64 ": %s", z->line_no, text);
	return -ERR_FORMAT;
}

int
zone_file_open(struct zone_file **out, int dir_fd, const char *file)
{
	struct zone_file *z = calloc(1, sizeof(*z));
	int rc = -ENOMEM;

	if (!z)
		return rc;
	z->fd = openat(dir_fd, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (z->fd < 0) {
		rc = -errno;
		free(z);
		return rc;
	}
	z->buffer = malloc(BUFFER);
	if (!z->buffer) {
		zone_file_close(z);
		return rc;
	}
	*out = z;
	return 0;
}

int
zone_file_open_text(struct zone_file **out, const char *text, size_t len)
{
	struct zone_file *z = calloc(1, sizeof(*z));

	if (!z)
		return -ENOMEM;
	z->fd = -1;
	memcpy(&z->buffer, &text, sizeof(text)); /* never written to: is_end is set */
	z->end = len;
	z->is_end = true;
	*out = z;
	return 0;
}

void
zone_file_close(struct zone_file *z)
{
	if (!z)
		return;
	if (z->fd >= 0) {
		close(z->fd);
		free(z->buffer);
	}
	free(z);
}

/* Makes the buffer hold more behind z->at.  Returns 0 or -errno. */
static int
fill(struct zone_file *z)
{
	ssize_t n;

	memmove(z->buffer, z->buffer + z->at, z->end - z->at);
	z->end -= z->at;
	z->at = 0;
	n = read(z->fd, z->buffer + z->end, BUFFER - z->end);
	if (n < 0)
		return -errno;
	z->is_end = n == 0;
	z->end += (size_t)n;
	return 0;
}

/* Finds the next line.  Returns 1, 0 at the end, -ERR_LIMIT or -errno. */
static int
next_line(struct zone_file *z)
{
	const char *lf;

	z->line = NULL;
	for (;;) {
		size_t left = z->end - z->at;
		int rc;

		lf = left ? memchr(z->buffer + z->at, '\n', left) : NULL;
		if (lf || (z->is_end && left))
			break;
		if (z->is_end)
			return 0;
		if (left > ZONE_LINE_MAX)
			return -ERR_LIMIT;
		rc = fill(z);
		if (rc < 0)
			return rc;
	}
	z->line = z->buffer + z->at;
	z->line_len = lf ? (size_t)(lf - z->line) : z->end - z->at;
	z->at += z->line_len + (lf != NULL);
	z->line_no++;
	z->bytes += z->line_len + 1;
	return z->line_len > ZONE_LINE_MAX ? -ERR_LIMIT : 1;
}

static bool
read_number(uint32_t *out, const char *word, size_t len)
{
	uint64_t v = 0;

	for (size_t i = 0; i < len; i++) {
		if (word[i] < '0' || word[i] > '9' || v > UINT32_MAX)
			return false;
		v = v * 10 + (uint64_t)(word[i] - '0');
	}
	*out = (uint32_t)v;
	return len && v <= INT32_MAX; /* RFC 2181 8 */
}

/* $ORIGIN and $TTL */
static int
read_directive(struct zone_file *z, struct zone_words *w, const char *word, size_t len)
{
	bool is_origin = len == 7 && !memcmp(word, "$ORIGIN", len);
	bool is_ttl = len == 4 && !memcmp(word, "$TTL", len);
	uint8_t name[NAME_LEN_MAX];
	int n;

	if ((!is_origin && !is_ttl) || !zone_word(w, &word, &len))
		return mistake(z, "expected $ORIGIN or $TTL with a value");
	if (is_ttl)
		return read_number(&z->ttl, word, len) ? 0 : mistake(z, "bad $TTL");
	n = zone_name(z, name, word, len);
	if (n < 0)
		return mistake(z, "bad $ORIGIN");
	memcpy(z->origin, name, (size_t)n);
	z->origin_len = (uint8_t)n;
	return 0;
}

/* Whether the line has no owner: blank, a comment, or a record that takes up the last owner. */
static bool
has_no_owner(const struct zone_file *z)
{
	return !z->line_len || strchr("; \t\r", *z->line);
}

int
zone_file_next(struct zone_file *z)
{
	for (;;) {
		struct zone_words w;
		const char *word;
		size_t len;
		int rc = next_line(z);

		if (rc <= 0)
			return rc;
		if (!has_no_owner(z) && *z->line != '$')
			return 1;
		w = (struct zone_words){z->line, z->line + z->line_len};
		if (!zone_word(&w, &word, &len))
			continue;
		if (*z->line != '$')
			return mistake(z, "a record without an owner");
		rc = read_directive(z, &w, word, len);
		if (rc < 0)
			return rc;
	}
}

int
zone_file_record(struct zone_file *z, struct zone_rr *rr)
{
	struct zone_words w = {z->line, z->line + z->line_len};
	const char *word;
	size_t len;
	int n;

	if (!zone_word(&w, &word, &len))
		return mistake(z, "expected a record");
	n = zone_name(z, rr->owner, word, len);
	if (n < 0)
		return mistake(z, "bad owner");
	rr->owner_len = (uint8_t)n;
	rr->ttl = z->ttl;
	for (int i = 0; i < 3; i++) {
		if (!zone_word(&w, &word, &len))
			return mistake(z, "expected a type");
		if (!read_number(&rr->ttl, word, len) && !(len == 2 && !memcmp(word, "IN", 2)))
			break;
	}
	if (zone_rdata(z, rr, word, &w) < 0)
		return mistake(z, "bad record");
	return 0;
}

int
zone_file_soa(struct zone_file *z, struct zone_rr *soa, uint32_t *serial)
{
	int rc = zone_file_next(z);

	if (rc == 0)
		rc = mistake(z, "the file is empty");
	if (rc > 0)
		rc = zone_file_record(z, soa);
	if (rc < 0)
		return rc;
	if (soa->type != TYPE_SOA || soa->rdata_len < 22)
		return mistake(z, "expected the zone's SOA as first record");
	*serial = get32(soa->rdata + soa->rdata_len - 20);
	return 0;
}
