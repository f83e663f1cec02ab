#include "lists/key_token.h"

#include "base/err.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/pkcs11.h>

#include <stdlib.h>
#include <string.h>

#define COORDINATE 32

struct token {
	gnutls_privkey_t key;
	uint8_t algorithm;
};

static int
failed(const char *what, int code, char *why)
{
	snprintf(why, KEY_WHY_MAX, "%s: %s", what, gnutls_strerror(code));
	return -ERR_LIBRARY;
}

/* A coordinate may come with zeros before it, or without those it begins with. */
static bool
take_number(uint8_t *to, const gnutls_datum_t *from)
{
	size_t skip = from->size > COORDINATE ? from->size - COORDINATE : 0;
	size_t n = from->size - skip;

	for (size_t i = 0; i < skip; i++)
		if (from->data[i])
			return false;
	memset(to, 0, COORDINATE - n);
	memcpy(to + COORDINATE - n, from->data + skip, n);
	return true;
}

static int
take_public(struct public_key *k, gnutls_pubkey_t pub)
{
	gnutls_datum_t x = {0}, y = {0};
	gnutls_ecc_curve_t curve;
	int rc = -ERR_UNKNOWN;

	if (gnutls_pubkey_export_ecc_raw2(pub, &curve, &x, &y, GNUTLS_EXPORT_FLAG_NO_LZ) < 0)
		return -ERR_UNKNOWN;
	if (curve == GNUTLS_ECC_CURVE_ED25519 && x.size == COORDINATE) {
		k->algorithm = KEY_ED25519;
		k->len = COORDINATE;
		memcpy(k->bytes, x.data, COORDINATE);
		rc = 0;
	} else if (curve == GNUTLS_ECC_CURVE_SECP256R1) {
		k->algorithm = KEY_ECDSA256;
		k->len = 2 * COORDINATE;
		if (take_number(k->bytes, &x) && take_number(k->bytes + COORDINATE, &y))
			rc = 0;
	}
	gnutls_free(x.data);
	gnutls_free(y.data);
	return rc;
}

int
token_open(struct token **out, const char *url, struct public_key *k, char *why)
{
	struct token *t = calloc(1, sizeof(*t));
	gnutls_pubkey_t pub = NULL;
	int rc = -ERR_LIBRARY, n;

	if (!t || gnutls_privkey_init(&t->key) < 0 || gnutls_pubkey_init(&pub) < 0) {
		failed("token", GNUTLS_E_MEMORY_ERROR, why);
		goto out;
	}
	n = gnutls_privkey_import_url(t->key, url, 0);
	if (n < 0) {
		failed("token: private key", n, why);
		goto out;
	}
	n = gnutls_pubkey_import_privkey(pub, t->key, 0, 0);
	rc = n < 0 ? failed("token: public key", n, why) : take_public(k, pub);
	t->algorithm = k->algorithm;
	if (rc == -ERR_UNKNOWN)
		snprintf(why, KEY_WHY_MAX, "token: the key is neither Ed25519 nor ECDSA P-256");
out:
	gnutls_pubkey_deinit(pub);
	if (rc < 0) {
		token_close(t);
		t = NULL;
	}
	*out = t;
	return rc;
}

void
token_close(struct token *t)
{
	if (t)
		gnutls_privkey_deinit(t->key);
	free(t);
}

int
token_sign(const struct token *t, const uint8_t *message, size_t len, uint8_t sig[KEY_SIGNATURE])
{
	const gnutls_datum_t in = {(unsigned char *)(uintptr_t)message, (unsigned)len};
	bool is_ecdsa = t->algorithm == KEY_ECDSA256;
	gnutls_datum_t out = {0}, r = {0}, s = {0};
	int rc = -ERR_LIBRARY;

	if (gnutls_privkey_sign_data2(t->key,
		is_ecdsa ? GNUTLS_SIGN_ECDSA_SECP256R1_SHA256 : GNUTLS_SIGN_EDDSA_ED25519, 0, &in,
		&out) < 0)
		return -ERR_LIBRARY;
	if (!is_ecdsa && out.size == KEY_SIGNATURE) {
		memcpy(sig, out.data, KEY_SIGNATURE);
		rc = 0;
	} else if (is_ecdsa && gnutls_decode_rs_value(&out, &r, &s) >= 0) {
		if (take_number(sig, &r) && take_number(sig + COORDINATE, &s))
			rc = 0;
	}
	gnutls_free(r.data);
	gnutls_free(s.data);
	gnutls_free(out.data);
	return rc;
}

int
token_generate(const char *url, const char *label, struct public_key *k, char *why)
{
	bool is_ecdsa = k->algorithm == KEY_ECDSA256;
	gnutls_pubkey_t pub = NULL;
	gnutls_datum_t der = {0};
	int n = gnutls_pkcs11_privkey_generate3(url,
	    is_ecdsa ? GNUTLS_PK_ECDSA : GNUTLS_PK_EDDSA_ED25519,
	    is_ecdsa ? GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)
		     : GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519),
	    label, NULL, GNUTLS_X509_FMT_DER, &der, 0,
	    GNUTLS_PKCS11_OBJ_FLAG_MARK_SENSITIVE | GNUTLS_PKCS11_OBJ_FLAG_LOGIN);
	int rc;

	if (n >= 0)
		n = gnutls_pubkey_init(&pub);
	if (n >= 0)
		n = gnutls_pubkey_import(pub, &der, GNUTLS_X509_FMT_DER);
	rc = n < 0 ? failed("token: making the key", n, why) : take_public(k, pub);
	if (rc == -ERR_UNKNOWN)
		snprintf(why, KEY_WHY_MAX, "token: made another key than was asked for");
	gnutls_pubkey_deinit(pub);
	gnutls_free(der.data);
	return rc < 0 ? -ERR_LIBRARY : 0;
}
