/* intake_target.h - what a request asks for: its target and its Content-Range.  Pure. */
#pragma once

#include "lists/name.h"

#include <stdbool.h>
#include <stdint.h>

enum intake_route {
	ROUTE_UPDATE,
	ROUTE_DRY_RUN,
	ROUTE_ZONES,
	ROUTE_ZONE,
	ROUTE_DELTA,
	ROUTE_PROOF,
	ROUTE_RECEIPT,
	INTAKE_ROUTES
};

struct intake_target {
	enum intake_route route;
	char feed[64];                        /* [a-z0-9-]+ */
	uint32_t serial;                      /* or version of keys */
	bool is_keys;                         /* a key change */
	bool is_dry;                          /* "?dry-run" */
	uint8_t zone[NAME_LEN_MAX], zone_len; /* canonical */
};

/* Takes a request's target apart:
 *   /v1/feeds/FEED/updates/SERIAL, /v1/feeds/FEED/keys/VERSION, both with "?dry-run" too
 *   /v1/zones
 *   /v1/zones/ORIGIN
 *   /v1/zones/ORIGIN/delta?from=SERIAL
 *   /v1/zones/ORIGIN/proof
 *   /v1/receipts
 * Fields that a route does not have are zero.  Returns 0 or -ERR_UNKNOWN: no other form, no
 * percent-encoding, no escapes in names, no leading zero. */
int intake_target_parse(struct intake_target *t, const char *target);

struct intake_range {
	uint64_t from, to, total; /* bytes from..to, both included, of total */
};

/* Takes "bytes 0-99/1000" (RFC 9110 14.4) apart.  Returns 0, or -ERR_FORMAT; also when from <= to <
 * total does not hold. */
int intake_range_parse(struct intake_range *r, const char *text);
