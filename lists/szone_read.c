#include "lists/szone_impl.h"

#include "base/err.h"
#include "lists/read_rr.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool
szone_wrong(struct szone_maker *m, uint32_t line, const char *fmt, ...)
{
	char text[NAME_TEXT_MAX + 256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	m->r->line_no = line;
	return line_error(m->r, "%s", text);
}

const char *
szone_key_text(char out[NAME_TEXT_MAX], const uint8_t *key, unsigned len)
{
	uint8_t name[NAME_LEN_MAX];

	for (unsigned pos = 0; pos < len; pos += key[pos] + 1u)
		memcpy(name + len - pos - key[pos] - 1, key + pos, key[pos] + 1u);
	name[len] = 0;
	name_to_text(out, name);
	return out;
}

/* Appends to the zone's bytes.  Returns the offset, or -ENOMEM. */
static int64_t
put(struct szone_maker *m, const uint8_t *bytes, size_t n)
{
	struct szone *z = m->z;
	uint64_t at = z->bytes_n;

	if (at + n > m->bytes_size) {
		uint64_t size = 2 * (at + n) + 4096;
		uint8_t *more = realloc(z->bytes, size);

		if (!more)
			return -ENOMEM;
		z->bytes = more;
		m->bytes_size = size;
	}
	memcpy(z->bytes + at, bytes, n);
	z->bytes_n += n;
	return (int64_t)at;
}

static int
put_rdata(struct szone_maker *m, struct szone_raw *raw, const ldns_rr *rr)
{
	const ldns_rr_descriptor *type = ldns_rr_descript(raw->type);
	size_t len = 0;

	if (type && ldns_rr_rd_count(rr) < ldns_rr_descriptor_minimum(type))
		return -ERR_SHORT;
	raw->rdata = m->z->bytes_n;
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *rdf = ldns_rr_rdf(rr, i);

		if (put(m, ldns_rdf_data(rdf), ldns_rdf_size(rdf)) < 0)
			return -ENOMEM;
		len += ldns_rdf_size(rdf);
	}
	if (len > UINT16_MAX || m->z->bytes_n > UINT32_MAX)
		return -ERR_LIMIT;
	raw->len = (uint16_t)len;
	return 0;
}

static int
put_raw(struct szone_maker *m, const struct rr *rr)
{
	struct szone_raw raw = {.type = (uint16_t)rr->type, .line = (uint32_t)m->r->line_no};
	uint8_t key[NAME_LEN_MAX];
	int64_t at;
	int rc;

	if (m->raw_n == m->raw_size) {
		uint64_t size = 2 * m->raw_size + 256;
		struct szone_raw *more = reallocarray(m->raw, size, sizeof(*more));

		if (!more)
			return -ENOMEM;
		m->raw = more;
		m->raw_size = size;
	}
	raw.ttl = ldns_rr_ttl(rr->ldns);
	raw.key_len = (uint8_t)szone_key(key, rr->owner);
	at = put(m, key, raw.key_len);
	if (at < 0)
		return -ENOMEM;
	raw.key = (uint64_t)at;
	rc = put_rdata(m, &raw, rr->ldns);
	if (rc == 0)
		m->raw[m->raw_n++] = raw;
	return rc;
}

/* What no static zone can hold. */
static const char *
refused_type(int type)
{
	switch (type) {
	case LDNS_RR_TYPE_DNAME: return "DNAME is not supported; write the names out";
	case LDNS_RR_TYPE_RRSIG:
	case LDNS_RR_TYPE_SIG:
	case LDNS_RR_TYPE_NSEC:
	case LDNS_RR_TYPE_NSEC3:
	case LDNS_RR_TYPE_NSEC3PARAM:
	case LDNS_RR_TYPE_DNSKEY: return "signed zones are not supported; give the unsigned file";
	default: break;
	}
	if (type == 0 || type == LDNS_RR_TYPE_OPT || (type >= 128 && type <= 255))
		return "no record can have this type (RFC 6895 3.1)";
	return NULL;
}

static void
take(struct szone_maker *m, const struct rr *rr)
{
	const char *why = refused_type(rr->type);
	char type[RR_TYPE_TEXT_MAX];
	int rc;

	if (why) {
		line_error(m->r, "%s: %s", rr_type_text(rr->type, type), why);
	} else if (!name_is_under(
		       rr->owner, (size_t)rr->owner_len, m->z->origin, m->z->origin_len)) {
		line_error(m->r, "record outside of the zone");
	} else if (ldns_rr_ttl(rr->ldns) > INT32_MAX) { /* RFC 2181 8 */
		line_error(m->r, "TTL over 2147483647");
	} else if (m->raw_n == m->records_max) {
		line_error(m->r, "more than %llu records; raise max-records",
		    (unsigned long long)m->records_max);
		m->r->rc = -ERR_LIMIT;
	} else {
		rc = put_raw(m, rr);
		if (rc == -ERR_SHORT)
			line_error(m->r, "the record's data ends early");
		else if (rc == -ERR_LIMIT)
			line_error(m->r, "a record over 65535 bytes, or a zone over 4 GiB");
		else if (rc < 0)
			m->r->rc = rc;
	}
}

static int
read_records(struct szone_maker *m)
{
	struct rr_stream s;
	struct rr rr;
	int rc = rr_open(&s, m->r);

	if (rc == 0 && !rr_set_origin(&s, m->z->origin, m->z->origin_len))
		rc = -ENOMEM;
	while (rc == 0 && line_next(m->r) > 0) {
		if (!m->r->ended) {
			rr_cut(m->r);
		} else if (rr_read(&s, &rr)) {
			take(m, &rr);
			rr_free(&rr);
		}
	}
	rr_close(&s);
	return rc < 0 ? rc : m->r->rc;
}

static int
make(struct szone_maker *m)
{
	int rc = read_records(m);

	/* What is left out would look like further mistakes. */
	if (rc == 0 && !m->r->errors)
		rc = szone_link(m);
	if (rc == 0 && !m->r->errors)
		szone_check(m);
	if (rc == 0)
		rc = m->r->rc < 0 ? m->r->rc : m->r->errors ? -ERR_FORMAT : 0;
	return rc;
}

int
szone_read(struct szone **out, FILE *f, const char *path, const uint8_t *origin, size_t origin_len,
    uint64_t records_max, const struct list_sink *sink)
{
	struct reader r = {.f = f, .path = path, .sink = sink};
	struct szone_maker m = {.r = &r, .records_max = records_max};
	int rc = -ENOMEM;

	m.z = calloc(1, sizeof(*m.z));
	if (!m.z)
		return rc;
	memcpy(m.z->origin, origin, origin_len);
	m.z->origin_len = (uint8_t)origin_len;
	m.apex_len = szone_key(m.apex, origin);
	rc = reader_open(&r, NULL);
	if (rc == 0)
		rc = make(&m);
	reader_close(&r);
	free(m.raw);
	if (rc == 0)
		*out = m.z;
	else
		szone_free(m.z);
	return rc;
}

void
szone_free(struct szone *z)
{
	if (!z)
		return;
	free(z->nodes);
	free(z->sets);
	free(z->rrs);
	free(z->bytes);
	free(z);
}

uint64_t
szone_size(const struct szone *z)
{
	return sizeof(*z) + z->nodes_n * sizeof(*z->nodes) + z->sets_n * sizeof(*z->sets) +
	       z->rrs_n * sizeof(*z->rrs) + z->bytes_n;
}
