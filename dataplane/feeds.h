/* feeds.h - reads the list files of every feed into a new image. */
#pragma once

#include "dataplane/image.h"
#include "dataplane/options.h"

#include <stdatomic.h>

/* Takes one mistake: "path:line:column: what is wrong", parts that are not known left out. */
typedef void feeds_error_fn(void *ctx, const char *text);

/* Reads all files of all feeds, to the last mistake.  A drill's zones are read and checked, and
 * their entries left out.  The image's generation and times are for the caller to fill.
 *   cancel  when it turns true, the load ends soon with -ECANCELED
 * Returns 0; -ERR_FORMAT, -ERR_LIMIT or another error after at least one call of error;
 * -ENOMEM.  The image borrows from o.  No image is made unless every file was right, but for deltas at
 * a start (options.is_start): those that fit are taken, the others said and logged. */
int feeds_load(struct image **out, const struct options *o, feeds_error_fn *error, void *ctx,
    const atomic_bool *cancel);
