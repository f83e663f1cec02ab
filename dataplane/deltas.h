/* deltas.h - brings lists that are in force up to date from the delta files of their feeds.
 *
 * A delta (lists/delta.h) leads a part of a feed from one serial to the next; it is taken when the
 * part has exactly the serial that it starts from.  What is older is in force already and passed
 * over, so that taking them twice does no harm, and a start finds the lists of the last
 * acknowledged delta again: the list as it was, and the deltas since. */
#pragma once

#include "dataplane/feeds.h"

#define DELTA_CHANGES_MAX                                                       \
	1000000 /* of one file; the main thread is busy for as long as it takes \
		 */

struct deltas {
	struct image *img; /* index included; one thread changes it */
	const struct options *o;
	feeds_error_fn *error;
	void *ctx;
	index_grace_fn *grace;
	void *grace_ctx;
	bool silent;  /* of a gap, which then is -ERR_STALE alone */
	uint64_t job; /* of the load that runs meanwhile; 0: none */
	/* What was taken. */
	unsigned taken; /* files */
	uint64_t added, removed;
};

/* Takes what fits, file by file, each whole or not at all.  Returns 0, or after at least one call
 * of error the first one; what was taken before or can be taken all the same is in force. */
int deltas_take(struct deltas *d);

/* Takes one file of a feed.  Returns 0; -ERR_STALE, said nowhere, when it starts from another
 * serial than that in force, *waits then saying whether it leads to a newer one, or when it is not
 * there any more; or another error, said. */
int deltas_take_file(struct deltas *d, unsigned feed, const char *path, bool *waits);

/* Whether img, made by load `job`, is older in some part than what `now` got by a delta meanwhile.
 * Then it must not be published.  Says so. */
bool deltas_is_behind(const struct image *img, const struct image *now, uint64_t job,
    feeds_error_fn *error, void *ctx);
