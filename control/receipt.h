/* receipt.h - what a registry's node states, and signs: that it holds a part, verified, and what it
 * handed it to.
 *
 * Over HTTPS it is one JSON object of at most RECEIPT_BYTES_MAX:
 *   {"version": 1, "registry", "zone", "serial", "digest", "time",
 *    "handed": [{"to", "ok"}], "signature"}
 * digest is the part's ZONEMD digest in lower-case hex, time Unix seconds; signature, in base64, is
 * over the lines that receipt_text writes, which say the same.  Pure. */
#pragma once

#include "lists/key.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define RECEIPT_BYTES_MAX  3000
#define RECEIPT_TEXT_MAX   4096
#define RECEIPT_NAME_MAX   64 /* bytes of a registry's name, NUL included */
#define RECEIPT_DIGEST_HEX 97 /* SHA-384 and a NUL */
#define RECEIPT_TO_MAX     32 /* bytes of who it was handed to, NUL included */
#define RECEIPT_HANDED_MAX 24

struct receipt {
	char registry[RECEIPT_NAME_MAX]; /* [A-Za-z0-9._-]+ */
	char zone[254];                  /* lower case, without the final dot */
	uint32_t serial;
	char digest[RECEIPT_DIGEST_HEX];
	int64_t time; /* Unix seconds, of the signature */
	unsigned handed_n;
	struct {
		char to[RECEIPT_TO_MAX]; /* [a-z0-9 .-]+ */
		bool ok;
	} handed[RECEIPT_HANDED_MAX];
};

/* Writes what is signed.  Returns its length. */
size_t receipt_text(char out[RECEIPT_TEXT_MAX], const struct receipt *r);

/* The object; the caller's.  NULL: no memory. */
json_t *receipt_json(const struct receipt *r, const uint8_t sig[KEY_SIGNATURE]);

/* Takes an object, or the text of one, apart.  Returns 0 or -ERR_FORMAT: a member is missing, of
 * another type, too long, or has letters that it may not; -ERR_LIMIT: too many bytes. */
int receipt_read(struct receipt *r, uint8_t sig[KEY_SIGNATURE], const json_t *o);
int receipt_parse(struct receipt *r, uint8_t sig[KEY_SIGNATURE], const char *text, size_t len);

bool receipt_verify(
    const struct receipt *r, const uint8_t sig[KEY_SIGNATURE], const struct public_key *key);
