#include "control/store.h"

#include "base/err.h"
#include "control/store_copy.h"
#include "control/store_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* STRICT, so that a wrong type is an error here and not a surprise later. */
static const char schema[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;"
    "CREATE TABLE feed(name TEXT PRIMARY KEY, serial INTEGER NOT NULL, update_id INTEGER NOT NULL,"
    " since INTEGER NOT NULL) STRICT;"
    "CREATE TABLE updates(id INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT NOT NULL,"
    " serial INTEGER NOT NULL, source TEXT NOT NULL, publisher TEXT NOT NULL,"
    " digest TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, verdict TEXT NOT NULL)"
    " STRICT;"
    "CREATE INDEX updates_feed ON updates(feed, serial);"
    "CREATE TABLE zone(origin TEXT PRIMARY KEY, feed TEXT NOT NULL, suffix TEXT NOT NULL,"
    " kind TEXT NOT NULL, serial INTEGER NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,"
    " names INTEGER NOT NULL, since INTEGER NOT NULL) STRICT;"
    "CREATE INDEX zone_feed ON zone(feed, kind);"
    "CREATE TABLE zone_version(id INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL,"
    " serial INTEGER NOT NULL, digest TEXT NOT NULL, feed_serial INTEGER NOT NULL,"
    " since INTEGER NOT NULL) STRICT;"
    "CREATE INDEX zone_version_origin ON zone_version(origin, id);"
    "CREATE INDEX zone_version_digest ON zone_version(digest);"
    "CREATE TABLE delivery(id INTEGER PRIMARY KEY AUTOINCREMENT, registry TEXT NOT NULL,"
    " origin TEXT NOT NULL, serial INTEGER NOT NULL, event TEXT NOT NULL, kind TEXT NOT NULL,"
    " bytes INTEGER NOT NULL, ok INTEGER NOT NULL, error TEXT NOT NULL, at INTEGER NOT NULL)"
    " STRICT;"
    "CREATE INDEX delivery_registry ON delivery(registry, origin, id);"
    "CREATE TABLE receipt(registry TEXT NOT NULL, origin TEXT NOT NULL, serial INTEGER NOT NULL,"
    " kind TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(registry, origin)) STRICT;"
    "CREATE TABLE catalog(registry TEXT PRIMARY KEY, serial INTEGER NOT NULL, members TEXT NOT"
    " NULL) STRICT;"
    "CREATE TABLE audit(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL,"
    " subject TEXT NOT NULL, detail TEXT NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit"
    " BEGIN SELECT RAISE(ABORT, 'audit records stay'); END;"
    "CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit"
    " BEGIN SELECT RAISE(ABORT, 'audit records stay as they are'); END;"
    "INSERT INTO meta VALUES('schema', 1);";

/* upgrades[i] makes schema i + 2 of the one before. */
static const char *const upgrades[STORE_SCHEMA - 1] = {
    "CREATE TABLE keys(feed TEXT NOT NULL, version INTEGER NOT NULL, threshold INTEGER NOT NULL,"
    " keys TEXT NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY(feed, version)) STRICT;",
    "CREATE TABLE proof(id INTEGER PRIMARY KEY AUTOINCREMENT, registry TEXT NOT NULL,"
    " origin TEXT NOT NULL, serial INTEGER NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL,"
    " at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX proof_registry ON proof(registry, origin, id);"
    "CREATE TRIGGER proof_kept BEFORE DELETE ON proof"
    " BEGIN SELECT RAISE(ABORT, 'receipts stay'); END;"
    "CREATE TRIGGER proof_fixed BEFORE UPDATE ON proof"
    " BEGIN SELECT RAISE(ABORT, 'receipts stay as they are'); END;"
    "CREATE TABLE outgoing(origin TEXT NOT NULL, source TEXT NOT NULL, serial INTEGER NOT NULL,"
    " handed INTEGER NOT NULL, sent INTEGER NOT NULL, body TEXT NOT NULL,"
    " PRIMARY KEY(origin, source)) STRICT;",
};

static int
explain(char *why, int rc, const char *path, const char *text, const char *remedy)
{
	snprintf(why, STORE_WHY_MAX, "%.200s: %.160s; %s", path, text, remedy);
	return rc;
}

static int
make_dirs(const char *dir, char *why)
{
	static const char *const names[] = {"", "zones", "spool", "drop"};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		if ((i && mkdir(path, 0750) < 0 && errno != EEXIST) || access(path, W_OK) < 0)
			return explain(why, -errno, path, err_text(-errno),
			    "the state directory must exist and be writable for cordond");
	}
	return 0;
}

/* A second cordond on the same directory would not be stopped by SQLite: it may write in turns. */
static int
lock(struct store *s, char *why)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/lock", s->dir);
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (s->lock_fd < 0)
		return explain(why, -errno, path, err_text(-errno), "see to its directory");
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) < 0)
		return explain(
		    why, -EBUSY, path, "another cordond uses this directory", "stop it first");
	return 0;
}

static int
exec(struct store *s, const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	snprintf(s->error, sizeof(s->error), "%s", sqlite3_errmsg(s->db));
	return sqlite3_errcode(s->db) == SQLITE_FULL ? -ENOSPC : -ERR_LIBRARY;
}

static int
check_whole(struct store *s)
{
	char text[128] = "";
	int rc;
	sqlite3_stmt *st = store_query(s, &rc, "PRAGMA integrity_check(1)", "");

	if (!st)
		return rc;
	rc = store_step(s, st);
	if (rc > 0)
		store_text(text, sizeof(text), st, 0);
	sqlite3_finalize(st);
	if (rc < 0)
		return rc;
	if (strcmp(text, "ok") == 0)
		return 0;
	for (char *c = text; *c; c++)
		if (*c == '\n')
			*c = ' ';
	snprintf(s->error, sizeof(s->error), "%s", text);
	return -ERR_FORMAT;
}

/* From a version on, 0 for an empty database. */
static int
make_schema(struct store *s, int64_t version)
{
	char note[80];
	int rc = store_begin(s);

	if (rc == 0 && version == 0)
		rc = exec(s, schema);
	for (int64_t v = version ? version : 1; v < STORE_SCHEMA && rc == 0; v++)
		rc = exec(s, upgrades[v - 1]);
	snprintf(
	    note, sizeof(note), "UPDATE meta SET value = %d WHERE key = 'schema'", STORE_SCHEMA);
	rc = rc < 0 ? rc : exec(s, note);
	if (rc == 0)
		rc = store_commit(s);
	else
		store_rollback(s);
	return rc;
}

static int
open_schema(struct store *s)
{
	int64_t tables, version;
	int rc;

	tables = store_number(s, &rc, "SELECT count(*) FROM sqlite_schema", 0);
	if (rc < 0)
		return rc;
	if (!tables) {
		rc = store_copy_check(s);
		return rc < 0 ? rc : make_schema(s, 0);
	}
	rc = check_whole(s);
	if (rc < 0)
		return rc;
	version = store_number(s, &rc, "SELECT value FROM meta WHERE key = 'schema'", -1);
	if (rc == 0 && version >= 1 && version < STORE_SCHEMA)
		rc = make_schema(s, version);
	else if (rc == 0 && version != STORE_SCHEMA) {
		snprintf(s->error, sizeof(s->error), "schema %lld, this cordond knows %d",
		    (long long)version, STORE_SCHEMA);
		rc = -ERR_UNKNOWN;
	}
	return rc < 0 ? rc : store_copy_check(s);
}

static int
open_database(struct store *s, char *why)
{
	char path[PATH_MAX];
	const char *remedy = "take it, cordond.db-wal and cordond.db-shm away and put a copy in "
			     "its place: cordond.db.copy beside it";
	int rc = 0;

	snprintf(path, sizeof(path), "%s/cordond.db", s->dir);
	if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
	    SQLITE_OK) {
		snprintf(
		    s->error, sizeof(s->error), "%s", s->db ? sqlite3_errmsg(s->db) : "memory");
		rc = -EIO;
		remedy = "see to the file and its directory";
	}
	if (rc == 0) {
		sqlite3_extended_result_codes(s->db, 1);
		sqlite3_busy_timeout(s->db, 2000);
		rc = exec(s, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
			     "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF");
	}
	rc = rc < 0 ? rc : open_schema(s);
	if (rc == -ERR_UNKNOWN)
		remedy = "use the cordond that wrote it";
	if (rc == -ENOSPC || rc == -EROFS)
		remedy = "free space or make it writable";
	return rc < 0 ? explain(why, rc, path, s->error, remedy) : 0;
}

int
store_open(struct store **out, const char *dir, char *why)
{
	struct store *s = calloc(1, sizeof(*s));
	int rc = -ENOMEM;

	*out = NULL;
	snprintf(why, STORE_WHY_MAX, "out of memory");
	if (!s)
		return rc;
	s->lock_fd = -1;
	s->dir = strdup(dir);
	rc = s->dir ? make_dirs(dir, why) : -ENOMEM;
	rc = rc < 0 ? rc : lock(s, why);
	rc = rc < 0 ? rc : open_database(s, why);
	if (rc < 0)
		store_close(s);
	else
		*out = s;
	return rc;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	sqlite3_close(s->db);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	free(s->dir);
	free(s);
}

const char *
store_dir(const struct store *s)
{
	return s->dir;
}

const char *
store_error(const struct store *s)
{
	return s->error;
}

int
store_begin(struct store *s)
{
	return store_run(s, "BEGIN IMMEDIATE", "");
}

int
store_commit(struct store *s)
{
	int rc = store_run(s, "COMMIT", "");

	if (rc < 0)
		store_rollback(s);
	return rc;
}

void
store_rollback(struct store *s)
{
	char kept[sizeof(s->error)];

	if (sqlite3_get_autocommit(s->db))
		return;
	memcpy(kept, s->error, sizeof(kept));
	store_run(s, "ROLLBACK", "");
	memcpy(s->error, kept, sizeof(kept));
}

int64_t
store_last_time(struct store *s)
{
	int rc;

	return store_number(s, &rc, "SELECT max(at) FROM audit", 0);
}
