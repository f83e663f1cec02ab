/* store_copy.h - a whole copy of the database beside it, cordond.db.copy, made while it is in use.
 *
 * It is what an operator puts in the place of a damaged one, and how it is noticed that a database
 * which SQLite finds in order has lost decisions: SQLite takes a damaged WAL for its end. */
#pragma once

#include "control/store.h"

#include <stdbool.h>

#define STORE_COPY_PAGES 512 /* of a step; 2 MiB */

struct store_copy;

/* Begins.  What changes meanwhile is in the copy too.  Returns 0 or a code; *out is NULL then. */
int store_copy_start(struct store_copy **out, struct store *s);

/* Copies some pages.  Returns 0, 1 when the copy is in its place and on disk, or a code; then the
 * one before stays. */
int store_copy_step(struct store_copy *c);
void store_copy_free(struct store_copy *c); /* NULL is allowed; ends it */

/* Whether the database has the last audit record of the copy, if there is a copy that can be read.
 * Returns 0 or -ERR_FORMAT. */
int store_copy_check(struct store *s);
