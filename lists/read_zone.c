#include "lists/read_zone.h"

#include "base/err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Reports a mistake after which the rest of the zone has no meaning. */
static void
give_up(struct zone *z, const char *text)
{
	line_error(z->r, "%s", text);
	z->r->rc = -ERR_FORMAT;
}

/* The listed name of an owner: the origin off, the suffix on. */
static size_t
join(uint8_t *to, const uint8_t *name, size_t keep, const uint8_t *tail, size_t tail_len)
{
	memcpy(to, name, keep);
	memcpy(to + keep, tail, tail_len);
	return keep + tail_len;
}

/* The suffix is shorter than the apex, and so the tail fits. */
void
zone_set_tail(struct zone *z)
{
	const struct list_meta *m = &z->meta;
	uint8_t origin[NAME_LEN_MAX];
	int n = name_canon(origin, ldns_rdf_data(z->rr.origin), ldns_rdf_size(z->rr.origin));

	z->tail_len = 0;
	z->origin_size = n > 0 ? (size_t)n : 0;
	if (z->has_meta && n > 0 && name_is_under(origin, (size_t)n, m->origin, m->origin_len))
		z->tail_len = (uint8_t)join(
		    z->tail, origin, (size_t)n - m->origin_len, m->suffix, m->suffix_len);
}

/* The first SOA says which zone this is. */
static void
set_apex(struct zone *z, const struct rr *rr)
{
	z->has_soa = true;
	z->meta.origin_len = (uint8_t)rr->owner_len;
	memcpy(z->meta.origin, rr->owner, (size_t)rr->owner_len);
	if (!z->rr.has_origin && !rr_set_origin(&z->rr, rr->owner, (size_t)rr->owner_len))
		z->r->rc = -ENOMEM;
}

static void
apex_soa(struct zone *z, const struct rr *rr)
{
	const ldns_rdf *serial = ldns_rr_rdf(rr->ldns, 2);

	if (z->has_soa || !serial || ldns_rdf_size(serial) != sizeof(uint32_t)) {
		line_error(z->r, z->has_soa ? "second SOA record" : "not an SOA record");
		return;
	}
	z->meta.serial = ldns_rdf2native_int32(serial);
	set_apex(z, rr);
}

static void
apex_txt(struct zone *z, const struct rr *rr)
{
	const struct list_sink *sink = z->r->sink;
	struct rr_texts texts;
	int rc;

	if (!rr_texts(&z->rr, rr, &texts) || !zone_read_meta(z, &texts)) {
		if (!z->has_meta)
			z->r->rc = -ERR_FORMAT;
		return;
	}
	z->has_meta = true;
	zone_set_tail(z);
	rc = sink->meta && !z->r->errors ? sink->meta(sink->ctx, &z->meta) : 0;
	if (rc < 0)
		z->r->rc = rc;
}

static void
read_apex(struct zone *z, const struct rr *rr)
{
	char type[RR_TYPE_TEXT_MAX];

	if (z->delta) {
		if (!z->has_soa)
			set_apex(z, rr);
		zone_delta_apex(z, rr);
		return;
	}
	switch (rr->type) {
	case LDNS_RR_TYPE_SOA: apex_soa(z, rr); break;
	case LDNS_RR_TYPE_TXT: apex_txt(z, rr); break;
	case LDNS_RR_TYPE_NS:
	case LDNS_RR_TYPE_ZONEMD:
	case LDNS_RR_TYPE_RRSIG: break;
	default:
		record_error(z->r, 0,
		    "%s record at the apex; expected SOA, NS, TXT, ZONEMD or RRSIG",
		    rr_type_text(rr->type, type));
	}
}

/* e's name is set. */
static void
read_texts(struct zone *z, const struct rr_texts *texts)
{
	const struct entry *e = &z->r->e;

	z->records++;
	if (z->delta && !zone_delta_may_change(z))
		return;
	if (e->name[0] == 1 && e->name[1] == '*')
		record_error(z->r, 0,
		    "wildcard: a listed name covers every name below it, leave out the `*.`");
	else if (zone_read_entry(z, texts))
		reader_entry(z->r);
}

static void
read_below(struct zone *z, const struct rr *rr)
{
	const struct list_meta *m = &z->meta;
	struct entry *e = &z->r->e;
	struct rr_texts texts;
	char type[RR_TYPE_TEXT_MAX];

	if (rr->type != LDNS_RR_TYPE_TXT) {
		record_error(z->r, 0, "%s record; only TXT stands below the apex",
		    rr_type_text(rr->type, type));
		return;
	}
	e->name_len = (uint8_t)join(
	    e->name, rr->owner, (size_t)rr->owner_len - m->origin_len, m->suffix, m->suffix_len);
	if (rr_texts(&z->rr, rr, &texts))
		read_texts(z, &texts);
}

static void
read_record(struct zone *z, const struct rr *rr)
{
	const struct list_meta *m = &z->meta;

	if (!z->has_soa && rr->type != LDNS_RR_TYPE_SOA)
		give_up(z, "the first record is not the SOA");
	else if (!z->has_soa || ((size_t)rr->owner_len == m->origin_len &&
				    !memcmp(rr->owner, m->origin, m->origin_len)))
		read_apex(z, rr);
	else if (!name_is_under(rr->owner, (size_t)rr->owner_len, m->origin, m->origin_len))
		record_error(z->r, 0, "owner is not below the zone's own name");
	else if (z->delta && !z->has_meta)
		zone_delta_may_change(z);
	else if (!z->has_meta)
		give_up(
		    z, "no metadata (TXT \"v=cordon1\" ... at the apex) before the first entry");
	else
		read_below(z, rr);
}

static void
read_by_ldns(struct zone *z)
{
	const struct list_meta *m = &z->meta;
	const struct entry *e = &z->r->e;
	struct rr rr;

	if (z->fast) { /* ldns has not seen the owner of the record before */
		uint8_t owner[NAME_LEN_MAX];
		size_t n = join(
		    owner, e->name, (size_t)e->name_len - m->suffix_len, m->origin, m->origin_len);

		z->fast = false;
		if (!rr_set_prev(&z->rr, owner, n)) {
			z->r->rc = -ENOMEM;
			return;
		}
	}
	if (rr_read(&z->rr, &rr)) {
		read_record(z, &rr);
		rr_free(&rr);
	} else {
		zone_set_tail(z); /* perhaps it was $ORIGIN */
	}
}

/* The form that zone_write_entry makes, without ldns: 18 million entries load in seconds. */
static bool
read_fast(struct zone *z)
{
	struct reader *r = z->r;
	struct rr_texts texts;
	uint8_t owner[NAME_LEN_MAX];
	size_t owner_len;
	int n;

	if (z->by_ldns || !z->tail_len || !zone_line_split(r->text, r->len, &owner_len, &texts))
		return false;
	n = name_from_text(owner, r->text, owner_len);
	if (n < 0 || (size_t)n - 1 + z->origin_size > NAME_LEN_MAX)
		return false;
	r->e.name_len = (uint8_t)join(r->e.name, owner, (size_t)n - 1, z->tail, z->tail_len);
	z->fast = true;
	read_texts(z, &texts);
	return true;
}

/* Returns whether the comment was a mark, dealt with. */
static bool
read_mark(struct zone *z)
{
	static const char head[] = "; cordon1 ", end[] = ZONE_END_MARK;
	struct reader *r = z->r;
	uint64_t n = 0;

	if (r->line_no == 1 && r->len >= sizeof(head) - 1 &&
	    !memcmp(r->text, head, sizeof(head) - 1))
		return z->has_head_mark = true;
	if (!z->has_head_mark || r->len < sizeof(end) - 1 ||
	    memcmp(r->text, end, sizeof(end) - 1) != 0)
		return false;
	z->has_end_mark = true;
	for (size_t i = sizeof(end) - 1; i < r->len; i++)
		if (r->text[i] < '0' || r->text[i] > '9' || n > UINT64_MAX / 100)
			return record_error(r, i, "end mark: not a count");
		else
			n = n * 10 + (uint64_t)(r->text[i] - '0');
	if (n != z->records)
		line_error(r, "the end mark counts %" PRIu64 " entries, the file has %" PRIu64, n,
		    z->records);
	return true;
}

static void
read_line(struct zone *z)
{
	struct reader *r = z->r;

	if (!r->ended)
		rr_cut(r);
	else if (z->has_end_mark)
		give_up(z, "something stands behind the end mark");
	else if ((r->len == 0 || r->text[0] != ';' || !read_mark(z)) && !read_fast(z))
		read_by_ldns(z);
}

static void
check_end(struct zone *z)
{
	if (z->delta)
		zone_delta_end(z);
	else if (!z->has_soa)
		file_error(z->r, "no SOA record: not a zone, or cut short");
	else if (!z->has_meta)
		file_error(z->r, "no metadata: no TXT \"v=cordon1\" ... at the apex");
	else if (z->has_head_mark && !z->has_end_mark)
		file_error(z->r, "file ends before its end mark: it was cut short");
}

static void
read_all(struct reader *r, bool by_ldns, struct zone_delta *delta)
{
	struct zone *z = calloc(1, sizeof(*z));

	if (!z || rr_open(&z->rr, r) < 0) {
		r->rc = -ENOMEM;
		goto out;
	}
	z->r = r;
	z->by_ldns = by_ldns;
	z->delta = delta;
	while (line_next(r) > 0)
		read_line(z);
	if (r->rc == 0)
		check_end(z);
out:
	if (z)
		rr_close(&z->rr);
	free(z);
}

void
read_zone(struct reader *r, bool by_ldns)
{
	read_all(r, by_ldns, NULL);
}

void
read_zone_delta(struct reader *r, struct zone_delta *d)
{
	read_all(r, false, d);
}
