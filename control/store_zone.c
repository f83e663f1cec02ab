#include "control/store_zone.h"

#include "base/err.h"
#include "control/store_audit.h"
#include "control/store_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS "origin, suffix, feed, kind, serial, digest, size, names, since"

static void
read_zone(struct store_zone *z, sqlite3_stmt *st)
{
	store_text(z->origin, sizeof(z->origin), st, 0);
	store_text(z->suffix, sizeof(z->suffix), st, 1);
	store_text(z->feed, sizeof(z->feed), st, 2);
	store_text(z->kind, sizeof(z->kind), st, 3);
	z->serial = (uint32_t)sqlite3_column_int64(st, 4);
	store_text(z->digest, sizeof(z->digest), st, 5);
	z->size = (uint64_t)sqlite3_column_int64(st, 6);
	z->names = (uint64_t)sqlite3_column_int64(st, 7);
	z->since = sqlite3_column_int64(st, 8);
}

static int
each(struct store *s, sqlite3_stmt *st, int rc, int (*take)(void *ctx, const struct store_zone *z),
    void *ctx)
{
	struct store_zone z;
	int taken = 0;

	while (st && taken == 0 && (rc = store_step(s, st)) > 0) {
		read_zone(&z, st);
		taken = take(ctx, &z);
	}
	sqlite3_finalize(st);
	return taken ? taken : rc;
}

int
store_zones(struct store *s, const char *feed, const char *kind,
    int (*take)(void *ctx, const struct store_zone *z), void *ctx)
{
	int rc;
	sqlite3_stmt *st = store_query(s, &rc,
	    "SELECT " COLUMNS " FROM zone WHERE (?1 IS NULL OR feed = ?1) AND (?2 IS NULL OR "
	    "kind = ?2) ORDER BY origin",
	    "tt", feed, kind);

	return each(s, st, rc, take, ctx);
}

int
store_zones_at(struct store *s, const char *feed, uint32_t feed_serial,
    int (*take)(void *ctx, const struct store_zone *z), void *ctx)
{
	int64_t known;
	int rc;
	sqlite3_stmt *st = store_query(s, &rc,
	    "SELECT v.origin, z.suffix, z.feed, z.kind, v.serial, v.digest, 0, 0, v.since "
	    "FROM zone z JOIN zone_version v ON v.origin = z.origin WHERE z.feed = ?1 AND "
	    "z.kind = 'part' AND v.feed_serial = ?2 ORDER BY v.origin",
	    "ti", feed, (int64_t)feed_serial);

	rc = each(s, st, rc, take, ctx);
	if (rc)
		return rc;
	/* A part whose version of then was pruned, or that came later, leaves the list unequal. */
	st = store_query(s, &rc,
	    "SELECT count(*) > 0 AND count(*) = (SELECT json_array_length(verdict, '$.parts') FROM "
	    "updates WHERE feed = ?1 AND serial = ?2 AND state = 'accepted') FROM zone_version v "
	    "JOIN zone z ON z.origin = v.origin WHERE z.feed = ?1 AND z.kind = 'part' AND "
	    "v.feed_serial = ?2",
	    "ti", feed, (int64_t)feed_serial);
	if (!st)
		return rc;
	rc = store_step(s, st);
	known = rc > 0 ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_finalize(st);
	return rc < 0 ? rc : known != 0;
}

int
store_versions(struct store *s, const char *origin,
    int (*take)(void *ctx, const struct store_version *v), void *ctx)
{
	int rc, taken = 0;
	sqlite3_stmt *st = store_query(s, &rc,
	    "SELECT v.serial, v.feed_serial, v.digest, v.since, max(v.id) AS last FROM "
	    "zone_version v "
	    "JOIN zone z ON z.origin = v.origin WHERE v.origin = ? AND v.serial <> z.serial GROUP "
	    "BY v.serial ORDER BY last DESC",
	    "t", origin);

	while (st && taken == 0 && (rc = store_step(s, st)) > 0) {
		struct store_version v = {.serial = (uint32_t)sqlite3_column_int64(st, 0),
		    .feed_serial = (uint32_t)sqlite3_column_int64(st, 1),
		    .since = sqlite3_column_int64(st, 3)};

		store_text(v.digest, sizeof(v.digest), st, 2);
		taken = take(ctx, &v);
	}
	sqlite3_finalize(st);
	return taken ? taken : rc;
}

static int
prune(struct store *s, const struct store_zone *z, const struct store_history *keep)
{
	return store_run(s,
	    "DELETE FROM zone_version WHERE origin = ?1 AND serial <> ?2 AND (id NOT IN (SELECT id "
	    "FROM zone_version WHERE origin = ?1 ORDER BY id DESC LIMIT ?3) OR since < ?4)",
	    "tiii", z->origin, (int64_t)z->serial, (int64_t)keep->versions + 1,
	    keep->age_s ? z->since - keep->age_s : INT64_MIN);
}

static int
put(struct store *s, const struct store_zone *z, uint32_t feed_serial,
    const struct store_history *keep)
{
	int rc = store_run(s, "INSERT OR REPLACE INTO zone(" COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?)",
	    "ttttitiii", z->origin, z->suffix, z->feed, z->kind, (int64_t)z->serial, z->digest,
	    (int64_t)z->size, (int64_t)z->names, z->since);

	if (rc == 0)
		rc = store_run(s,
		    "INSERT INTO zone_version(origin, serial, digest, feed_serial, since) "
		    "VALUES(?,?,?,?,?)",
		    "titii", z->origin, (int64_t)z->serial, z->digest, (int64_t)feed_serial,
		    z->since);
	return rc < 0 ? rc : prune(s, z, keep);
}

int
store_zone_put(struct store *s, const struct store_zone *z, const struct store_history *keep)
{
	return put(s, z, 0, keep);
}

int
store_zone_remove(struct store *s, const char *origin)
{
	int rc = store_run(s, "DELETE FROM zone WHERE origin = ?", "t", origin);

	return rc < 0 ? rc : store_run(s, "DELETE FROM zone_version WHERE origin = ?", "t", origin);
}

int
store_update_parts_put(struct store *s, const struct store_update *u, const struct store_zone *part,
    size_t n, const struct store_history *keep)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = put(s, &part[i], u->serial, keep);
	/* Parts that the update no longer has: put above made `since` this update's time and,
	 * should the clock stand still, the version's serial is the feed's. */
	if (rc == 0)
		rc = store_run(s,
		    "DELETE FROM zone WHERE feed = ?1 AND kind = 'part' AND origin NOT IN (SELECT "
		    "origin FROM zone_version WHERE feed_serial = ?2)",
		    "ti", u->feed, (int64_t)u->serial);
	if (rc == 0)
		rc = store_run(s,
		    "DELETE FROM zone_version WHERE origin NOT IN (SELECT origin FROM zone)", "");
	return rc;
}
