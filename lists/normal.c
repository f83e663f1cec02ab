#include "lists/normal.h"

#include "base/err.h"
#include "lists/canonical.h"
#include "lists/manifest.h"
#include "lists/read_zone.h"

#include <ldns/ldns.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Every byte of the data may become \DDD, and each string has quotes and a space. */
#define LINE_MAX_OF(rdata_len) (NAME_TEXT_MAX + 64 + (size_t)(rdata_len)*4 + (size_t)(rdata_len)*3)

/* RFC 1035 5.1, inside quotes; as the list writer has it. */
static char *
put_string(char *p, const uint8_t *text, size_t len)
{
	*p++ = ' ';
	*p++ = '"';
	for (size_t i = 0; i < len; i++) {
		uint8_t c = text[i];

		if (c < ' ' || c >= 0x7f) {
			*p++ = '\\';
			*p++ = (char)('0' + c / 100);
			*p++ = (char)('0' + c / 10 % 10);
			*p++ = (char)('0' + c % 10);
			continue;
		}
		if (c == '"' || c == '\\')
			*p++ = '\\';
		*p++ = (char)c;
	}
	*p++ = '"';
	return p;
}

static int
write_line(struct normal *n, const struct record *r)
{
	size_t relative = (size_t)r->owner_len - n->scan.apex->origin_len;
	uint8_t owner[NAME_LEN_MAX];
	char small[4096], *line = small, *p;
	int rc = 0;

	if (LINE_MAX_OF(r->rdata_len) > sizeof(small))
		line = malloc(LINE_MAX_OF(r->rdata_len));
	if (!line)
		return -ENOMEM;
	memcpy(owner, r->owner, relative);
	owner[relative] = 0;
	p = line + name_to_text(line, owner);
	if (r->ttl != n->ttl)
		p += sprintf(p, " %" PRIu32, r->ttl);
	p = memcpy(p, " TXT", 4);
	p += 4;
	for (size_t at = 0; at < r->rdata_len; at += r->rdata[at] + 1u)
		p = put_string(p, r->rdata + at + 1, r->rdata[at]);
	*p++ = '\n';
	if (fwrite_unlocked(line, 1, (size_t)(p - line), n->scratch) != (size_t)(p - line))
		rc = -EIO;
	if (line != small)
		free(line);
	return rc;
}

static int
take(void *ctx, const struct record *r)
{
	struct normal *n = ctx;
	char name[NAME_TEXT_MAX];

	n->ttl = n->scan.apex->soa_ttl;
	if (r->type == RECORD_TXT)
		return write_line(n, r);
	name_to_text(name, r->owner);
	reasons_add(n->scan.reasons, REASON_SYNTAX, n->scan.where, r->line,
	    "%s: a record of type %u; only TXT stands below the apex", name, r->type);
	return -ERR_FORMAT;
}

/* As the reader of lists has it; and a signature over anything else means nothing here. */
static bool
belongs_at_apex(const struct apex_record *r)
{
	struct signature s;

	switch (r->type) {
	case RECORD_SOA:
	case RECORD_NS:
	case RECORD_TXT:
	case RECORD_ZONEMD: return true;
	case RECORD_RRSIG: return signature_parse(&s, r) == 0;
	default: return false;
	}
}

static int
check_apex(const struct normal *n)
{
	const struct apex *a = n->scan.apex;

	for (size_t i = 0; i < a->n; i++) {
		if (belongs_at_apex(&a->record[i]))
			continue;
		reasons_add(n->scan.reasons, REASON_SYNTAX, n->scan.where, 0,
		    "a record of type %u at the apex; expected SOA, NS, TXT, ZONEMD and RRSIG over "
		    "ZONEMD",
		    a->record[i].type);
		return -ERR_FORMAT;
	}
	return 0;
}

int
normal_read(struct normal *n)
{
	int rc;

	n->scan.sort = true;
	n->scan.body = take;
	n->scan.ctx = n;
	rc = zone_scan(&n->scan);
	if (rc == 0)
		rc = check_apex(n);
	if (rc == 0) {
		n->ttl = n->scan.apex->soa_ttl;
		rc = fflush(n->scratch) ? -errno : 0;
	}
	return rc;
}

static ldns_rr *
rr_of(const struct apex *a, const struct apex_record *r)
{
	size_t len = a->origin_len + 10u + r->rdata_len, at = 0;
	uint8_t *wire = malloc(len), *p = wire;
	ldns_rr *rr = NULL;

	if (!wire)
		return NULL;
	memcpy(p, a->origin, a->origin_len);
	p += a->origin_len;
	*p++ = (uint8_t)(r->type >> 8);
	*p++ = (uint8_t)r->type;
	*p++ = 0;
	*p++ = 1; /* class IN */
	for (int shift = 24; shift >= 0; shift -= 8)
		*p++ = (uint8_t)(r->ttl >> shift);
	*p++ = (uint8_t)(r->rdata_len >> 8);
	*p++ = (uint8_t)r->rdata_len;
	memcpy(p, r->rdata, r->rdata_len);
	if (ldns_wire2rr(&rr, wire, len, &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
		rr = NULL;
	free(wire);
	return rr;
}

/* ldns writes owner, TTL, class, type and data between tabs; the first three are said otherwise. */
static int
write_apex_record(
    const struct normal *n, const struct apex *a, const struct apex_record *r, FILE *to)
{
	ldns_rr *rr = rr_of(a, r);
	char *text = rr ? ldns_rr2str(rr) : NULL, *p = text;

	for (int tabs = 0; p && tabs < 3; tabs++) {
		p = strchr(p, '\t');
		p += p != NULL;
	}
	if (p) {
		p[strcspn(p, "\t")] = ' ';
		if (r->ttl == n->ttl)
			fprintf(to, "@ %s", p);
		else
			fprintf(to, "@ %" PRIu32 " %s", r->ttl, p);
	}
	free(text);
	ldns_rr_free(rr);
	return p ? 0 : -ERR_LIBRARY;
}

static int
write_apex(const struct normal *n, const struct apex *a, FILE *to)
{
	int rc = 0;

	for (int soa = 1; soa >= 0; soa--) /* the SOA stands in front */
		for (size_t i = 0; i < a->n && rc == 0; i++)
			if ((a->record[i].type == RECORD_SOA) == (soa == 1))
				rc = write_apex_record(n, a, &a->record[i], to);
	return rc;
}

static int
copy(FILE *from, FILE *to)
{
	char block[65536];
	size_t n;

	rewind(from);
	while ((n = fread(block, 1, sizeof(block), from)) > 0)
		if (fwrite(block, 1, n, to) != n)
			return -EIO;
	return ferror(from) ? -EIO : 0;
}

int
normal_write(struct normal *n, const struct apex *apex, FILE *to)
{
	bool is_part = apex->origin[0] == 0 || apex->origin[1] != '_'; /* manifest.h */
	char origin[NAME_TEXT_MAX];
	int rc;

	origin[apex->origin_len == 1 ? 0 : name_to_text(origin, apex->origin)] = '\0';
	if (is_part)
		fputs(ZONE_HEAD_MARK "\n", to);
	fprintf(to, "$ORIGIN %s.\n$TTL %" PRIu32 "\n", origin, n->ttl);
	rc = write_apex(n, apex, to);
	if (rc == 0)
		rc = copy(n->scratch, to);
	if (rc == 0 && is_part)
		fprintf(to, ZONE_END_MARK "%" PRIu64 "\n", n->scan.body_records);
	return rc == 0 && ferror(to) ? -EIO : rc;
}

static int
add(struct apex *a, const struct apex_record *r)
{
	if (a->n == APEX_RECORDS_MAX)
		return -ERR_FULL;
	a->record[a->n++] = *r;
	return 0;
}

int
signed_apex_make(struct signed_apex *at, const struct zone_scan *s, bool fresh)
{
	const struct apex *a = s->apex;
	bool has_zonemd = false;
	int rc = 0;

	*at = (struct signed_apex){
	    .apex = {.origin_len = a->origin_len, .serial = a->serial, .soa_ttl = a->soa_ttl}};
	memcpy(at->apex.origin, a->origin, a->origin_len);
	for (size_t i = 0; i < a->n && rc == 0; i++) {
		const struct apex_record *r = &a->record[i];
		bool is_proof = r->type == RECORD_ZONEMD || apex_is_signature(r);

		has_zonemd |= r->type == RECORD_ZONEMD;
		if (!fresh || !is_proof)
			rc = add(&at->apex, r);
	}
	if (rc < 0)
		return rc;
	if (has_zonemd && !fresh)
		return zone_scan_zonemd(s) ? 0 : -ERR_REFUSED;
	zonemd_rdata(at->zonemd, a->serial, s->digest);
	return add(&at->apex,
	    &(struct apex_record){RECORD_ZONEMD, ZONEMD_RDATA_BYTES, a->soa_ttl, at->zonemd});
}

static const struct apex_record *
zonemd_of(const struct apex *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->record[i].type == RECORD_ZONEMD)
			return &a->record[i];
	return NULL;
}

/* Takes out what k has signed before: a key counts once. */
static void
drop_signatures(struct apex *a, const struct apex_record *zonemd, const struct public_key *k)
{
	struct signature s;
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		const struct apex_record *r = &a->record[i];

		if (!apex_is_signature(r) || signature_parse(&s, r) < 0 || s.tag != k->tag ||
		    !signature_verify(&s, r, a, zonemd, k))
			a->record[n++] = *r;
	}
	a->n = n;
}

int
signed_apex_sign(
    struct signed_apex *at, const struct private_key *k, int64_t inception, int64_t expiration)
{
	struct apex_record zonemd = *zonemd_of(&at->apex);
	uint8_t *rdata = at->made[at->made_n];
	int n;

	if (at->made_n == sizeof(at->made) / sizeof(at->made[0]))
		return -ERR_FULL;
	drop_signatures(&at->apex, &zonemd, private_key_public(k));
	n = sign_zonemd(rdata, &at->apex, &zonemd, k, inception, expiration);
	if (n < 0)
		return n;
	at->made_n++;
	return add(&at->apex, &(struct apex_record){RECORD_RRSIG, (uint16_t)n, zonemd.ttl, rdata});
}
