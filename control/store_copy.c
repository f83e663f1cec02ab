#include "control/store_copy.h"

#include "base/err.h"
#include "control/store_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "cordond.db.copy"
#define LAST "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"

struct store_copy {
	sqlite3 *to;
	sqlite3_backup *backup;
	char path[PATH_MAX], temporary[PATH_MAX + 4];
};

int
store_copy_start(struct store_copy **out, struct store *s)
{
	struct store_copy *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (!c)
		return -ENOMEM;
	snprintf(c->path, sizeof(c->path), "%s/" NAME, s->dir);
	snprintf(c->temporary, sizeof(c->temporary), "%s.tmp", c->path);
	unlink(c->temporary);
	if (sqlite3_open_v2(c->temporary, &c->to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		NULL) == SQLITE_OK)
		c->backup = sqlite3_backup_init(c->to, "main", s->db, "main");
	if (!c->backup) {
		store_copy_free(c);
		return -EIO;
	}
	*out = c;
	return 0;
}

static int
put_in_place(struct store_copy *c)
{
	int rc = sqlite3_backup_finish(c->backup) == SQLITE_OK ? 0 : -EIO;
	int fd;

	c->backup = NULL;
	sqlite3_close(c->to);
	c->to = NULL;
	fd = rc < 0 ? -1 : open(c->temporary, O_RDONLY | O_CLOEXEC);
	if (rc == 0 && (fd < 0 || fsync(fd) < 0 || rename(c->temporary, c->path) < 0))
		rc = -errno;
	if (fd >= 0)
		close(fd);
	return rc < 0 ? rc : 1;
}

int
store_copy_step(struct store_copy *c)
{
	switch (sqlite3_backup_step(c->backup, STORE_COPY_PAGES)) {
	case SQLITE_OK:
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return 0;
	case SQLITE_DONE: return put_in_place(c);
	case SQLITE_FULL: return -ENOSPC;
	default: return -EIO;
	}
}

void
store_copy_free(struct store_copy *c)
{
	if (!c)
		return;
	if (c->backup)
		sqlite3_backup_finish(c->backup);
	sqlite3_close(c->to);
	unlink(c->temporary); /* gone already when it was put in place */
	free(c);
}

/* The last audit record.  Returns 1, 0 if there is none, or a code. */
static int
last_record(sqlite3 *db, int64_t *seq, uint8_t hash[32])
{
	sqlite3_stmt *st = NULL;
	int rc = -EIO;

	if (sqlite3_prepare_v2(db, LAST, -1, &st, NULL) != SQLITE_OK)
		return rc;
	switch (sqlite3_step(st)) {
	case SQLITE_DONE: rc = 0; break;
	case SQLITE_ROW:
		*seq = sqlite3_column_int64(st, 0);
		rc = sqlite3_column_bytes(st, 1) == 32 ? 1 : -ERR_FORMAT;
		if (rc > 0)
			memcpy(hash, sqlite3_column_blob(st, 1), 32);
	}
	sqlite3_finalize(st);
	return rc;
}

/* Whether the database has this record: 1, 0 or a code. */
static int
has_record(struct store *s, int64_t seq, const uint8_t hash[32])
{
	int rc;
	sqlite3_stmt *st = store_query(
	    s, &rc, "SELECT 1 FROM audit WHERE seq = ? AND hash = ?", "ib", seq, hash, (size_t)32);

	if (st)
		rc = store_step(s, st);
	sqlite3_finalize(st);
	return rc;
}

int
store_copy_check(struct store *s)
{
	char uri[3 * PATH_MAX];
	sqlite3 *db = NULL;
	uint8_t hash[32];
	int64_t seq = 0;
	int rc = 0;

	/* immutable: it makes no files beside it. */
	snprintf(uri, sizeof(uri), "file:%s/" NAME "?immutable=1", s->dir);
	if (sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) == SQLITE_OK)
		rc = last_record(db, &seq, hash);
	sqlite3_close(db);
	/* No copy, or a damaged one, says nothing of the database; the next takes its place. */
	if (rc <= 0 || has_record(s, seq, hash) > 0)
		return 0;
	snprintf(s->error, sizeof(s->error),
	    "has lost decisions: record %lld of the audit is in " NAME " alone", (long long)seq);
	return -ERR_FORMAT;
}
