/* What has changed in a zone since a serial that is still kept. */
#include "base/err.h"
#include "base/log.h"
#include "base/serial.h"
#include "control/intake_impl.h"
#include "control/zone_delta.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (32 << 10) /* bytes read at a time */

struct sending {
	struct zone_delta *delta;
	struct intake_request *request; /* outlives all reading */
};

static const struct book_version *
find_version(const struct book_zone *z, uint32_t serial)
{
	if (z->now.serial == serial)
		return &z->now;
	for (unsigned i = 0; i < z->history_n; i++)
		if (z->history[i].serial == serial)
			return &z->history[i];
	return NULL;
}

static ssize_t
read_block(void *ctx, uint64_t at, char *to, size_t room)
{
	struct sending *s = ctx;
	ssize_t n = zone_delta_read(s->delta, to, room);

	(void)at;
	if (n > 0)
		s->request->download.event.bytes += (uint64_t)n;
	if (n == -EAGAIN)
		return 0; /* others are served first */
	if (n < 0)
		log_event(LOG_LEVEL_ERROR, "https", "zone=%s error=\"%s\"",
		    s->request->download.event.zone, err_text((int)n));
	return n > 0    ? n
	       : n == 0 ? MHD_CONTENT_READER_END_OF_STREAM
			: MHD_CONTENT_READER_END_WITH_ERROR;
}

static void
end_sending(void *ctx)
{
	struct sending *s = ctx;

	zone_delta_free(s->delta);
	free(s);
}

/* Takes the descriptors over. */
static struct MHD_Response *
make_response(struct intake_request *r, const struct book_version *old, const int fd[2])
{
	const struct book_version *version[2] = {old, &r->download.zone->now};
	char name[2][ZONE_DELTA_HEAD_MAX], digest[BOOK_DIGEST_MAX];
	struct sending *s = calloc(1, sizeof(*s));
	struct MHD_Response *response;
	int rc = s ? 0 : -ENOMEM;

	for (int i = 0; i < 2 && rc == 0; i++) {
		rc = book_digest(digest, version[i]);
		snprintf(name[i], sizeof(name[i]), "%.253s serial %" PRIu32 " sha384 %s",
		    r->download.event.zone, version[i]->serial, digest);
	}
	rc = rc < 0 ? rc : zone_delta_new(&s->delta, fd[0], fd[1], name[0], name[1]);
	if (rc < 0) {
		close(fd[0]);
		close(fd[1]);
		free(s);
		return NULL;
	}
	s->request = r;
	response =
	    MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_block, s, end_sending);
	if (!response)
		end_sending(s);
	return response;
}

/* Opens both; fills what is asked for: it changes when either does. */
static int
open_both(const struct intake *in, const struct book_version *old, const struct book_version *new,
    int fd[2], struct http_thing *thing, char etag[INTAKE_ETAG_MAX])
{
	char before[BOOK_DIGEST_MAX] = "", after[BOOK_DIGEST_MAX] = "", ignored[INTAKE_ETAG_MAX];

	fd[0] = intake_zone_open(in, old, ignored, thing);
	fd[1] = fd[0] < 0 ? fd[0] : intake_zone_open(in, new, ignored, thing);
	if (fd[1] < 0) {
		if (fd[0] >= 0)
			close(fd[0]);
		return fd[1];
	}
	book_digest(before, old);
	book_digest(after, new);
	snprintf(etag, INTAKE_ETAG_MAX, "\"%s-%s\"", after, before);
	thing->etag = etag;
	return 0;
}

enum MHD_Result
intake_delta_finish(struct intake *in, struct intake_request *r)
{
	const struct book_zone *z = r->download.zone;
	const struct book_version *old = find_version(z, r->target.serial);
	struct http_asked asked = intake_asked(r);
	char etag[INTAKE_ETAG_MAX];
	struct http_thing thing;
	struct http_outcome o;
	enum MHD_Result rc;
	int fd[2];

	if (!old)
		return intake_refuse(in, r,
		    serial_newer(z->now.serial, r->target.serial) ? MHD_HTTP_GONE
								  : MHD_HTTP_NOT_FOUND,
		    "that serial is not kept; fetch the whole zone");
	/* Swept behind the history that the book knows: what is gone is gone. */
	if (open_both(in, old, &z->now, fd, &thing, etag) < 0)
		return intake_refuse(
		    in, r, MHD_HTTP_GONE, "that serial is not kept; fetch the whole zone");
	asked.range = asked.if_range = NULL;
	o = http_decide(&asked, &thing);
	if (intake_conditions(in, r, &o, &thing, &rc)) {
		close(fd[0]);
		close(fd[1]);
		return rc;
	}
	intake_zones_promise(r, "https-delta", 0);
	intake_count(in, COUNT_DELTA);
	return intake_send(r, MHD_HTTP_OK, make_response(r, old, fd), "text/x-diff", &thing);
}
