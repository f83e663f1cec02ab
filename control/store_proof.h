/* store_proof.h - receipts that registries signed (receipt.h): at the hub those that came, which
 * are only added; at a node those that are to be sent. */
#pragma once

#include "control/receipt.h"
#include "control/store.h"

#define STORE_PROOFS_MAX 64 /* of one serial of a zone, by one registry */

/* The last receipt of a registry for a zone, any zone of its if origin is NULL: 1, 0 or a code. */
int store_proof_last(struct store *s, const char *registry, const char *origin, struct receipt *r);

/* How many there are of one serial, or a code. */
int64_t store_proof_count(struct store *s, const struct receipt *r);

/* Adds one, with an audit record, in one transaction.
 *   body  the JSON as it came */
int store_proof_add(struct store *s, int64_t now, const struct receipt *r, const json_t *body);

struct store_outgoing {
	char origin[STORE_ORIGIN_MAX], source[STORE_NAME_MAX];
	uint32_t serial;
	int64_t handed; /* what it was handed to, as a number: another one is another receipt */
	bool is_sent;
	const char *body; /* the JSON; out of the store: borrowed until the call returns */
};

/* Puts a receipt in the place of an earlier one for the same zone and source. */
int store_outgoing_put(struct store *s, const struct store_outgoing *o);
int store_outgoing_sent(struct store *s, const struct store_outgoing *o);
int store_outgoing_each(
    struct store *s, int (*take)(void *ctx, const struct store_outgoing *o), void *ctx);
