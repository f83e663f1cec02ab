#include "lists/digest.h"

#include "base/err.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

#define BUFFER_BYTES 16384 /* a record is some 70 bytes, a call of the library costs more */

struct digest {
	EVP_MD_CTX *ctx;
	int failed;
	size_t n; /* bytes in buffer */
	uint8_t buffer[BUFFER_BYTES];
};

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

struct digest *
digest_open(void)
{
	struct digest *d = malloc(sizeof(*d));

	if (!d)
		return NULL;
	d->failed = 0;
	d->n = 0;
	d->ctx = EVP_MD_CTX_new();
	if (!d->ctx || EVP_DigestInit_ex(d->ctx, EVP_sha384(), NULL) != 1) {
		digest_close(d);
		return NULL;
	}
	return d;
}

static void
empty_buffer(struct digest *d)
{
	d->failed |= EVP_DigestUpdate(d->ctx, d->buffer, d->n) != 1;
	d->n = 0;
}

void
digest_add(struct digest *d, const void *bytes, size_t len)
{
	if (len > BUFFER_BYTES - d->n)
		empty_buffer(d);
	if (len > BUFFER_BYTES) {
		d->failed |= EVP_DigestUpdate(d->ctx, bytes, len) != 1;
		return;
	}
	memcpy(d->buffer + d->n, bytes, len);
	d->n += len;
}

int
digest_end(struct digest *d, uint8_t out[SHA384_BYTES])
{
	empty_buffer(d);
	d->failed |= EVP_DigestFinal_ex(d->ctx, out, NULL) != 1;
	return d->failed ? -ERR_LIBRARY : 0;
}

void
digest_close(struct digest *d)
{
	if (d)
		EVP_MD_CTX_free(d->ctx);
	free(d);
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

static int
nibble(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) & 15 : -ERR_FORMAT;
}

int
digest_unhex(uint8_t *out, size_t len, const char *text)
{
	for (size_t i = 0; i < len; i++) {
		int high = nibble(text[0]), low = high < 0 ? high : nibble(text[1]);

		if (low < 0)
			return low;
		out[i] = (uint8_t)(high << 4 | low);
		text += 2 + (text[2] == ':');
	}
	return *text ? -ERR_FORMAT : 0;
}
