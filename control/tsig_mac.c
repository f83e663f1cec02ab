#include "control/tsig_mac.h"

#include "base/err.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>

struct tsig_mac {
	EVP_MAC_CTX *ctx;
	bool failed;
};

struct tsig_mac *
tsig_mac_new(const struct tsig_key *key)
{
	static char digest[TSIG_ALGORITHMS][8] = {"SHA256", "SHA384", "SHA512"};
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest[key->algorithm], 0),
	    OSSL_PARAM_construct_end(),
	};
	struct tsig_mac *m = calloc(1, sizeof(*m));
	EVP_MAC *hmac = m ? EVP_MAC_fetch(NULL, "HMAC", NULL) : NULL;

	if (!hmac)
		goto out;
	m->ctx = EVP_MAC_CTX_new(hmac);
	EVP_MAC_free(hmac);
	if (m->ctx && EVP_MAC_init(m->ctx, key->secret, key->secret_len, params) == 1)
		return m;
out:
	tsig_mac_free(m);
	return NULL;
}

void
tsig_mac_add(struct tsig_mac *m, const void *bytes, size_t len)
{
	if (m && EVP_MAC_update(m->ctx, bytes, len) != 1)
		m->failed = true;
}

int
tsig_mac_end(struct tsig_mac *m, uint8_t out[TSIG_MAC_MAX])
{
	size_t n = 0;
	int rc = -ERR_LIBRARY;

	if (m && !m->failed && EVP_MAC_final(m->ctx, out, &n, TSIG_MAC_MAX) == 1)
		rc = (int)n;
	tsig_mac_free(m);
	return rc;
}

void
tsig_mac_free(struct tsig_mac *m)
{
	if (!m)
		return;
	EVP_MAC_CTX_free(m->ctx);
	free(m);
}

bool
tsig_mac_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
