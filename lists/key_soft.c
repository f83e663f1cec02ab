#include "lists/key_soft.h"

#include "base/err.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>

#include <string.h>

#define COORDINATE   32
#define POINT        (1 + 2 * COORDINATE)
#define UNCOMPRESSED 4  /* SEC 1, 2.3.3 */
#define DER_MAX      80 /* of an ECDSA signature */

void
soft_wipe(void *secret, size_t len)
{
	OPENSSL_cleanse(secret, len);
}

/* The point of a secret; also says whether the number lies in 1..n-1. */
static int
p256_public(uint8_t xy[2 * COORDINATE], const uint8_t *secret)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = group ? EC_POINT_new(group) : NULL;
	BIGNUM *n = BN_secure_new();
	uint8_t bytes[POINT];
	int rc = -ERR_LIBRARY;

	if (!point || !n || !BN_bin2bn(secret, KEY_SECRET, n))
		goto out;
	rc = -ERR_FORMAT;
	if (BN_is_zero(n) || BN_cmp(n, EC_GROUP_get0_order(group)) >= 0)
		goto out;
	rc = -ERR_LIBRARY;
	if (EC_POINT_mul(group, point, n, NULL, NULL, NULL) == 1 &&
	    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, bytes, POINT, NULL) ==
		POINT) {
		memcpy(xy, bytes + 1, sizeof(bytes) - 1);
		rc = 0;
	}
out:
	BN_clear_free(n);
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return rc;
}

static EVP_PKEY *
p256_key(const uint8_t *xy, const uint8_t *secret)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	BIGNUM *n = secret ? BN_secure_new() : NULL;
	uint8_t point[POINT] = {UNCOMPRESSED};
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	memcpy(point + 1, xy, POINT - 1);
	if (!build || !ctx || (secret && (!n || !BN_bin2bn(secret, KEY_SECRET, n))))
		goto out;
	if (!OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) ||
	    !OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, POINT) ||
	    (n && !OSSL_PARAM_BLD_push_BN_pad(build, OSSL_PKEY_PARAM_PRIV_KEY, n, KEY_SECRET)))
		goto out;
	params = OSSL_PARAM_BLD_to_param(build);
	if (params && EVP_PKEY_fromdata_init(ctx) == 1)
		EVP_PKEY_fromdata(
		    ctx, &key, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params);
out:
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	BN_clear_free(n);
	return key;
}

static EVP_PKEY *
key_of(const struct public_key *k, const uint8_t *secret)
{
	if (k->algorithm == KEY_ECDSA256)
		return p256_key(k->bytes, secret);
	if (secret)
		return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, KEY_SECRET);
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, k->bytes, k->len);
}

int
soft_generate(uint8_t algorithm, uint8_t secret[KEY_SECRET])
{
	struct public_key k = {.algorithm = algorithm};

	do /* a P-256 secret is out of range once in 2^32 times */
		if (RAND_priv_bytes(secret, KEY_SECRET) != 1)
			return -ERR_LIBRARY;
	while (soft_public(&k, secret) == -ERR_FORMAT);
	return 0;
}

int
soft_public(struct public_key *k, const uint8_t secret[KEY_SECRET])
{
	size_t len = KEY_PUBLIC_MAX;
	EVP_PKEY *key;
	int rc;

	if (k->algorithm == KEY_ECDSA256) {
		k->len = 2 * COORDINATE;
		return p256_public(k->bytes, secret);
	}
	key = key_of(k, secret);
	rc = key && EVP_PKEY_get_raw_public_key(key, k->bytes, &len) == 1 ? 0 : -ERR_LIBRARY;
	k->len = (uint8_t)len;
	EVP_PKEY_free(key);
	return rc;
}

static const EVP_MD *
hash_of(const struct public_key *k)
{
	return k->algorithm == KEY_ECDSA256 ? EVP_sha256() : NULL;
}

static int
raw_of_der(uint8_t sig[KEY_SIGNATURE], const uint8_t *der, size_t len)
{
	ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &der, (long)len);
	int rc = -ERR_LIBRARY;

	if (s && BN_bn2binpad(ECDSA_SIG_get0_r(s), sig, COORDINATE) == COORDINATE &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(s), sig + COORDINATE, COORDINATE) == COORDINATE)
		rc = 0;
	ECDSA_SIG_free(s);
	return rc;
}

int
soft_sign(const struct public_key *k, const uint8_t secret[KEY_SECRET], const uint8_t *message,
    size_t len, uint8_t sig[KEY_SIGNATURE])
{
	EVP_PKEY *key = key_of(k, secret);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t out[DER_MAX];
	size_t n = sizeof(out);
	int rc = -ERR_LIBRARY;

	if (!key || !ctx || EVP_DigestSignInit(ctx, NULL, hash_of(k), NULL, key) != 1 ||
	    EVP_DigestSign(ctx, out, &n, message, len) != 1)
		goto out;
	if (k->algorithm == KEY_ECDSA256) {
		rc = raw_of_der(sig, out, n);
	} else if (n == KEY_SIGNATURE) {
		memcpy(sig, out, n);
		rc = 0;
	}
out:
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return rc;
}

/* Returns the length, 0 out of memory. */
static size_t
der_of_raw(uint8_t der[DER_MAX], const uint8_t sig[KEY_SIGNATURE])
{
	BIGNUM *r = BN_bin2bn(sig, COORDINATE, NULL);
	BIGNUM *n = BN_bin2bn(sig + COORDINATE, COORDINATE, NULL);
	ECDSA_SIG *s = ECDSA_SIG_new();
	int len = 0;

	if (r && n && s && ECDSA_SIG_set0(s, r, n) == 1) {
		r = n = NULL; /* handed over */
		len = i2d_ECDSA_SIG(s, &der);
	}
	BN_free(r);
	BN_free(n);
	ECDSA_SIG_free(s);
	return len > 0 ? (size_t)len : 0;
}

bool
soft_verify(const struct public_key *k, const uint8_t *message, size_t len,
    const uint8_t sig[KEY_SIGNATURE])
{
	EVP_PKEY *key = key_of(k, NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[DER_MAX];
	size_t n = KEY_SIGNATURE;
	bool good = false;

	if (k->algorithm == KEY_ECDSA256) {
		n = der_of_raw(der, sig);
		sig = der;
	}
	if (key && ctx && n && EVP_DigestVerifyInit(ctx, NULL, hash_of(k), NULL, key) == 1)
		good = EVP_DigestVerify(ctx, sig, n, message, len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}
