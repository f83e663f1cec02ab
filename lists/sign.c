#include "lists/sign.h"

#include "base/err.h"

#include <string.h>

#define FIXED 18 /* bytes before the signer's name */

/* What is signed: the RRSIG's data up to the signature, then the record (RFC 4034 3.1.8.1). */
#define MESSAGE_MAX (FIXED + 2 * NAME_LEN_MAX + 10 + 65535)

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void
put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

int
signature_parse(struct signature *s, const struct apex_record *r)
{
	uint8_t name[NAME_LEN_MAX];
	const uint8_t *p = r->rdata;
	int n;

	if (r->rdata_len <= FIXED || !apex_is_signature(r))
		return -ERR_FORMAT;
	n = name_canon(name, p + FIXED, r->rdata_len - (size_t)FIXED);
	if (n < 0 || memcmp(name, p + FIXED, (size_t)n) != 0)
		return -ERR_FORMAT;
	s->algorithm = p[2];
	s->labels = p[3];
	s->ttl = get32(p + 4);
	s->expiration = get32(p + 8);
	s->inception = get32(p + 12);
	s->tag = (uint16_t)(p[16] << 8 | p[17]);
	s->signer = p + FIXED;
	s->signer_len = (uint8_t)n;
	s->bytes = s->signer + n;
	s->len = r->rdata_len - (size_t)FIXED - (size_t)n;
	return 0;
}

bool
signature_fits(const struct signature *s, const struct apex *a, const struct apex_record *zonemd)
{
	return s->labels == name_labels(a->origin) && s->ttl == zonemd->ttl &&
	       s->signer_len == a->origin_len && !memcmp(s->signer, a->origin, a->origin_len);
}

/* Returns the length of what is signed, with the first head_len bytes of the RRSIG's data. */
static size_t
put_message(uint8_t *out, const uint8_t *rrsig, size_t head_len, const struct apex *a,
    const struct apex_record *zonemd)
{
	uint8_t *p = out;

	memcpy(p, rrsig, head_len);
	p += head_len;
	memcpy(p, a->origin, a->origin_len);
	p += a->origin_len;
	put16(p, RECORD_ZONEMD);
	put16(p + 2, 1);             /* class IN */
	memcpy(p + 4, rrsig + 4, 4); /* the original TTL */
	put16(p + 8, zonemd->rdata_len);
	memcpy(p + 10, zonemd->rdata, zonemd->rdata_len);
	return (size_t)(p - out) + 10 + zonemd->rdata_len;
}

bool
signature_verify(const struct signature *s, const struct apex_record *r, const struct apex *a,
    const struct apex_record *zonemd, const struct public_key *k)
{
	uint8_t message[MESSAGE_MAX];
	size_t len = put_message(message, r->rdata, FIXED + s->signer_len, a, zonemd);

	return s->algorithm == k->algorithm && public_key_verify(k, message, len, s->bytes, s->len);
}

int64_t
signature_time(uint32_t t, int64_t now)
{
	return now + (int32_t)(t - (uint32_t)now);
}

void
zonemd_rdata(uint8_t rdata[ZONEMD_RDATA_BYTES], uint32_t serial, const uint8_t digest[SHA384_BYTES])
{
	put32(rdata, serial);
	rdata[4] = ZONEMD_SCHEME_SIMPLE;
	rdata[5] = ZONEMD_HASH_SHA384;
	memcpy(rdata + 6, digest, SHA384_BYTES);
}

int
sign_zonemd(uint8_t rdata[SIGNATURE_RDATA_MAX], const struct apex *a,
    const struct apex_record *zonemd, const struct private_key *k, int64_t inception,
    int64_t expiration)
{
	const struct public_key *public = private_key_public(k);
	uint8_t message[MESSAGE_MAX];
	size_t head = FIXED + a->origin_len, len;
	int rc;

	put16(rdata, RECORD_ZONEMD);
	rdata[2] = public->algorithm;
	rdata[3] = (uint8_t)name_labels(a->origin);
	put32(rdata + 4, zonemd->ttl);
	put32(rdata + 8, (uint32_t)expiration);
	put32(rdata + 12, (uint32_t)inception);
	put16(rdata + 16, public->tag);
	memcpy(rdata + FIXED, a->origin, a->origin_len);
	len = put_message(message, rdata, head, a, zonemd);
	rc = private_key_sign(k, message, len, rdata + head);
	return rc < 0 ? rc : (int)(head + KEY_SIGNATURE);
}
