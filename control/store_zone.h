/* store_zone.h - updates, and the zones that came of them. */
#pragma once

#include "control/store.h"

enum update_state { UPDATE_WAITING, UPDATE_REFUSED, UPDATE_ACCEPTED, UPDATE_STATES };

const char *update_state_text(enum update_state state);

struct store_update {
	int64_t id, at;
	char feed[STORE_NAME_MAX]; /* "": not known, the update could not be read */
	uint32_t serial;
	char source[STORE_NAME_MAX];    /* "drop", "https", "hub" */
	char publisher[STORE_NAME_MAX]; /* who brought it; "" for the drop folder */
	char digest[STORE_DIGEST_HEX];  /* of the archive's bytes */
	enum update_state state;
	json_t *verdict; /* what was answered; out of the store: the caller's */
};

struct store_zone {
	char origin[STORE_ORIGIN_MAX], suffix[STORE_ORIGIN_MAX];
	char feed[STORE_NAME_MAX];
	char kind[STORE_NAME_MAX]; /* "part", "policy" or "catalog" */
	uint32_t serial;
	char digest[STORE_DIGEST_HEX];
	uint64_t size; /* bytes */
	uint64_t names;
	int64_t since;
};

struct store_version {
	uint32_t serial, feed_serial;
	char digest[STORE_DIGEST_HEX];
	int64_t since;
};

/* How much history is kept of each zone. */
struct store_history {
	unsigned versions; /* behind the current one */
	int64_t age_s;     /* and no older than this; 0: however old */
};

/* Notes a decision that changes no zone, and its audit record.  Fills u->id. */
int store_update_note(struct store *s, struct store_update *u);

/* Its audit record alone, WHAT-STATE: of what is no decision on an update. */
int store_update_audit(struct store *s, const struct store_update *u, const char *what);

/* Notes an accepted update and puts its n parts in force, in one transaction with the audit record.
 * Parts of the feed that are not among them go away.  Zone files must be in place. */
int store_update_accept(struct store *s, struct store_update *u, const struct store_zone *part,
    size_t n, const struct store_history *keep);

/* The last decision on a feed's serial; with digest, on those very bytes.  Returns 1, 0 if there
 * is none, or a code.  u->verdict is the caller's. */
int store_update_find(
    struct store *s, struct store_update *u, const char *feed, uint32_t serial, const char *digest);

/* The serial in force.  Returns 1, 0 for a feed without an update, or a code. */
int store_feed_serial(struct store *s, const char *feed, uint32_t *serial);

/* Puts one derived zone (policy, catalog) in place.  Within the caller's transaction. */
int store_zone_put(struct store *s, const struct store_zone *z, const struct store_history *keep);
int store_zone_remove(struct store *s, const char *origin);

/* Zones by origin; feed and kind NULL for any.  take returns 0 to go on.  Returns 0, what take
 * returned, or a code. */
int store_zones(struct store *s, const char *feed, const char *kind,
    int (*take)(void *ctx, const struct store_zone *z), void *ctx);

/* Kept versions of a zone behind the current one, newest first. */
int store_versions(struct store *s, const char *origin,
    int (*take)(void *ctx, const struct store_version *v), void *ctx);

/* A feed's parts as they were at an earlier serial of the feed; digests and serials are those of
 * then.  Returns 1 if all are kept, 0 if not, or a code. */
int store_zones_at(struct store *s, const char *feed, uint32_t feed_serial,
    int (*take)(void *ctx, const struct store_zone *z), void *ctx);
