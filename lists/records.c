#include "lists/records.h"

#include "base/err.h"
#include "lists/read_rr.h"
#include "lists/read_zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RDATA_MAX 65535

struct records {
	struct reader r;
	struct rr_stream rr;
	const struct record_sink *sink;
	bool has_soa;
	bool fast; /* the record at hand took the fast path, ldns has not seen its owner */
	size_t origin_len;
	uint8_t origin[NAME_LEN_MAX]; /* $ORIGIN */
	struct record out;
	uint8_t owner[NAME_LEN_MAX];
	uint8_t rdata[RDATA_MAX];
	ldns_buffer *wire; /* ours */
};

static void
hand_over(struct records *s)
{
	struct reader *r = &s->r;
	int rc;

	if (r->entries++ == r->entries_max) {
		line_error(r, "more than %llu records", (unsigned long long)r->entries_max);
		r->rc = -ERR_LIMIT;
		return;
	}
	if (r->errors)
		return;
	s->out.line = r->line_no;
	s->out.owner = s->owner;
	s->out.rdata = s->rdata;
	rc = s->sink->record(s->sink->ctx, &s->out);
	if (rc < 0)
		r->rc = rc;
}

static void
set_origin(struct records *s)
{
	int n = name_canon(s->origin, ldns_rdf_data(s->rr.origin), ldns_rdf_size(s->rr.origin));

	s->origin_len = n > 0 ? (size_t)n : 0;
}

/* Without $ORIGIN names are relative to the zone's own, as in read_zone.c. */
static void
see_soa(struct records *s, const struct rr *rr)
{
	s->has_soa = true;
	if (!s->rr.has_origin && !rr_set_origin(&s->rr, rr->owner, (size_t)rr->owner_len))
		s->r.rc = -ENOMEM;
	set_origin(s);
}

static void
take_rr(struct records *s, const struct rr *rr)
{
	ldns_rr2canonical(rr->ldns);
	ldns_buffer_clear(s->wire);
	if (ldns_rr_rdata2buffer_wire(s->wire, rr->ldns) != LDNS_STATUS_OK ||
	    ldns_buffer_position(s->wire) > RDATA_MAX) {
		record_error(&s->r, 0, "not a record that has a wire form");
		return;
	}
	s->out.rdata_len = (uint16_t)ldns_buffer_position(s->wire);
	memcpy(s->rdata, ldns_buffer_begin(s->wire), s->out.rdata_len);
	s->out.owner_len = (uint8_t)rr->owner_len;
	memcpy(s->owner, rr->owner, (size_t)rr->owner_len);
	s->out.type = (uint16_t)rr->type;
	s->out.ttl = ldns_rr_ttl(rr->ldns);
	if (rr->type == LDNS_RR_TYPE_SOA && !s->has_soa)
		see_soa(s, rr);
	hand_over(s);
}

static void
read_by_ldns(struct records *s)
{
	struct rr rr;

	if (s->fast && !rr_set_prev(&s->rr, s->owner, s->out.owner_len)) {
		s->r.rc = -ENOMEM;
		return;
	}
	s->fast = false;
	if (rr_read(&s->rr, &rr)) {
		take_rr(s, &rr);
		rr_free(&rr);
	} else {
		set_origin(s); /* perhaps it was $ORIGIN */
	}
}

/* The form that zone_write_entry makes. */
static bool
read_fast(struct records *s)
{
	struct reader *r = &s->r;
	struct rr_texts texts;
	size_t owner_len, at = 0;
	int n;

	if (!s->has_soa || !s->origin_len || !zone_line_split(r->text, r->len, &owner_len, &texts))
		return false;
	n = name_from_text(s->owner, r->text, owner_len);
	if (n < 0 || (size_t)n - 1 + s->origin_len > NAME_LEN_MAX)
		return false;
	memcpy(s->owner + n - 1, s->origin, s->origin_len);
	s->out.owner_len = (uint8_t)((size_t)n - 1 + s->origin_len);
	for (unsigned k = 0; k < texts.n; k++) {
		s->rdata[at++] = texts.len[k];
		memcpy(s->rdata + at, texts.text[k], texts.len[k]);
		at += texts.len[k];
	}
	s->out.rdata_len = (uint16_t)at;
	s->out.type = RECORD_TXT;
	s->out.ttl = s->rr.ttl;
	s->fast = true;
	hand_over(s);
	return true;
}

static void
read_line(struct records *s)
{
	struct reader *r = &s->r;

	if (!r->ended)
		rr_cut(r);
	else if ((r->len == 0 || r->text[0] != ';') && !read_fast(s))
		read_by_ldns(s);
}

int
records_read(
    FILE *f, const char *path, const struct list_limits *limits, const struct record_sink *sink)
{
	const struct list_sink errors = {.ctx = sink->ctx, .error = sink->error};
	struct records *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return -ENOMEM;
	s->r = (struct reader){.f = f, .path = path, .sink = &errors};
	s->sink = sink;
	rc = reader_open(&s->r, limits);
	if (rc < 0)
		goto out;
	s->wire = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	rc = s->wire ? rr_open(&s->rr, &s->r) : -ENOMEM;
	if (rc < 0)
		goto out;
	while (line_next(&s->r) > 0)
		read_line(s);
	rc = s->r.rc == 0 && s->r.errors ? -ERR_FORMAT : s->r.rc;
out:
	rr_close(&s->rr);
	ldns_buffer_free(s->wire);
	reader_close(&s->r);
	free(s);
	return rc;
}
