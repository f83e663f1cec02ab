/* pull_catalog.h - the members of a catalog zone, version 2 (RFC 9432), out of a transfer.
 *
 * Nobody but the source stands for a catalog: what it names still has to be signed by publishers.
 * Properties (groups, changes of ownership, others' extensions) are read over. */
#pragma once

#include "control/pull_stream.h"

#include <stdbool.h>

#define PULL_MEMBERS_MAX  4096
#define PULL_MEMBERS_TEXT (192 << 10) /* bytes of all names as text */

struct pull_member {
	uint8_t owner[NAME_LEN_MAX], name[NAME_LEN_MAX]; /* canonical */
	uint8_t owner_len, len;
};

struct pull_catalog {
	/* Set by the caller. */
	const uint8_t *origin; /* canonical; borrowed */
	size_t origin_len;
	size_t max; /* members, 1..PULL_MEMBERS_MAX */

	/* Result; member is ours. */
	struct pull_member *member;
	size_t n, text_bytes;
	unsigned versions; /* TXT records that say "2" */
	bool is_other;     /* there is one that says something else */
};

/* For struct pull_stream; ctx is the catalog.  Returns 0, -ENOMEM, -ERR_LIMIT for more members
 * than max, -ERR_FORMAT for two names at one member's node (RFC 9432 4.1). */
int pull_catalog_record(void *ctx, enum pull_side side, const struct zone_rr *rr);

/* Whether it is a catalog of version 2.  Returns 0 or -ERR_UNKNOWN (RFC 9432 4.2.1). */
int pull_catalog_finish(const struct pull_catalog *c);
void pull_catalog_free(struct pull_catalog *c);
