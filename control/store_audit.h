/* store_audit.h - the record of every decision and delivery.
 *
 * Records are only added.  Each carries the SHA-256 of the record before and of itself:
 *   hash(n) = SHA-256(hash(n - 1), seq and time as 64 bits each, big-endian, event, NUL, subject,
 *             NUL, detail), with 32 zero bytes before the first
 * so that a record cannot be changed, left out or put in between without all later ones changing.
 */
#pragma once

#include "control/store.h"

#define AUDIT_HASH_BYTES 32
#define AUDIT_DETAIL_MAX (1 << 20) /* bytes of JSON */

struct audit_record {
	uint64_t seq;                         /* from 1, without gaps */
	int64_t at;                           /* Unix seconds */
	const char *event, *subject, *detail; /* UTF-8 without NUL; detail is JSON */
	uint8_t hash[AUDIT_HASH_BYTES];
};

/* Adds a record; within a transaction of the caller, if there is one, it stands or falls with it.
 * detail is borrowed, NULL for {}. */
int store_audit(
    struct store *s, int64_t now, const char *event, const char *subject, const json_t *detail);

/* Gives the records from seq on to take, at most `most`; texts are borrowed until it returns.
 * Returns 0, what take returned other than 0, or a negative code. */
int store_audit_each(struct store *s, uint64_t seq, uint64_t most,
    int (*take)(void *ctx, const struct audit_record *r), void *ctx);

/* The last record's number and hash; zeros before the first.  Returns 0 or a code. */
int store_audit_last(struct store *s, uint64_t *seq, uint8_t hash[AUDIT_HASH_BYTES]);

/* Follows the chain from the first record.  Returns how many are right; *bad is the seq of the
 * first that is not, 0 for none. */
int64_t store_audit_verify(struct store *s, uint64_t *bad);

/* The hash that a record must have after one with the hash `before`.  Returns 0, -ENOMEM or
 * -ERR_LIBRARY. */
int audit_hash(uint8_t out[AUDIT_HASH_BYTES], const uint8_t before[AUDIT_HASH_BYTES],
    const struct audit_record *r);
