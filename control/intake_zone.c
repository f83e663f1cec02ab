/* A part, or whatever zone it is, as its file: GET and HEAD by RFC 9110. */
#include "base/err.h"
#include "base/log.h"
#include "control/intake_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
intake_zone_open(const struct intake *in, const struct book_version *v, char etag[INTAKE_ETAG_MAX],
    struct http_thing *thing)
{
	char digest[BOOK_DIGEST_MAX];
	struct stat st;
	int fd, rc = book_digest(digest, v);

	if (rc < 0)
		return rc;
	fd = openat(in->dir_fd, v->file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && fstat(fd, &st) == 0) {
		snprintf(etag, INTAKE_ETAG_MAX, "\"%s\"", digest);
		*thing = (struct http_thing){etag, st.st_mtime, (uint64_t)st.st_size};
		return fd;
	}
	rc = -errno;
	if (fd >= 0)
		close(fd);
	return rc;
}

static const char *
field(const struct intake_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

struct http_asked
intake_asked(const struct intake_request *r)
{
	return (struct http_asked){
	    .if_match = field(r, "If-Match"),
	    .if_none_match = field(r, "If-None-Match"),
	    .if_modified_since = field(r, "If-Modified-Since"),
	    .if_unmodified_since = field(r, "If-Unmodified-Since"),
	    .if_range = r->is_head ? NULL : field(r, "If-Range"),
	    .range = r->is_head ? NULL : field(r, "Range"), /* RFC 9110 14.2 */
	};
}

enum MHD_Result
intake_send(struct intake_request *r, unsigned status, struct MHD_Response *response,
    const char *type, const struct http_thing *thing)
{
	char modified[HTTP_DATE_MAX];
	enum MHD_Result rc;

	if (!response)
		return MHD_NO;
	if (type)
		MHD_add_response_header(response, "Content-Type", type);
	MHD_add_response_header(response, "Cache-Control", "private, no-cache");
	if (thing) {
		http_date_text(modified, thing->modified);
		MHD_add_response_header(response, "ETag", thing->etag);
		if (thing->modified)
			MHD_add_response_header(response, "Last-Modified", modified);
	}
	rc = MHD_queue_response(r->connection, status, response);
	MHD_destroy_response(response);
	return rc;
}

/* Who names what is there by its digest has it. */
static void
tell_unchanged(struct intake *in, struct intake_request *r)
{
	struct xfr_event e = r->download.event;

	e.event = "unchanged";
	e.ok = true;
	xfr_event_send(in->events, &e, false, intake_clock_ns());
}

static enum MHD_Result
send_no_range(struct intake_request *r, const struct http_thing *thing)
{
	static const char body[] = "{\"type\":\"about:blank\",\"title\":\"Range Not Satisfiable\","
				   "\"status\":416}";
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    sizeof(body) - 1, (void *)(uintptr_t)body, MHD_RESPMEM_PERSISTENT);
	char range[48];

	snprintf(range, sizeof(range), "bytes */%" PRIu64, thing->size);
	if (response)
		MHD_add_response_header(response, "Content-Range", range);
	return intake_send(
	    r, MHD_HTTP_RANGE_NOT_SATISFIABLE, response, "application/problem+json", NULL);
}

bool
intake_conditions(struct intake *in, struct intake_request *r, const struct http_outcome *o,
    const struct http_thing *thing, enum MHD_Result *rc)
{
	switch (o->verdict) {
	case HTTP_UNCHANGED:
		intake_count(in, COUNT_UNCHANGED);
		*rc = intake_send(r, MHD_HTTP_NOT_MODIFIED,
		    MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT), NULL, thing);
		return true;
	case HTTP_FAILED:
		*rc =
		    intake_refuse(in, r, MHD_HTTP_PRECONDITION_FAILED, "it is another version now");
		return true;
	case HTTP_NO_RANGE: *rc = send_no_range(r, thing); return true;
	default: return false;
	}
}

/* Hands fd over. */
static enum MHD_Result
send_bytes(
    struct intake_request *r, int fd, const struct http_outcome *o, const struct http_thing *thing)
{
	bool is_piece = o->verdict == HTTP_PIECE;
	struct MHD_Response *response =
	    MHD_create_response_from_fd_at_offset64(o->len, fd, o->from);
	char range[80];

	if (!response) {
		close(fd);
		return MHD_NO;
	}
	MHD_add_response_header(response, "Accept-Ranges", "bytes");
	if (is_piece) {
		snprintf(range, sizeof(range), "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, o->from,
		    o->from + o->len - 1, thing->size);
		MHD_add_response_header(response, "Content-Range", range);
	}
	return intake_send(
	    r, is_piece ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, response, "text/dns", thing);
}

enum MHD_Result
intake_zone_finish(struct intake *in, struct intake_request *r)
{
	struct http_asked asked = intake_asked(r);
	char etag[INTAKE_ETAG_MAX];
	struct http_thing thing;
	struct http_outcome o;
	enum MHD_Result rc;
	int fd = intake_zone_open(in, &r->download.zone->now, etag, &thing);

	if (fd < 0) {
		log_event(LOG_LEVEL_ERROR, "https", "zone=%s error=\"%s\"", r->download.event.zone,
		    err_text(fd));
		return intake_refuse(in, r, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "the zone cannot be read; try again later");
	}
	o = http_decide(&asked, &thing);
	if (o.verdict == HTTP_UNCHANGED && asked.if_none_match && *asked.if_none_match != '*')
		tell_unchanged(in, r);
	if (intake_conditions(in, r, &o, &thing, &rc)) {
		close(fd);
		return rc;
	}
	/* A piece is worth something with all before it, and only If-Range says that it is there.
	 */
	if (o.from + o.len == thing.size && (!o.from || o.is_continued))
		intake_zones_promise(r, "https", o.len);
	intake_count(in, o.verdict == HTTP_PIECE ? COUNT_PIECE : COUNT_WHOLE);
	return send_bytes(r, fd, &o, &thing);
}
