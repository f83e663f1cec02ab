/* normal.h - writes a part or a manifest in normal form, with its ZONEMD and signatures.
 *
 * Normal: as zone.h shows it, records below the apex in canonical order, each once.  Two files of
 * one zone in this form differ at most in their signatures; sorted files can be merged. */
#pragma once

#include "lists/scan.h"
#include "lists/sign.h"

struct normal {
	struct zone_scan scan; /* f, where, reasons, spill_fd, records_max: the caller's to set */
	FILE *scratch;         /* the caller's: empty, to be written and read */
	uint32_t ttl;          /* of the SOA, and of every line that says no other */
};

/* Reads the zone and puts its body into scratch.  A record below the apex that is not TXT is a
 * reason, as is one at the apex that has no place in a part or manifest.  Returns as zone_scan, or
 * -errno.  zone_scan_free(&n->scan) in each case. */
int normal_read(struct normal *n);

/* Writes the zone that was read.
 *   apex  what stands at the apex, SOA first; rdata of ours or the scan's
 * Returns 0, -ERR_LIBRARY, -errno. */
int normal_write(struct normal *n, const struct apex *apex, FILE *to);

#define SIGN_KEYS_MAX 16

/* The apex of a signed zone.  Its records point into the scan and into itself: it is not to be
 * moved, and is of no use after zone_scan_free. */
struct signed_apex {
	struct apex apex;
	uint8_t zonemd[ZONEMD_RDATA_BYTES];
	uint8_t made[SIGN_KEYS_MAX][SIGNATURE_RDATA_MAX];
	size_t made_n;
};

/* Takes over the apex of the scan, with a ZONEMD where there is none.  One that is there must
 * match the zone: otherwise a reason is added and -ERR_REFUSED returned.
 *   fresh  leave out the ZONEMD and the signatures that are there
 * Returns 0 or -ERR_FULL. */
int signed_apex_make(struct signed_apex *at, const struct zone_scan *s, bool fresh);

/* Adds a signature of k, in place of those that k made before.  Times are Unix seconds.
 * Returns 0, -ERR_FULL, -ERR_LIBRARY. */
int signed_apex_sign(
    struct signed_apex *at, const struct private_key *k, int64_t inception, int64_t expiration);
