/* scan.h - one pass over a zone file: its digest, its apex, what breaks its form.
 *
 * Nothing is believed yet: whether the digest is the one that was signed is verify.h's. */
#pragma once

#include "lists/reason.h"
#include "lists/zonemd.h"

#include <stdio.h>

struct zone_scan {
	/* Set by the caller, all borrowed until zone_scan_free. */
	FILE *f;           /* can be rewound; read from its beginning */
	const char *where; /* for the reasons */
	struct reasons *reasons;
	uint64_t records_max; /* 0: 200 million */
	int spill_fd;         /* as zonemd.h has it */
	bool sort; /* at once; body wants that, unless it can bear to see records twice */
	int (*body)(void *ctx, const struct record *r);
	void *ctx;

	/* Result. */
	struct zonemd *zonemd; /* ours */
	const struct apex *apex;
	uint64_t body_records;   /* each once */
	uint64_t outside, named; /* records outside the zone; those that became a reason */
	uint8_t digest[SHA384_BYTES];
};

/* Returns 0 when the zone has a digest; reasons may have been added all the same (records
 * outside the zone); -ERR_FORMAT after a reason was added; or -errno, -ERR_FULL (sorter),
 * -ERR_LIBRARY, and what body returned.  zone_scan_free in each case. */
int zone_scan(struct zone_scan *s);
void zone_scan_free(struct zone_scan *s);

/* The one ZONEMD of the apex, if it is of the SOA's serial, of scheme 1 and hash 1 and matches
 * the digest; otherwise adds a reason and returns NULL.  Borrowed likewise. */
const struct apex_record *zone_scan_zonemd(const struct zone_scan *s);
