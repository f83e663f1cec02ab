/* xfr_tls.h - zone transfer over TLS (RFC 9103): TLS 1.3, ALPN "dot".  The transfer process's
 * door to gnutls.  Sockets do not block. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define XFR_TLS_PIN_BYTES 32

struct xfr_tls_server;
struct xfr_tls;

/* Reads certificate and key (PEM).  Returns 0, -ENOMEM, or -ERR_LIBRARY with a text in *error,
 * static. */
int xfr_tls_server_new(
    struct xfr_tls_server **out, const char *certificate, const char *key, const char **error);
void xfr_tls_server_free(struct xfr_tls_server *s); /* NULL is allowed */

/* A session on fd, which stays the caller's.  Returns 0 or -ENOMEM. */
int xfr_tls_new(struct xfr_tls **out, struct xfr_tls_server *s, int fd);
void xfr_tls_free(struct xfr_tls *t); /* NULL is allowed */

/* Goes on with the hand-shake.  Returns 0 when it is done, -EAGAIN, or -ERR_REFUSED: no
 * TLS 1.3, no ALPN "dot" (RFC 9103 7.1), or anything else. */
int xfr_tls_handshake(struct xfr_tls *t);

bool xfr_tls_wants_write(const struct xfr_tls *t); /* what -EAGAIN waits for */

/* SHA-256 of the public key that the peer has proven to hold.  Returns false: it has none. */
bool xfr_tls_pin(const struct xfr_tls *t, uint8_t pin[XFR_TLS_PIN_BYTES]);

/* As recv and send: bytes, 0 at the end, -EAGAIN, -ECONNRESET.  After -EAGAIN the same
 * bytes must be sent again. */
ssize_t xfr_tls_recv(struct xfr_tls *t, void *to, size_t room);
ssize_t xfr_tls_send(struct xfr_tls *t, const void *from, size_t len);

void xfr_tls_bye(struct xfr_tls *t); /* says that no more will come */
