/* pull_transfer.h - one zone over a connection that stands. */
#pragma once

#include "control/pull_wire.h"
#include "control/pull_zone.h"

/* Asks as s says, and gives what comes to s->record.
 *   z        s->ctx, if that is one; NULL: whatever it is the caller finishes
 *   message  MESSAGE_MAX bytes, the caller's
 * Returns 0 when the answer was whole (s->kind says which), or as pull_take, pull_wire_* and
 * pull_zone_finish. */
int pull_transfer(
    struct pull_wire *w, struct pull_stream *s, struct pull_zone *z, uint8_t *message);
