#include "control/store_keys.h"

#include "control/store_audit.h"
#include "control/store_impl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
insert(struct store *s, const struct store_keys *k, const struct store_zone *zone,
    const json_t *detail)
{
	static const struct store_history none = {0};
	char subject[STORE_NAME_MAX + 16];
	int rc = store_run(s,
	    "INSERT INTO keys(feed, version, threshold, keys, digest, at) VALUES(?,?,?,?,?,?)",
	    "tiitti", k->feed, (int64_t)k->version, (int64_t)k->threshold, k->keys, k->digest,
	    k->at);

	snprintf(subject, sizeof(subject), "%s/%" PRIu32, k->feed, k->version);
	rc = rc < 0 ? rc : store_zone_put(s, zone, &none);
	return rc < 0 ? rc : store_audit(s, k->at, "keys", subject, detail);
}

int
store_keys_put(struct store *s, const struct store_keys *k, const struct store_zone *zone,
    const json_t *detail)
{
	int rc = store_begin(s);

	if (rc < 0)
		return rc;
	rc = insert(s, k, zone, detail);
	if (rc == 0)
		return store_commit(s);
	store_rollback(s);
	return rc;
}

int
store_keys_find(struct store *s, struct store_keys *k, const char *feed, const char *digest)
{
	int rc;
	const unsigned char *keys;
	sqlite3_stmt *st = store_query(s, &rc,
	    "SELECT version, threshold, keys, digest, at FROM keys WHERE feed = ?1 AND "
	    "(?2 IS NULL OR digest = ?2) ORDER BY version DESC LIMIT 1",
	    "tt", feed, digest);

	memset(k, 0, sizeof(*k));
	if (!st)
		return rc;
	rc = store_step(s, st);
	if (rc > 0) {
		snprintf(k->feed, sizeof(k->feed), "%s", feed);
		k->version = (uint32_t)sqlite3_column_int64(st, 0);
		k->threshold = (unsigned)sqlite3_column_int64(st, 1);
		keys = sqlite3_column_text(st, 2);
		k->keys = keys ? strdup((const char *)keys) : NULL;
		store_text(k->digest, sizeof(k->digest), st, 3);
		k->at = sqlite3_column_int64(st, 4);
		rc = k->keys ? 1 : -ENOMEM;
	}
	sqlite3_finalize(st);
	return rc;
}

int
store_keys_has(struct store *s, const char *feed, uint32_t version)
{
	int rc;
	sqlite3_stmt *st = store_query(s, &rc, "SELECT 1 FROM keys WHERE feed = ? AND version = ?",
	    "ti", feed, (int64_t)version);

	if (!st)
		return rc;
	rc = store_step(s, st);
	sqlite3_finalize(st);
	return rc;
}
