/* tsig.h - shared-key signatures on DNS messages (RFC 8945), HMAC-SHA256, -384 and -512.
 *
 * A struct tsig_chain follows one exchange on one side: the request, and every message of the
 * response, whose MACs build on each other (RFC 8945 5.3.1).  The side that answers:
 *   tsig_check_request, then tsig_sign for each message of the response.
 * The side that asks:
 *   tsig_sign, then for each message of the response tsig_check_response, or tsig_skip for
 *   one without a TSIG; at the end tsig_is_complete.
 *
 * Pure: the time is an argument, in Unix seconds.  We send whole MACs; of the peer's a
 * key says how much of the MAC it must have.  One thread a chain. */
#pragma once

#include "lists/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TSIG_MAC_MAX      64  /* bytes */
#define TSIG_SECRET_MAX   256 /* bytes */
#define TSIG_FUDGE        300 /* seconds (RFC 8945 10) */
#define TSIG_RR_MAX       (NAME_LEN_MAX + 10 + 16 + 16 + TSIG_MAC_MAX + 6) /* bytes that one may add */
#define TSIG_UNSIGNED_MAX 99 /* messages in a row without a TSIG (RFC 8945 5.3.1) */

enum tsig_algorithm { TSIG_SHA256, TSIG_SHA384, TSIG_SHA512, TSIG_ALGORITHMS };

enum tsig_error { /* RFC 8945 3 */
	TSIG_OK = 0,
	TSIG_BADSIG = 16,
	TSIG_BADKEY = 17,
	TSIG_BADTIME = 18,
	TSIG_BADTRUNC = 22,
};

struct tsig_key {
	uint8_t name[NAME_LEN_MAX]; /* canonical */
	uint8_t name_len;
	uint8_t algorithm; /* enum tsig_algorithm */
	uint8_t mac_min;   /* bytes of a MAC that we take; 0: the whole */
	uint16_t secret_len;
	uint8_t secret[TSIG_SECRET_MAX];
};

/* A TSIG record as it was received; pointers are borrowed from the message. */
struct tsig_rr {
	size_t at; /* where it begins: the length of the message without it */
	uint8_t name[NAME_LEN_MAX], name_len;
	uint8_t algorithm_name[NAME_LEN_MAX], algorithm_len;
	int algorithm; /* enum tsig_algorithm, or -1 */
	uint64_t time_s;
	uint16_t fudge_s, original_id, error, mac_len, other_len;
	const uint8_t *mac, *other;
};

struct tsig_chain {
	const struct tsig_key *key; /* borrowed; NULL: nothing is signed */
	uint8_t mac[TSIG_MAC_MAX];  /* of the message before, as it was sent */
	uint8_t mac_len;            /* 0: there is none */
	bool is_next;               /* the response has begun: timers only (RFC 8945 5.3.1) */
	uint16_t request_fudge_s;
	uint64_t request_time_s;
	unsigned skipped; /* messages since the last TSIG */
	void *running;    /* of the messages that were skipped; ours */
};

/* The algorithm by its name ("hmac-sha256"), or -ERR_UNKNOWN. */
int tsig_algorithm_parse(const char *text);

/* Bytes of a whole MAC. */
size_t tsig_mac_size(enum tsig_algorithm a);

/* Reads the TSIG record that begins at msg[at].  It must be the last of the message, class
 * ANY, TTL 0.  Returns 0, or -ERR_FORMAT (RFC 8945 5.1: FORMERR). */
int tsig_read(struct tsig_rr *t, const uint8_t *msg, size_t len, size_t at);

void tsig_start(struct tsig_chain *c, const struct tsig_key *key);
void tsig_end(struct tsig_chain *c);

/* Checks a request, in the order of RFC 8945 5.2: key, MAC, time, truncation.
 *   key  the one of t's name and algorithm, or NULL
 * Returns TSIG_OK or another enum tsig_error, or -ERR_FORMAT when the MAC's length may not be
 * (5.2.2.1: FORMERR, unsigned), -ERR_LIBRARY.  After BADTIME and BADTRUNC the error is to be
 * signed, after BADKEY and BADSIG it must not be; tsig_sign_error does either. */
int tsig_check_request(struct tsig_chain *c, const uint8_t *msg, const struct tsig_rr *t,
    const struct tsig_key *key, uint64_t now_s);

/* Adds a TSIG record to msg and counts it in the header.
 *   room  bytes at msg
 * Returns 0, -ERR_FULL or -ERR_LIBRARY. */
int tsig_sign(struct tsig_chain *c, uint8_t *msg, size_t *len, size_t room, uint64_t now_s);

/* The same for a response that refuses the request t by error (not TSIG_OK). */
int tsig_sign_error(struct tsig_chain *c, uint8_t *msg, size_t *len, size_t room,
    const struct tsig_rr *t, enum tsig_error error, uint64_t now_s);

/* Checks a message of the response.  Returns TSIG_OK, another enum tsig_error, -ERR_FORMAT or
 * -ERR_LIBRARY; an error that the peer reports in its TSIG is for the caller to see. */
int tsig_check_response(
    struct tsig_chain *c, const uint8_t *msg, const struct tsig_rr *t, uint64_t now_s);

/* Takes a message without TSIG into the chain.  The first must have one.  Returns 0,
 * -ERR_REFUSED when it may not be (first, or over TSIG_UNSIGNED_MAX), -ERR_LIBRARY. */
int tsig_skip(struct tsig_chain *c, const uint8_t *msg, size_t len);

/* Whether the last message had a TSIG, as it must (RFC 8945 5.3.1). */
bool tsig_is_complete(const struct tsig_chain *c);

/* "BADSIG" ... "BADTRUNC", "NOERROR"; static. */
const char *tsig_error_text(int error);
