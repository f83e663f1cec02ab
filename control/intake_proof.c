/* What proves a zone, without its names: its apex as it stands in the file, and where the hub's
 * audit is.  The apex before the names of the very version is that version's file again. */
#include "base/err.h"
#include "base/log.h"
#include "control/intake_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define APEX_TEXT_MAX (1 << 20) /* bytes */

/* Whether a line belongs before the names: a directive, a comment, a record of the apex. */
static bool
is_head(const char *line)
{
	return strchr("$;\n", *line) || (*line == '@' && strchr(" \t", line[1]));
}

/* The file's text up to the first name, the caller's to free; or NULL and *rc.  fd is taken over.
 */
static char *
read_apex(int fd, int *rc)
{
	char *text = NULL, *line = NULL;
	size_t len = 0, room = 0;
	FILE *from = fdopen(fd, "r"), *to = open_memstream(&text, &len);
	ssize_t n = 0;

	*rc = from && to ? 0 : -errno;
	while (*rc == 0 && (n = getline(&line, &room, from)) > 0 && is_head(line)) {
		fwrite(line, 1, (size_t)n, to);
		if (ftello(to) > APEX_TEXT_MAX)
			*rc = -ERR_LIMIT;
	}
	if (from)
		fclose(from);
	else
		close(fd);
	if (to && fclose(to) != 0 && *rc == 0)
		*rc = -ENOMEM;
	free(line);
	if (*rc == 0)
		return text;
	free(text);
	return NULL;
}

static json_t *
describe(const struct intake_request *r, const struct http_thing *thing, const char *apex)
{
	const struct intake_download *d = &r->download;
	char digest[BOOK_DIGEST_MAX] = "";
	json_t *audit = NULL;

	book_digest(digest, &d->zone->now);
	if (d->book->audit_seq)
		audit = json_pack("{s:I, s:s}", "seq", (json_int_t)d->book->audit_seq, "hash",
		    d->book->audit_hash);
	return json_pack("{s:s, s:I, s:s, s:I, s:s, s:o*}", "origin", d->event.zone, "serial",
	    (json_int_t)d->zone->now.serial, "sha384", digest, "size", (json_int_t)thing->size,
	    "apex", apex, "audit", audit);
}

enum MHD_Result
intake_proof_finish(struct intake *in, struct intake_request *r)
{
	char etag[INTAKE_ETAG_MAX], *apex = NULL;
	struct http_thing thing;
	enum MHD_Result answered;
	int fd = intake_zone_open(in, &r->download.zone->now, etag, &thing), rc = fd;

	if (fd >= 0)
		apex = read_apex(fd, &rc);
	if (!apex) {
		log_event(LOG_LEVEL_ERROR, "https", "zone=%s error=\"%s\"", r->download.event.zone,
		    err_text(rc));
		return intake_refuse(in, r, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "the zone cannot be read; try again later");
	}
	intake_count(in, COUNT_PROOF);
	answered = intake_json(in, r, describe(r, &thing, apex));
	free(apex);
	return answered;
}
