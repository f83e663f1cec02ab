#include "lists/scan.h"

#include "base/err.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define OUTSIDE_NAMED 5 /* the rest is counted */

static void
take_error(void *ctx, const struct list_error *e)
{
	struct zone_scan *s = ctx;

	reasons_add(s->reasons, REASON_SYNTAX, s->where, e->line, "%s", e->text);
}

static int
take_outside(struct zone_scan *s, const struct record *r)
{
	char name[NAME_TEXT_MAX];

	if (++s->outside > s->named && s->named < OUTSIDE_NAMED) {
		s->named++;
		name_to_text(name, r->owner);
		reasons_add(s->reasons, REASON_OUTSIDE, s->where, r->line,
		    "a record of %s is outside the zone", name);
	}
	return 0;
}

static int
say(struct zone_scan *s, uint64_t line, const char *text)
{
	reasons_add(s->reasons, REASON_SYNTAX, s->where, line, "%s", text);
	return -ERR_FORMAT;
}

/* What zonemd.h returns, as a reason where the zone is to blame. */
static int
explain(struct zone_scan *s, int rc, uint64_t line)
{
	switch (rc) {
	case -ERR_SHORT: return say(s, line, "no SOA record in front: not a zone, or cut short");
	case -ERR_REFUSED: return say(s, line, "second SOA record");
	case -ERR_RANGE: return say(s, line, "records of one RRset with different TTLs");
	case -ERR_FULL:
		return s->apex->n == APEX_RECORDS_MAX || s->apex->bytes > APEX_BYTES_MAX / 2
			   ? say(s, line, "too many records at the apex")
			   : rc;
	default: return rc;
	}
}

static int
take_record(void *ctx, const struct record *r)
{
	struct zone_scan *s = ctx;
	int rc = zonemd_add(s->zonemd, r);

	return rc == 1 ? take_outside(s, r) : explain(s, rc, r->line);
}

static int
pass(struct zone_scan *s, bool sort)
{
	const struct zonemd_options o = {
	    .sort = sort, .spill_fd = s->spill_fd, .body = s->body, .ctx = s->ctx};
	const struct list_limits limits = {.entries_max = s->records_max};
	const struct record_sink sink = {s, take_record, take_error};
	uint64_t known = s->reasons->count[REASON_SYNTAX];
	int rc;

	zonemd_close(s->zonemd);
	s->outside = 0;
	s->zonemd = zonemd_open(&o);
	if (!s->zonemd)
		return -ENOMEM;
	s->apex = zonemd_apex(s->zonemd);
	rewind(s->f);
	rc = records_read(s->f, s->where, &limits, &sink);
	if (rc == -ERR_LIMIT && s->reasons->count[REASON_SYNTAX] > known)
		rc = -ERR_FORMAT;
	if (rc == 0)
		rc = explain(s, zonemd_end(s->zonemd, s->digest), 0);
	s->body_records = zonemd_body(s->zonemd);
	return rc;
}

int
zone_scan(struct zone_scan *s)
{
	int rc = pass(s, s->sort);

	return rc == -EAGAIN ? pass(s, true) : rc;
}

void
zone_scan_free(struct zone_scan *s)
{
	zonemd_close(s->zonemd);
	s->zonemd = NULL;
	s->apex = NULL;
}

static const struct apex_record *
find_zonemd(const struct zone_scan *s)
{
	const struct apex_record *found = NULL;

	for (size_t i = 0; i < s->apex->n; i++) {
		if (s->apex->record[i].type != RECORD_ZONEMD)
			continue;
		if (found) {
			reasons_add(s->reasons, REASON_ZONEMD_FORM, s->where, 0,
			    "several ZONEMD records; there must be one");
			return NULL;
		}
		found = &s->apex->record[i];
	}
	if (!found)
		reasons_add(s->reasons, REASON_ZONEMD_NONE, s->where, 0,
		    "no ZONEMD record at the apex: nothing of it is signed");
	return found;
}

const struct apex_record *
zone_scan_zonemd(const struct zone_scan *s)
{
	const struct apex_record *r = find_zonemd(s);
	const uint8_t *p = r ? r->rdata : NULL;
	uint32_t serial;

	if (!r)
		return NULL;
	if (r->rdata_len != ZONEMD_RDATA_BYTES || p[4] != ZONEMD_SCHEME_SIMPLE ||
	    p[5] != ZONEMD_HASH_SHA384) {
		reasons_add(s->reasons, REASON_ZONEMD_FORM, s->where, 0,
		    "ZONEMD is not of scheme 1 (SIMPLE), hash 1 (SHA-384)");
		return NULL;
	}
	serial = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	if (serial != s->apex->serial) {
		reasons_add(s->reasons, REASON_ZONEMD_SERIAL, s->where, 0,
		    "ZONEMD is of serial %" PRIu32 ", the SOA of %" PRIu32, serial,
		    s->apex->serial);
		return NULL;
	}
	if (memcmp(p + 6, s->digest, SHA384_BYTES) != 0) {
		reasons_add(s->reasons, REASON_DIGEST, s->where, 0,
		    "the zone is not what was signed: its digest does not match its ZONEMD");
		return NULL;
	}
	return r;
}
