/* key_token.h - keys in PKCS #11 tokens, through gnutls.  For lists/key.c.
 *
 * The PIN comes with the URL: pin-value=, or pin-source= and a path (RFC 7512 2.3).  why takes
 * KEY_WHY_MAX bytes.  All return 0 or -ERR_LIBRARY, token_open -ERR_UNKNOWN too. */
#pragma once

#include "lists/key.h"

struct token;

/* Fills k's algorithm, bytes and len. */
int token_open(struct token **out, const char *url, struct public_key *k, char *why);
void token_close(struct token *t);
int token_sign(
    const struct token *t, const uint8_t *message, size_t len, uint8_t sig[KEY_SIGNATURE]);
int token_generate(const char *url, const char *label, struct public_key *k, char *why);
