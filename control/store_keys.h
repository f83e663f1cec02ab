/* store_keys.h - the key changes of feeds: whom they trust since when, by whose word. */
#pragma once

#include "control/store_zone.h"

struct store_keys {
	char feed[STORE_NAME_MAX];
	uint32_t version;
	unsigned threshold;
	char *keys; /* DNSKEY records, each with its line end; out of the store: the caller's */
	char digest[STORE_DIGEST_HEX]; /* of the archive or zone that said so */
	int64_t at;
};

/* Notes a key change with its zone, which is in place as a file, and the audit record "keys", in
 * one transaction.  detail is borrowed.  -EEXIST when there is this version already. */
int store_keys_put(struct store *s, const struct store_keys *k, const struct store_zone *zone,
    const json_t *detail);

/* The latest version, or with digest the one of those bytes.  Returns 1, 0 if there is none, or a
 * code. */
int store_keys_find(struct store *s, struct store_keys *k, const char *feed, const char *digest);

/* Whether a feed's version is there.  Returns 1, 0 or a code. */
int store_keys_has(struct store *s, const char *feed, uint32_t version);
