#include "control/store_impl.h"

#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static int
fail(struct store *s, const char *sql)
{
	int code = sqlite3_extended_errcode(s->db);

	snprintf(
	    s->error, sizeof(s->error), "%s (%d) in \"%.60s\"", sqlite3_errmsg(s->db), code, sql);
	switch (code & 0xff) {
	case SQLITE_FULL: return -ENOSPC;
	case SQLITE_READONLY: return -EROFS;
	case SQLITE_IOERR: return code == SQLITE_IOERR_NOMEM ? -ENOMEM : -EIO;
	case SQLITE_CANTOPEN: return -EIO;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return -ERR_FORMAT;
	case SQLITE_NOMEM: return -ENOMEM;
	case SQLITE_CONSTRAINT: return -EEXIST;
	default: return -ERR_LIBRARY;
	}
}

static int
bind(sqlite3_stmt *st, const char *types, va_list ap)
{
	int rc = SQLITE_OK;

	for (int i = 1; *types && rc == SQLITE_OK; i++, types++) {
		const char *text;

		switch (*types) {
		case 'i': rc = sqlite3_bind_int64(st, i, va_arg(ap, int64_t)); break;
		case 't':
			text = va_arg(ap, const char *);
			rc = sqlite3_bind_text(st, i, text, -1, SQLITE_STATIC);
			break;
		case 'b':
			text = va_arg(ap, const char *);
			rc = sqlite3_bind_blob64(st, i, text, va_arg(ap, size_t), SQLITE_STATIC);
			break;
		default: rc = SQLITE_MISUSE;
		}
	}
	return rc;
}

static sqlite3_stmt *
prepare(struct store *s, int *rc, const char *sql, const char *types, va_list ap)
{
	sqlite3_stmt *st = NULL;

	*rc = 0;
	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK &&
	    bind(st, types, ap) == SQLITE_OK)
		return st;
	*rc = fail(s, sql);
	sqlite3_finalize(st);
	return NULL;
}

sqlite3_stmt *
store_query(struct store *s, int *rc, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	va_start(ap, types);
	st = prepare(s, rc, sql, types, ap);
	va_end(ap);
	return st;
}

int
store_step(struct store *s, sqlite3_stmt *st)
{
	switch (sqlite3_step(st)) {
	case SQLITE_ROW: return 1;
	case SQLITE_DONE: return 0;
	default: return fail(s, sqlite3_sql(st));
	}
}

int
store_run(struct store *s, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int rc;

	va_start(ap, types);
	st = prepare(s, &rc, sql, types, ap);
	va_end(ap);
	while (st && (rc = store_step(s, st)) > 0)
		;
	sqlite3_finalize(st);
	return rc;
}

int64_t
store_number(struct store *s, int *rc, const char *sql, int64_t none)
{
	sqlite3_stmt *st = store_query(s, rc, sql, "");
	int64_t n = none;

	if (!st)
		return none;
	*rc = store_step(s, st);
	if (*rc > 0) {
		n = sqlite3_column_type(st, 0) == SQLITE_NULL ? none : sqlite3_column_int64(st, 0);
		*rc = 0;
	}
	sqlite3_finalize(st);
	return n;
}

void
store_text(char *out, size_t room, sqlite3_stmt *st, int column)
{
	const unsigned char *text = sqlite3_column_text(st, column);

	snprintf(out, room, "%s", text ? (const char *)text : "");
}
