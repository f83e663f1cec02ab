/* sign.h - signatures over the ZONEMD RRset at a zone's apex: RRSIG (RFC 4034 3).
 *
 * The signer's name is the zone's own (RFC 4034 3.1.7); the key tag leads to the pinned key.
 * There is no DNSKEY in the zone and no other signature. */
#pragma once

#include "lists/key.h"
#include "lists/zonemd.h"

#define SIGNATURE_RDATA_MAX (18 + NAME_LEN_MAX + KEY_SIGNATURE)

/* The fields of an RRSIG, borrowed from its data. */
struct signature {
	uint8_t algorithm, labels;
	uint16_t tag;
	uint32_t ttl;                   /* original TTL, seconds */
	uint32_t inception, expiration; /* seconds since 1970, modulo 2^32 */
	const uint8_t *signer;          /* canonical */
	uint8_t signer_len;
	const uint8_t *bytes; /* the signature itself */
	size_t len;
};

/* Takes an RRSIG over ZONEMD apart.  Returns 0, or -ERR_FORMAT. */
int signature_parse(struct signature *s, const struct apex_record *r);

/* Whether its labels, original TTL and signer's name are what RFC 4034 3.1 demands of one over
 * this ZONEMD. */
bool signature_fits(
    const struct signature *s, const struct apex *a, const struct apex_record *zonemd);

/* Whether k made the signature, whatever its times.
 *   r  the record that s was taken from */
bool signature_verify(const struct signature *s, const struct apex_record *r, const struct apex *a,
    const struct apex_record *zonemd, const struct public_key *k);

/* The first second behind the 32 bits of t, seen from now (RFC 4034 3.1.5, serial arithmetic). */
int64_t signature_time(uint32_t t, int64_t now);

/* Fills rdata with a ZONEMD for the apex's serial. */
void zonemd_rdata(
    uint8_t rdata[ZONEMD_RDATA_BYTES], uint32_t serial, const uint8_t digest[SHA384_BYTES]);

/* Signs a ZONEMD with its TTL.
 *   inception, expiration  Unix seconds
 * Returns the length of the RRSIG's data, or -ERR_LIBRARY. */
int sign_zonemd(uint8_t rdata[SIGNATURE_RDATA_MAX], const struct apex *a,
    const struct apex_record *zonemd, const struct private_key *k, int64_t inception,
    int64_t expiration);
