#include "base/err.h"
#include "control/store_audit.h"
#include "control/store_impl.h"
#include "control/store_zone.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const states[UPDATE_STATES] = {"waiting", "refused", "accepted"};

const char *
update_state_text(enum update_state state)
{
	return states[state];
}

static int
insert(struct store *s, struct store_update *u)
{
	char *text = json_dumps(u->verdict, JSON_COMPACT);
	int rc = -ENOMEM;

	if (!text)
		return rc;
	rc = store_run(s,
	    "INSERT INTO updates(feed, serial, source, publisher, digest, at, state, verdict) "
	    "VALUES(?,?,?,?,?,?,?,?)",
	    "titttitt", u->feed, (int64_t)u->serial, u->source, u->publisher, u->digest, u->at,
	    states[u->state], text);
	free(text);
	u->id = sqlite3_last_insert_rowid(s->db);
	return rc;
}

int
store_update_audit(struct store *s, const struct store_update *u, const char *what)
{
	char event[32], subject[STORE_NAME_MAX + 16];
	json_t *detail = json_pack("{s:s, s:s, s:s, s:O}", "source", u->source, "publisher",
	    u->publisher, "archive", u->digest, "verdict", u->verdict);
	int rc;

	if (!detail)
		return -ENOMEM;
	snprintf(event, sizeof(event), "%.16s-%s", what, states[u->state]);
	snprintf(subject, sizeof(subject), "%s/%" PRIu32, u->feed, u->serial);
	rc = store_audit(s, u->at, event, subject, detail);
	json_decref(detail);
	return rc;
}

static int
end(struct store *s, int rc)
{
	if (rc == 0)
		return store_commit(s);
	store_rollback(s);
	return rc;
}

int
store_update_note(struct store *s, struct store_update *u)
{
	int rc = store_begin(s);

	if (rc < 0)
		return rc;
	rc = insert(s, u);
	return end(s, rc < 0 ? rc : store_update_audit(s, u, "update"));
}

int
store_update_accept(struct store *s, struct store_update *u, const struct store_zone *part,
    size_t n, const struct store_history *keep)
{
	int rc = store_begin(s);

	if (rc < 0)
		return rc;
	rc = insert(s, u);
	if (rc == 0)
		rc = store_update_parts_put(s, u, part, n, keep);
	if (rc == 0)
		rc = store_run(s, "INSERT OR REPLACE INTO feed VALUES(?,?,?,?)", "tiii", u->feed,
		    (int64_t)u->serial, u->id, u->at);
	return end(s, rc < 0 ? rc : store_update_audit(s, u, "update"));
}

static int
read_update(struct store_update *u, sqlite3_stmt *st)
{
	char state[STORE_NAME_MAX];
	const unsigned char *verdict = sqlite3_column_text(st, 8);

	u->id = sqlite3_column_int64(st, 0);
	store_text(u->feed, sizeof(u->feed), st, 1);
	u->serial = (uint32_t)sqlite3_column_int64(st, 2);
	store_text(u->source, sizeof(u->source), st, 3);
	store_text(u->publisher, sizeof(u->publisher), st, 4);
	store_text(u->digest, sizeof(u->digest), st, 5);
	u->at = sqlite3_column_int64(st, 6);
	store_text(state, sizeof(state), st, 7);
	for (u->state = 0; u->state < UPDATE_STATES && strcmp(states[u->state], state) != 0;)
		u->state++;
	u->verdict = verdict ? json_loads((const char *)verdict, 0, NULL) : NULL;
	return u->verdict && u->state < UPDATE_STATES ? 1 : -ERR_FORMAT;
}

int
store_update_find(
    struct store *s, struct store_update *u, const char *feed, uint32_t serial, const char *digest)
{
	int rc;
	sqlite3_stmt *st = store_query(s, &rc,
	    "SELECT id, feed, serial, source, publisher, digest, at, state, verdict FROM updates "
	    "WHERE feed = ?1 AND serial = ?2 AND (?3 IS NULL OR digest = ?3) ORDER BY "
	    "state = 'accepted' DESC, id DESC LIMIT 1",
	    "tit", feed, (int64_t)serial, digest);

	memset(u, 0, sizeof(*u));
	if (!st)
		return rc;
	rc = store_step(s, st);
	if (rc > 0)
		rc = read_update(u, st);
	sqlite3_finalize(st);
	return rc;
}

int
store_feed_serial(struct store *s, const char *feed, uint32_t *serial)
{
	int rc;
	sqlite3_stmt *st = store_query(s, &rc, "SELECT serial FROM feed WHERE name = ?", "t", feed);

	*serial = 0;
	if (!st)
		return rc;
	rc = store_step(s, st);
	if (rc > 0)
		*serial = (uint32_t)sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc;
}
