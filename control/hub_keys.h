/* hub_keys.h - whom a feed trusts: the configuration's keys, or those of a key change after it.
 *
 * Sets of keys have versions.  The configuration says the version of its own; a key change makes
 * the next.  The higher version counts, of the same the configuration's: so whoever edits the
 * configuration raises `keys-version', and undoes what key changes did. */
#pragma once

#include "control/hub_options.h"
#include "control/store_keys.h"

struct hub;

/* Puts the key changes of the store over the configuration of every feed.  Says in the log where
 * they differ.  Returns 0 or a negative code. */
int hub_keys_load(struct store *s, struct hub_options *o);

/* A key change that was found to be right. */
struct hub_keys_change {
	const struct trust *keys; /* with its version */
	const char *zone;         /* in normal form */
	size_t zone_len;
	const char *digest; /* of the archive that brought it; NULL: of the zone */
	const json_t *detail;
};

/* Puts it in force: on disk, in the audit, and for the next update.  Returns 0 or a negative code;
 * then nothing has changed. */
int hub_keys_take(struct hub *h, const struct hub_feed *f, const struct hub_keys_change *c);
