/* pull_zone.h - the zone that comes of a transfer: its records as text, a difference put into the
 * zone that it starts from.
 *
 * The text is in no order and nobody has verified it.  A difference is held in memory, within
 * PULL_CHANGE_BYTES; a whole zone is not. */
#pragma once

#include "control/pull_stream.h"

#include <stdio.h>

#define PULL_CHANGE_BYTES (256 << 20)

struct pull_zone {
	/* Set by the caller. */
	FILE *to;              /* the caller's */
	struct zone_file *old; /* the caller's; NULL: only a whole zone can be taken */

	void *gone, *come; /* ours: trees of records */
	size_t bytes;
};

/* For struct pull_stream; ctx is the pull_zone.  Returns 0, -ENOMEM, -EIO, -ERR_LIBRARY,
 * -ERR_LIMIT, or -ERR_FORMAT for a difference without a zone to put it into. */
int pull_zone_record(void *ctx, enum pull_side side, const struct zone_rr *rr);

/* Writes what is left.  Returns as above, or -ERR_RANGE when the difference does not fit the old
 * zone. */
int pull_zone_finish(struct pull_zone *z, enum pull_kind kind);
void pull_zone_free(struct pull_zone *z);
