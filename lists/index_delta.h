/* index_delta.h - many changes to a published index, in force all or not at all.
 *
 * Changes are collected first, as 24 bytes each.  Applying them makes every array that changes
 * anew beside the old one; only when all are there are they published, one atomic store an array,
 * within some milliseconds for 100,000.  In between a reader sees each name before or after, never
 * halfway; when index_delta_apply has returned, every reader sees all of it.
 *
 * Threads: the index's writer. */
#pragma once

#include "lists/index.h"

struct index_delta;

/* ix is borrowed until index_delta_free.  Returns 0 or -ENOMEM. */
int index_delta_new(struct index_delta **out, struct index *ix);
void index_delta_free(struct index_delta *d); /* NULL is allowed */

/* Takes a change.
 *   tag  the caller's, such as its line: index_delta_culprit gives it back
 * Returns 0, or an error of index_loader_add. */
int index_delta_add(struct index_delta *d, const struct index_change *ch, uint32_t tag);

/* How many changes were taken. */
size_t index_delta_count(const struct index_delta *d);

/* Puts the changes in force; those of one name in the order in which they came.
 *   strict  each must change something: what is removed was there, what is added was not
 * What was replaced is freed after grace().  Returns 0; or, with nothing changed, -EEXIST or
 * -ENOENT (strict), -EAGAIN as index_loader_finish, -ERR_FULL, -ENOMEM. */
int index_delta_apply(struct index_delta *d, bool strict, index_grace_fn *grace, void *ctx);

/* The tag of the change that was the last error's cause. */
uint32_t index_delta_culprit(const struct index_delta *d);
