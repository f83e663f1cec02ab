/* store_delivery.h - what left the hub, and who holds what. */
#pragma once

#include "control/store.h"

struct store_delivery {
	const char *registry, *origin, *event, *kind, *error; /* "" where there is none */
	uint32_t serial;
	int64_t bytes, at;
	bool ok;
};

/* Notes it, with an audit record if it was a transfer; within the caller's transaction. */
int store_delivery(struct store *s, const struct store_delivery *d);

/* Notes that a registry holds a serial; kind says by which evidence: "transfer", "soa" or
 * "etag". */
int store_receipt(struct store *s, const struct store_delivery *d, const char *kind);

/* What a registry holds of a zone: 1 with *serial and *at, 0 if nothing is known, or a code. */
int store_holds(
    struct store *s, const char *registry, const char *origin, uint32_t *serial, int64_t *at);

/* The serial of a registry's catalog, moved on when its members are others than before.
 *   members  a digest of them
 * Within the caller's transaction. */
int store_catalog(struct store *s, const char *registry, const char *members, uint32_t *serial);
