#include "lists/delta.h"

#include "base/err.h"
#include "base/serial.h"
#include "lists/read_zone.h"

#include <string.h>

static void
give_up(struct zone *z, const char *text)
{
	line_error(z->r, "%s", text);
	z->r->rc = -ERR_FORMAT;
}

static int
on_entry(void *ctx, const struct entry *e)
{
	struct zone_delta *d = ctx;

	return d->sink->change(d->sink->ctx, e, d->step == DELTA_GOES);
}

static void
on_error(void *ctx, const struct list_error *e)
{
	struct zone_delta *d = ctx;

	d->sink->error(d->sink->ctx, e);
}

/* The second SOA: from here on there are changes. */
static void
begin(struct zone *z, uint32_t serial)
{
	struct zone_delta *d = z->delta;
	int rc;

	d->about.from = d->at = serial;
	if (!serial_newer(d->about.to, serial)) {
		give_up(z, "the second SOA, which the delta starts from, is not older than the "
			   "first, which it leads to");
		return;
	}
	d->about.origin_len = z->meta.origin_len;
	memcpy(d->about.origin, z->meta.origin, z->meta.origin_len);
	rc = z->r->errors ? -ERR_FORMAT : d->sink->begin(d->sink->ctx, &d->about, &z->meta);
	if (rc < 0) {
		z->r->rc = rc;
		return;
	}
	d->step = DELTA_GOES;
	z->has_meta = true;
	zone_set_tail(z);
}

static void
take_serial(struct zone *z, uint32_t serial)
{
	struct zone_delta *d = z->delta;

	switch (d->step) {
	case DELTA_HEAD:
		d->about.to = serial;
		d->step = DELTA_FROM;
		break;
	case DELTA_FROM: begin(z, serial); break;
	case DELTA_GOES:
		if (!serial_newer(serial, d->at))
			give_up(z, "this SOA is not newer than the one before");
		d->at = serial;
		d->step = DELTA_COMES;
		break;
	case DELTA_COMES:
		if (serial != d->at)
			give_up(z, "an SOA behind what comes repeats the serial before it");
		d->step = serial == d->about.to ? DELTA_DONE : DELTA_GOES;
		break;
	case DELTA_DONE: give_up(z, "something stands behind the SOA that ends the delta"); break;
	}
}

void
zone_delta_apex(struct zone *z, const struct rr *rr)
{
	const ldns_rdf *serial = ldns_rr_rdf(rr->ldns, 2);
	char type[RR_TYPE_TEXT_MAX];

	switch (rr->type) {
	case LDNS_RR_TYPE_SOA:
		if (!serial || ldns_rdf_size(serial) != sizeof(uint32_t))
			line_error(z->r, "not an SOA record");
		else
			take_serial(z, ldns_rdf2native_int32(serial));
		break;
	case LDNS_RR_TYPE_NS:
	case LDNS_RR_TYPE_ZONEMD:
	case LDNS_RR_TYPE_RRSIG: break;
	default:
		record_error(z->r, 0,
		    "%s record at the apex: what a zone says of itself does not change by a delta; "
		    "put the whole zone in place and reload",
		    rr_type_text(rr->type, type));
	}
}

bool
zone_delta_may_change(struct zone *z)
{
	if (z->delta->step == DELTA_GOES || z->delta->step == DELTA_COMES)
		return true;
	give_up(z, z->delta->step == DELTA_DONE
		       ? "something stands behind the SOA that ends the delta"
		       : "the second record is not an SOA: a whole zone, not a delta");
	return false;
}

void
zone_delta_end(struct zone *z)
{
	if (z->delta->step == DELTA_HEAD)
		file_error(z->r, "no SOA record: not a delta, or cut short");
	else if (z->delta->step == DELTA_FROM)
		file_error(z->r, "one SOA alone: nothing changes, or the file was cut short");
	else if (z->delta->step != DELTA_DONE)
		file_error(z->r, "file ends before the SOA that ends a delta: it was cut short");
}

int
delta_read(
    FILE *f, const char *path, const struct list_limits *limits, const struct delta_sink *sink)
{
	struct zone_delta d = {.sink = sink};
	struct list_sink inner = {.ctx = &d, .entry = on_entry, .error = on_error};
	struct reader r = {.f = f, .path = path, .sink = &inner};
	int rc = reader_open(&r, limits);

	if (rc == 0) {
		read_zone_delta(&r, &d);
		rc = r.rc;
	}
	if (rc == 0 && r.errors)
		rc = -ERR_FORMAT;
	reader_close(&r);
	return rc;
}
