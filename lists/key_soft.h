/* key_soft.h - Ed25519 and ECDSA P-256 through libcrypto.  For lists/key*.c.
 *
 * Public keys and signatures as DNSSEC has them: x and y, r and s, of 32 bytes each, without
 * any frame.  All return 0, or -ERR_LIBRARY, or -ERR_FORMAT for bytes that are no key. */
#pragma once

#include "lists/key.h"

int soft_generate(uint8_t algorithm, uint8_t secret[KEY_SECRET]);

/* Fills k's bytes and len by its algorithm. */
int soft_public(struct public_key *k, const uint8_t secret[KEY_SECRET]);

/* k: the public half of secret. */
int soft_sign(const struct public_key *k, const uint8_t secret[KEY_SECRET], const uint8_t *message,
    size_t len, uint8_t sig[KEY_SIGNATURE]);

bool soft_verify(const struct public_key *k, const uint8_t *message, size_t len,
    const uint8_t sig[KEY_SIGNATURE]);

void soft_wipe(void *secret, size_t len);
