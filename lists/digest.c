#include "lists/digest.h"

#include "base/err.h"

#include <openssl/evp.h>

static int
digest(uint8_t *out, const void *bytes, size_t len, const EVP_MD *type)
{
	return EVP_Digest(bytes, len, out, NULL, type, NULL) == 1 ? 0 : -ERR_LIBRARY;
}

int
digest_md5(uint8_t out[MD5_BYTES], const void *bytes, size_t len)
{
	return digest(out, bytes, len, EVP_md5());
}

int
digest_sha1(uint8_t out[SHA1_BYTES], const void *bytes, size_t len)
{
	return digest(out, bytes, len, EVP_sha1());
}

int
digest_sha256(uint8_t out[SHA256_BYTES], const void *bytes, size_t len)
{
	return digest(out, bytes, len, EVP_sha256());
}

int
digest_sha384(uint8_t out[SHA384_BYTES], const void *bytes, size_t len)
{
	return digest(out, bytes, len, EVP_sha384());
}

void
digest_hex(char *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		*out++ = "0123456789abcdef"[bytes[i] >> 4];
		*out++ = "0123456789abcdef"[bytes[i] & 15];
	}
	*out = '\0';
}
