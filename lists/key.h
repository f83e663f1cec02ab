/* key.h - keys of publishers: Ed25519 (RFC 8080) and ECDSA P-256 (RFC 6605).
 *
 * Public: a DNSKEY record as text, `alice.example. IN DNSKEY 256 3 15 <base64>`.
 * Private: a file as ldns-keygen and dnssec-keygen write it (`Private-key-format: v1.3`), which
 * nobody but its owner may read or write, or a key in a token, by a PKCS #11 URL (RFC 7512). */
#pragma once

#include "lists/name.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define KEY_ECDSA256   13 /* ECDSAP256SHA256 */
#define KEY_ED25519    15
#define KEY_FLAGS      256 /* zone key (RFC 4034 2.1.1) */
#define KEY_PUBLIC_MAX 64
#define KEY_SECRET     32 /* bytes, of both algorithms */
#define KEY_SIGNATURE  64 /* bytes, of both algorithms */
#define KEY_TEXT_MAX   (NAME_TEXT_MAX + 160)
#define KEY_WHY_MAX    256

struct public_key {
	char name[NAME_TEXT_MAX]; /* owner of the DNSKEY, without the final dot */
	uint16_t flags;
	uint16_t tag; /* RFC 4034 B; two keys may share one */
	uint8_t algorithm;
	uint8_t len; /* of bytes: 32 or 64 */
	uint8_t bytes[KEY_PUBLIC_MAX];
};

/* "ED25519" or "ECDSAP256SHA256"; NULL for others. */
const char *key_algorithm_text(uint8_t algorithm);

/* Takes a mnemonic in any case, ed25519, ecdsa-p256 or a number.  Or returns -ERR_UNKNOWN. */
int key_algorithm_parse(const char *text);

/* Reads one DNSKEY record.  Returns 0, -ERR_FORMAT, -ERR_UNKNOWN for another algorithm, -ERR_RANGE
 * for a protocol other than 3, the revoked bit, a length that is not the algorithm's. */
int public_key_parse(struct public_key *k, const char *text, size_t len);

/* Writes `NAME. IN DNSKEY ...` without a line end.  Returns the length. */
size_t public_key_text(char out[KEY_TEXT_MAX], const struct public_key *k);

/* Computes tag from the rest. */
void public_key_set_tag(struct public_key *k);

/* Whether two are the same key: by algorithm and bytes, not by tag, flags or name. */
bool public_key_same(const struct public_key *a, const struct public_key *b);

/* Whether sig is k's signature of message. */
bool public_key_verify(const struct public_key *k, const uint8_t *message, size_t len,
    const uint8_t *sig, size_t sig_len);

struct private_key;

/* Opens a key: a file's path, or `pkcs11:...`.
 *   why  KEY_WHY_MAX bytes; on an error takes one sentence for people, with the remedy
 * Returns 0, -EPERM for a file that others may read, -ERR_FORMAT, -ERR_UNKNOWN (algorithm),
 * -ERR_LIBRARY (token), -errno. */
int private_key_open(struct private_key **out, const char *where, char *why);

/* The same for the text of a file; f is read to its end. */
int private_key_read(struct private_key **out, FILE *f, char *why);
void private_key_close(struct private_key *k); /* wipes the secret */

/* The public half; its name is empty.  Borrowed until private_key_close. */
const struct public_key *private_key_public(const struct private_key *k);

/* Returns 0 or -ERR_LIBRARY. */
int private_key_sign(
    const struct private_key *k, const uint8_t *message, size_t len, uint8_t sig[KEY_SIGNATURE]);

/* Makes a key in memory.  Returns 0 or -ERR_LIBRARY. */
int private_key_generate(struct private_key **out, uint8_t algorithm);

/* Writes the file's text.  Returns 0, or -ERR_REFUSED for a key in a token, which stays there. */
int private_key_write(const struct private_key *k, FILE *to);

/* Makes a key in the token of the URL, under a label; it can be opened as
 * `pkcs11:token=...;object=LABEL;type=private`.  Returns 0 or -ERR_LIBRARY. */
int private_key_generate_token(
    const char *url, const char *label, uint8_t algorithm, struct public_key *k, char *why);
