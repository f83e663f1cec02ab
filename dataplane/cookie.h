/* cookie.h - DNS cookies (RFC 7873) in the interoperable form, version 1 (RFC 9018).
 *
 * A server cookie is good for an hour after it was made, whichever of the secrets made it; over
 * half an hour old it is renewed.  Servers with equal secrets accept each other's. */
#pragma once

#include "dataplane/vec.h"

#include <stdint.h>

#define COOKIE_SECRET_LEN 16 /* bytes */
#define COOKIE_CLIENT_LEN 8
#define COOKIE_SERVER_LEN 16 /* ours */

enum cookie_mode {
	COOKIES_OFF,     /* the option is unknown */
	COOKIES_ON,      /* who has no good cookie is answered too, within other limits */
	COOKIES_REQUIRE, /* such a client gets over UDP: BADCOOKIE, or TC if it sent none */
};

/* secret[0] makes cookies; the others are accepted too. */
struct cookie_secrets {
	uint8_t mode; /* enum cookie_mode */
	uint8_t n;    /* 1 or 2; 0 only with COOKIES_OFF */
	uint8_t secret[2][COOKIE_SECRET_LEN];
};

/* Writes a server cookie for the client cookie that stands before it.
 *   out   COOKIE_LEN bytes; the first COOKIE_CLIENT_LEN are the client's
 *   addr  as vec.client */
void cookie_make(uint8_t out[COOKIE_LEN], const uint8_t addr[VEC_CLIENT_LEN], uint32_t unix_s,
    const uint8_t secret[COOKIE_SECRET_LEN]);

/* What the server cookie in an option of len bytes is worth, and in out the cookie to answer with.
 * len is one that RFC 7873 5.2.2 allows. */
enum cookie cookie_check(uint8_t out[COOKIE_LEN], const struct cookie_secrets *s,
    const uint8_t *option, unsigned len, const uint8_t addr[VEC_CLIENT_LEN], uint32_t unix_s);

/* Behind the lookup: sets cookie and cookie_reply of every lane, and the way of those that end here,
 * because their cookie is malformed or missing.  s may be
 * NULL: off. */
void stage_cookie(struct vec *v, const struct cookie_secrets *s, uint32_t unix_s);
