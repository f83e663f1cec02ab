/* pull_tls.h - the side that asks of zone transfer over TLS (RFC 9103): TLS 1.3, ALPN "dot", a
 * server that is known by its certificate (RFC 9103 9.3.1).  The door to gnutls of the process that
 * fetches: files are read when it is made, and after that it calls nothing but read and write. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PULL_TLS_PIN_BYTES 32
#define PULL_TLS_PINS_MAX  8
#define PULL_TLS_WHY_MAX   160
#define PULL_TLS_PORT      853

/* How the server proves who it is.  Of an authority and pins either or both; both must hold. */
struct pull_tls_want {
	char *ca; /* PEM file of authorities; NULL: pins alone.  Whoever filled it frees it */
	const char *name; /* with ca: that the certificate must have; also sent as SNI; or NULL */
	unsigned pins;
	/* SHA-256 of the public key's or of the certificate's DER form */
	uint8_t pin[PULL_TLS_PINS_MAX][PULL_TLS_PIN_BYTES];
};

struct pull_tls;

/* Returns 0, -ENOMEM, or -ERR_LIBRARY when the file is none.
 *   want  borrowed until pull_tls_free
 *   why   PULL_TLS_WHY_MAX bytes: after an error, what is wrong */
int pull_tls_new(struct pull_tls **out, const struct pull_tls_want *want, char *why);
void pull_tls_free(struct pull_tls *t); /* NULL is allowed */

/* Shakes hands over fd, which blocks, has a time limit on reading and writing, and stays the
 * caller's.  Returns 0, -ETIMEDOUT, or -ERR_REFUSED: nothing may be believed or sent. */
int pull_tls_start(struct pull_tls *t, int fd);

/* What was wrong at pull_tls_start. */
const char *pull_tls_why(const struct pull_tls *t);

/* As read and write: bytes, 0 at the end; -ETIMEDOUT, -ECONNRESET. */
ssize_t pull_tls_read(struct pull_tls *t, void *to, size_t room);
ssize_t pull_tls_write(struct pull_tls *t, const void *from, size_t len);
