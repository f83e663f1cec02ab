#include "lists/key.h"

#include "base/err.h"
#include "lists/key_soft.h"

#include <ldns/ldns.h>
#include <sodium.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FLAG_ZONE   256
#define FLAG_REVOKE 128 /* RFC 5011 7 */
#define PROTOCOL    3

static const struct {
	uint8_t algorithm, public_len;
	const char *text, *word;
} algorithms[] = {
    {KEY_ED25519, 32, "ED25519", "ed25519"},
    {KEY_ECDSA256, 64, "ECDSAP256SHA256", "ecdsa-p256"},
};

#define ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

const char *
key_algorithm_text(uint8_t algorithm)
{
	for (size_t i = 0; i < ALGORITHMS; i++)
		if (algorithms[i].algorithm == algorithm)
			return algorithms[i].text;
	return NULL;
}

int
key_algorithm_parse(const char *text)
{
	for (size_t i = 0; i < ALGORITHMS; i++) {
		char number[4];

		snprintf(number, sizeof(number), "%u", algorithms[i].algorithm);
		if (!strcasecmp(text, algorithms[i].text) ||
		    !strcasecmp(text, algorithms[i].word) || !strcmp(text, number))
			return algorithms[i].algorithm;
	}
	return -ERR_UNKNOWN;
}

/* RFC 4034 B. */
void
public_key_set_tag(struct public_key *k)
{
	uint32_t sum = k->flags + (PROTOCOL << 8) + k->algorithm;

	for (size_t i = 0; i < k->len; i++)
		sum += i & 1 ? k->bytes[i] : (uint32_t)k->bytes[i] << 8;
	k->tag = (uint16_t)(sum + (sum >> 16));
}

static int
take_dnskey(struct public_key *k, const ldns_rr *rr)
{
	const ldns_rdf *bytes = ldns_rr_dnskey_key(rr);
	uint8_t owner[NAME_LEN_MAX];
	size_t len = bytes ? ldns_rdf_size(bytes) : 0;

	if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_DNSKEY || ldns_rr_rd_count(rr) != 4 ||
	    ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN ||
	    name_canon(owner, ldns_rdf_data(ldns_rr_owner(rr)), ldns_rdf_size(ldns_rr_owner(rr))) <
		0)
		return -ERR_FORMAT;
	k->flags = ldns_rdf2native_int16(ldns_rr_dnskey_flags(rr));
	k->algorithm = ldns_rdf2native_int8(ldns_rr_dnskey_algorithm(rr));
	for (size_t i = 0; i < ALGORITHMS; i++) {
		if (algorithms[i].algorithm != k->algorithm)
			continue;
		if (len != algorithms[i].public_len || !(k->flags & FLAG_ZONE) ||
		    (k->flags & FLAG_REVOKE) ||
		    ldns_rdf2native_int8(ldns_rr_dnskey_protocol(rr)) != PROTOCOL)
			return -ERR_RANGE;
		k->len = (uint8_t)len;
		memcpy(k->bytes, ldns_rdf_data(bytes), len);
		public_key_set_tag(k);
		name_to_text(k->name, owner);
		return 0;
	}
	return -ERR_UNKNOWN;
}

int
public_key_parse(struct public_key *k, const char *text, size_t len)
{
	char line[KEY_TEXT_MAX];
	ldns_rr *rr = NULL;
	int rc = -ERR_FORMAT;

	*k = (struct public_key){0};
	if (len >= sizeof(line) || strcspn(text, "\n\\") < len)
		return -ERR_FORMAT;
	memcpy(line, text, len);
	line[len] = '\0';
	if (ldns_rr_new_frm_str(&rr, line, 0, NULL, NULL) == LDNS_STATUS_OK)
		rc = take_dnskey(k, rr);
	ldns_rr_free(rr);
	return rc;
}

size_t
public_key_text(char out[KEY_TEXT_MAX], const struct public_key *k)
{
	char base64[sodium_base64_ENCODED_LEN(KEY_PUBLIC_MAX, sodium_base64_VARIANT_ORIGINAL)];
	const char *dot = strcmp(k->name, ".") ? "." : "";

	sodium_bin2base64(base64, sizeof(base64), k->bytes, k->len, sodium_base64_VARIANT_ORIGINAL);
	return (size_t)snprintf(out, KEY_TEXT_MAX, "%s%s IN DNSKEY %u %d %u %s", k->name, dot,
	    k->flags, PROTOCOL, k->algorithm, base64);
}

bool
public_key_same(const struct public_key *a, const struct public_key *b)
{
	return a->algorithm == b->algorithm && a->len == b->len &&
	       !memcmp(a->bytes, b->bytes, a->len);
}

bool
public_key_verify(const struct public_key *k, const uint8_t *message, size_t len,
    const uint8_t *sig, size_t sig_len)
{
	return sig_len == KEY_SIGNATURE && soft_verify(k, message, len, sig);
}
