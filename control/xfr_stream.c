#include "control/xfr_stream.h"

#include "base/err.h"
#include "base/serial.h"
#include "control/zone_diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CLASS_IN      1
#define TYPE_SOA      6
#define STEPS_A_FILL  16384 /* records that differ, looked at before others are served */
#define RR_OVERHEAD   12    /* bytes of a record beside label and rdata: pointer, fixed fields */
#define SOA_RDATA_MAX (2 * NAME_LEN_MAX + 20)

struct soa {
	uint8_t rdata[SOA_RDATA_MAX];
	uint16_t rdata_len;
	uint32_t ttl, serial;
};

enum phase {
	COUNT,   /* IXFR: how large is the difference? */
	FIRST,   /* the SOA */
	BODY,    /* AXFR */
	OLD_SOA, /* IXFR */
	GOES,
	NEW_SOA,
	COMES,
	LAST, /* the SOA again */
	DONE,
};

struct xfr_stream {
	struct xfr_want want;
	const struct book_version *before; /* IXFR: the version that the peer has */
	struct zone_file *now, *old;
	struct zone_diff *diff;
	struct soa soa, old_soa;
	enum phase phase;
	uint64_t diff_bytes;
	unsigned steps; /* of this fill */
	bool has_rr;    /* rr did not fit in the message before */
	struct zone_rr rr;
};

enum xfr_kind
xfr_stream_kind(const struct xfr_stream *s)
{
	return s->want.kind;
}

const char *
xfr_stream_error(const struct xfr_stream *s)
{
	return s->now ? s->now->error : "";
}

static int
open_version(struct zone_file **out, const struct xfr_stream *s, const struct book_version *v)
{
	if (v->file)
		return zone_file_open(out, s->want.dir_fd, v->file);
	return zone_file_open_text(out, v->bytes, v->len);
}

/* Opens a version and reads its SOA. */
static int
begin(struct xfr_stream *s, struct zone_file **out, const struct book_version *v, struct soa *soa)
{
	int rc;

	zone_file_close(*out);
	*out = NULL;
	rc = open_version(out, s, v);
	rc = rc < 0 ? rc : zone_file_soa(*out, &s->rr, &soa->serial);
	if (rc < 0)
		return rc;
	if (soa->serial != v->serial || s->rr.rdata_len > sizeof(soa->rdata) ||
	    s->rr.owner_len != s->want.zone->origin_len ||
	    memcmp(s->rr.owner, s->want.zone->origin, s->rr.owner_len) != 0)
		return -ERR_STALE;
	memcpy(soa->rdata, s->rr.rdata, s->rr.rdata_len);
	soa->rdata_len = s->rr.rdata_len;
	soa->ttl = s->rr.ttl;
	return 0;
}

static int
begin_diff(struct xfr_stream *s)
{
	int rc;

	zone_diff_free(s->diff);
	s->diff = NULL;
	rc = begin(s, &s->now, &s->want.zone->now, &s->soa);
	rc = rc < 0 ? rc : begin(s, &s->old, s->before, &s->old_soa);
	return rc < 0 ? rc : zone_diff_new(&s->diff, s->old, s->now);
}

static int
begin_axfr(struct xfr_stream *s)
{
	s->want.kind = XFR_AXFR;
	s->phase = FIRST;
	return begin(s, &s->now, &s->want.zone->now, &s->soa);
}

static const struct book_version *
find_version(const struct book_zone *z, uint32_t serial)
{
	for (unsigned i = 0; i < z->history_n; i++)
		if (z->history[i].serial == serial)
			return &z->history[i];
	return NULL;
}

/* What an IXFR becomes (RFC 1995 2 and 4). */
static int
begin_ixfr(struct xfr_stream *s)
{
	const struct book_zone *z = s->want.zone;
	int rc;

	if (!serial_newer(z->now.serial, s->want.serial) &&
	    (z->now.serial == s->want.serial || serial_newer(s->want.serial, z->now.serial))) {
		s->want.kind = XFR_SOA;
		return 0;
	}
	s->before = find_version(z, s->want.serial);
	if (!s->before)
		return begin_axfr(s);
	s->phase = COUNT;
	rc = begin_diff(s);
	return rc < 0 ? begin_axfr(s) : 0;
}

int
xfr_stream_new(struct xfr_stream **out, const struct xfr_want *want)
{
	struct xfr_stream *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return -ENOMEM;
	s->want = *want;
	s->phase = FIRST;
	book_hold(want->book);
	rc = begin(s, &s->now, &want->zone->now, &s->soa);
	if (rc == 0 && want->kind == XFR_IXFR)
		rc = begin_ixfr(s);
	if (rc < 0) {
		xfr_stream_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

void
xfr_stream_free(struct xfr_stream *s)
{
	if (!s)
		return;
	zone_diff_free(s->diff);
	zone_file_close(s->now);
	zone_file_close(s->old);
	book_drop(s->want.book);
	free(s);
}

static int
give_soa(struct xfr_stream *s, const struct soa *soa, enum phase next)
{
	memcpy(s->rr.owner, s->want.zone->origin, s->want.zone->origin_len);
	s->rr.owner_len = s->want.zone->origin_len;
	s->rr.type = TYPE_SOA;
	s->rr.ttl = soa->ttl;
	s->rr.rdata_len = soa->rdata_len;
	memcpy(s->rr.rdata, soa->rdata, soa->rdata_len);
	s->phase = next;
	return 1;
}

static size_t
weight(const struct zone_rr *rr)
{
	return rr->owner[0] + 1u + RR_OVERHEAD + rr->rdata_len;
}

/* One step of weighing the difference against the zone: what is common to both is not seen, so
 * the zone's size is taken from its text, which is about as long as its wire form. */
static int
count(struct xfr_stream *s)
{
	bool is_new;
	int rc = zone_diff_next(s->diff, &s->rr, &is_new);

	if (rc > 0)
		s->diff_bytes += weight(&s->rr);
	if (rc > 0)
		return ++s->steps < STEPS_A_FILL ? 0 : -EAGAIN;
	if (rc == -EAGAIN)
		return rc;
	if (rc < 0 || s->diff_bytes > zone_file_bytes(s->now))
		return begin_axfr(s);
	s->phase = FIRST;
	return begin_diff(s);
}

static int
next_of_side(struct xfr_stream *s, bool want_new)
{
	bool is_new = !want_new;
	int rc;

	do
		rc = zone_diff_next(s->diff, &s->rr, &is_new);
	while (rc > 0 && is_new != want_new && ++s->steps < STEPS_A_FILL);
	return rc > 0 && is_new != want_new ? -EAGAIN : rc;
}

/* The record after the SOA of an AXFR: all that is no SOA. */
static int
next_of_zone(struct xfr_stream *s)
{
	int rc;

	do {
		rc = zone_file_next(s->now);
		if (rc > 0) {
			rc = zone_file_record(s->now, &s->rr);
			rc = rc < 0 ? rc : 1;
		}
	} while (rc > 0 && s->rr.type == TYPE_SOA);
	return rc;
}

static int
after_first(struct xfr_stream *s)
{
	switch (s->want.kind) {
	case XFR_AXFR: return give_soa(s, &s->soa, BODY);
	case XFR_IXFR: return give_soa(s, &s->soa, OLD_SOA);
	default: return give_soa(s, &s->soa, DONE);
	}
}

/* Fills s->rr with the next record.  Returns 1, 0 at the end, or a code. */
static int
next_record(struct xfr_stream *s)
{
	int rc = 0;

	while (rc == 0) {
		switch (s->phase) {
		case COUNT: rc = count(s); break;
		case FIRST: return after_first(s);
		case BODY:
			rc = next_of_zone(s);
			s->phase = rc == 0 ? LAST : BODY;
			break;
		case OLD_SOA: return give_soa(s, &s->old_soa, GOES);
		case GOES:
			rc = next_of_side(s, false);
			s->phase = rc == 0 ? NEW_SOA : GOES;
			break;
		case NEW_SOA: rc = begin_diff(s); return rc < 0 ? rc : give_soa(s, &s->soa, COMES);
		case COMES:
			rc = next_of_side(s, true);
			s->phase = rc == 0 ? LAST : COMES;
			break;
		case LAST: return give_soa(s, &s->soa, DONE);
		case DONE: return 0;
		}
	}
	return rc;
}

int
xfr_stream_fill(struct xfr_stream *s, struct message *m)
{
	s->steps = 0;
	for (;;) {
		struct message_record r;

		if (!s->has_rr) {
			int rc = next_record(s);

			if (rc <= 0)
				return rc;
		}
		r = (struct message_record){s->rr.owner, s->rr.owner_len, s->rr.type, CLASS_IN,
		    s->rr.ttl, s->rr.rdata, s->rr.rdata_len};
		s->has_rr = message_add(m, MESSAGE_ANSWER, &r) < 0;
		if (s->has_rr)
			return message_count(m, MESSAGE_ANSWER) ? 1 : -ERR_LIMIT;
	}
}
