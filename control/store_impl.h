/* store_impl.h - what the files of the store share.  For control/store*.c alone: the one door to
 * SQLite. */
#pragma once

#include "control/store.h"

#include <sqlite3.h>

struct store {
	sqlite3 *db;
	char *dir;
	int lock_fd; /* exclusive while the store is open */
	char error[STORE_WHY_MAX];
};

/* Runs one statement without rows.  types has a letter a parameter: i int64_t, t text (NULL for
 * NULL), b pointer and size_t.  Returns 0 or a code of store.h. */
int store_run(struct store *s, const char *sql, const char *types, ...);

/* Prepares a statement with its parameters; it borrows texts until it is finalized.  NULL: failed,
 * store_error says why, and *rc the code. */
sqlite3_stmt *store_query(struct store *s, int *rc, const char *sql, const char *types, ...);

/* The next row: 1, 0 at the end, or a code. */
int store_step(struct store *s, sqlite3_stmt *st);

/* The first column of the only row; `none` when there is none. */
int64_t store_number(struct store *s, int *rc, const char *sql, int64_t none);

/* Copies a text column, cut to the room there is; "" for NULL. */
void store_text(char *out, size_t room, sqlite3_stmt *st, int column);

/* Puts an update's parts in force and takes away the feed's others.  Within a transaction. */
struct store_update;
struct store_zone;
struct store_history;
int store_update_parts_put(struct store *s, const struct store_update *u,
    const struct store_zone *part, size_t n, const struct store_history *keep);
