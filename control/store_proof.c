#include "control/store_proof.h"

#include "base/err.h"
#include "control/store_audit.h"
#include "control/store_impl.h"

#include <errno.h>
#include <stdlib.h>

int
store_proof_last(struct store *s, const char *registry, const char *origin, struct receipt *r)
{
	uint8_t sig[KEY_SIGNATURE];
	int rc;
	sqlite3_stmt *st = store_query(s, &rc,
	    "SELECT body FROM proof WHERE registry = ? AND origin = ? ORDER BY id DESC LIMIT 1",
	    "tt", registry, origin);

	if (!st)
		return rc;
	rc = store_step(s, st);
	if (rc > 0) {
		const char *body = (const char *)sqlite3_column_text(st, 0);

		rc = receipt_parse(r, sig, body, (size_t)sqlite3_column_bytes(st, 0));
		rc = rc < 0 ? rc : 1;
	}
	sqlite3_finalize(st);
	return rc;
}

int64_t
store_proof_count(struct store *s, const struct receipt *r)
{
	int64_t n = 0;
	int rc;
	sqlite3_stmt *st = store_query(s, &rc,
	    "SELECT count(*) FROM proof WHERE registry = ? AND origin = ? AND serial = ?", "tti",
	    r->registry, r->zone, (int64_t)r->serial);

	if (!st)
		return rc;
	rc = store_step(s, st);
	if (rc > 0)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc < 0 ? rc : n;
}

int
store_proof_add(struct store *s, int64_t now, const struct receipt *r, const json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT);
	int rc = text ? store_begin(s) : -ENOMEM;

	if (rc == 0) {
		rc = store_run(s,
		    "INSERT INTO proof(registry, origin, serial, time, body, at) "
		    "VALUES(?,?,?,?,?,?)",
		    "ttiiti", r->registry, r->zone, (int64_t)r->serial, r->time, text, now);
		rc = rc < 0 ? rc : store_audit(s, now, "receipt", r->registry, body);
		if (rc == 0)
			rc = store_commit(s);
		else
			store_rollback(s);
	}
	free(text);
	return rc;
}

int
store_outgoing_put(struct store *s, const struct store_outgoing *o)
{
	return store_run(s,
	    "INSERT INTO outgoing(origin, source, serial, handed, sent, body) "
	    "VALUES(?1, ?2, ?3, ?4, 0, ?5) ON CONFLICT(origin, source) DO UPDATE SET "
	    "serial = ?3, handed = ?4, sent = 0, body = ?5",
	    "ttiit", o->origin, o->source, (int64_t)o->serial, o->handed, o->body);
}

int
store_outgoing_sent(struct store *s, const struct store_outgoing *o)
{
	return store_run(s,
	    "UPDATE outgoing SET sent = 1 WHERE origin = ? AND source = ? AND serial = ? AND "
	    "handed = ?",
	    "ttii", o->origin, o->source, (int64_t)o->serial, o->handed);
}

int
store_outgoing_each(
    struct store *s, int (*take)(void *ctx, const struct store_outgoing *o), void *ctx)
{
	struct store_outgoing o;
	int rc;
	sqlite3_stmt *st = store_query(s, &rc,
	    "SELECT origin, source, serial, handed, sent, body FROM outgoing ORDER BY origin", "");

	if (!st)
		return rc;
	while ((rc = store_step(s, st)) > 0) {
		store_text(o.origin, sizeof(o.origin), st, 0);
		store_text(o.source, sizeof(o.source), st, 1);
		o.serial = (uint32_t)sqlite3_column_int64(st, 2);
		o.handed = sqlite3_column_int64(st, 3);
		o.is_sent = sqlite3_column_int64(st, 4);
		o.body = (const char *)sqlite3_column_text(st, 5);
		rc = take(ctx, &o);
		if (rc)
			break;
	}
	sqlite3_finalize(st);
	return rc;
}
