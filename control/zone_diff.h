/* zone_diff.h - what differs between two versions of a zone, by merging their texts.
 *
 * Both texts are in canonical order of owners (RFC 4034 6.1).  Lines that are equal on both
 * sides are passed over as bytes, so only what differs is parsed.  The SOA is left out.
 * Memory: two lines, and the records of one owner. */
#pragma once

#include "control/zone_file.h"

struct zone_diff;

/* Both files stand behind their SOA; borrowed.  Returns 0 or -ENOMEM. */
int zone_diff_new(struct zone_diff **out, struct zone_file *old, struct zone_file *new);
void zone_diff_free(struct zone_diff *d); /* NULL is allowed */

/* The next record that only one side has.
 *   is_new  whether it is the new side
 * Returns 1, 0 at the end, or
 *   -EAGAIN      some thousand lines were equal: call again, after serving others
 *   -ERR_RANGE   a text is not in order
 *   -ERR_LIMIT   too many records of one owner, or a line too long
 *   -ERR_FORMAT, -errno, -ENOMEM */
int zone_diff_next(struct zone_diff *d, struct zone_rr *rr, bool *is_new);
