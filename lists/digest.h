/* digest.h - MD5, SHA-1 and SHA-256 as generators of names use them (nothing is protected by
 * them here), and SHA-384 over a stream, which zone digests rest on. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define MD5_BYTES    16
#define SHA1_BYTES   20
#define SHA256_BYTES 32
#define SHA384_BYTES 48

/* All return 0, or -ERR_LIBRARY where the library refuses the algorithm. */
int digest_md5(uint8_t out[MD5_BYTES], const void *bytes, size_t len);
int digest_sha1(uint8_t out[SHA1_BYTES], const void *bytes, size_t len);
int digest_sha256(uint8_t out[SHA256_BYTES], const void *bytes, size_t len);
int digest_sha384(uint8_t out[SHA384_BYTES], const void *bytes, size_t len);

/* SHA-384 over what is added.  One thread. */
struct digest;

/* Returns NULL out of memory, or where the library refuses the algorithm. */
struct digest *digest_open(void);

/* A failure stays until digest_end. */
void digest_add(struct digest *d, const void *bytes, size_t len);

/* Returns 0 or -ERR_LIBRARY.  Nothing can be added afterwards. */
int digest_end(struct digest *d, uint8_t out[SHA384_BYTES]);
void digest_close(struct digest *d);

/* Writes lower-case hexadecimal digits and a NUL. */
void digest_hex(char *out, const uint8_t *bytes, size_t len);

/* Reads len bytes in hexadecimal digits, which may have a colon behind each byte, as fingerprints
 * of certificates are printed.  Returns 0 or -ERR_FORMAT. */
int digest_unhex(uint8_t *out, size_t len, const char *text);
