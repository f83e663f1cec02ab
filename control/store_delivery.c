#include "control/store_delivery.h"

#include "base/err.h"
#include "control/store_audit.h"
#include "control/store_impl.h"

#include <errno.h>
#include <string.h>

#define KEPT 100 /* deliveries of one zone to one registry */

int
store_delivery(struct store *s, const struct store_delivery *d)
{
	json_t *detail;
	int rc = store_run(s,
	    "INSERT INTO delivery(registry, origin, serial, event, kind, bytes, ok, error, at) "
	    "VALUES(?,?,?,?,?,?,?,?,?)",
	    "ttittiiti", d->registry, d->origin, (int64_t)d->serial, d->event, d->kind, d->bytes,
	    (int64_t)d->ok, d->error, d->at);

	if (rc == 0)
		rc = store_run(s,
		    "DELETE FROM delivery WHERE registry = ?1 AND origin = ?2 AND id <= (SELECT id "
		    "FROM delivery WHERE registry = ?1 AND origin = ?2 ORDER BY id DESC LIMIT 1 "
		    "OFFSET ?3)",
		    "tti", d->registry, d->origin, (int64_t)KEPT);
	if (rc < 0 || strcmp(d->event, "transfer") != 0)
		return rc;
	detail = json_pack("{s:s, s:I, s:s, s:I, s:b, s:s}", "zone", d->origin, "serial",
	    (json_int_t)d->serial, "kind", d->kind, "bytes", (json_int_t)d->bytes, "ok", d->ok,
	    "error", d->error);
	rc = detail ? store_audit(s, d->at, "delivery", d->registry, detail) : -ENOMEM;
	json_decref(detail);
	return rc;
}

int
store_receipt(struct store *s, const struct store_delivery *d, const char *kind)
{
	return store_run(s,
	    "INSERT INTO receipt(registry, origin, serial, kind, at) VALUES(?1, ?2, ?3, ?4, ?5) "
	    "ON CONFLICT(registry, origin) DO UPDATE SET serial = ?3, kind = ?4, at = ?5",
	    "ttiti", d->registry, d->origin, (int64_t)d->serial, kind, d->at);
}

int
store_holds(
    struct store *s, const char *registry, const char *origin, uint32_t *serial, int64_t *at)
{
	int rc;
	sqlite3_stmt *st =
	    store_query(s, &rc, "SELECT serial, at FROM receipt WHERE registry = ? AND origin = ?",
		"tt", registry, origin);

	*serial = 0;
	*at = 0;
	if (!st)
		return rc;
	rc = store_step(s, st);
	if (rc > 0) {
		*serial = (uint32_t)sqlite3_column_int64(st, 0);
		*at = sqlite3_column_int64(st, 1);
	}
	sqlite3_finalize(st);
	return rc;
}

int
store_catalog(struct store *s, const char *registry, const char *members, uint32_t *serial)
{
	int rc = store_run(s,
	    "INSERT INTO catalog VALUES(?1, 1, ?2) ON CONFLICT(registry) DO UPDATE SET serial = "
	    "serial % 4294967295 + 1, members = ?2 WHERE members <> ?2",
	    "tt", registry, members);
	sqlite3_stmt *st;

	*serial = 0;
	if (rc < 0)
		return rc;
	st = store_query(s, &rc, "SELECT serial FROM catalog WHERE registry = ?", "t", registry);
	if (!st)
		return rc;
	rc = store_step(s, st);
	if (rc > 0)
		*serial = (uint32_t)sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc > 0 ? 0 : rc < 0 ? rc : -ERR_FORMAT;
}
