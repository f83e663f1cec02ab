/* status.h - everything that `cordon status` shows. */
#pragma once

#include "dataplane/server.h"

#include <jansson.h>

/* The reply, handed over; NULL: out of memory. */
json_t *status_json(const struct server *s, int64_t now_ns);
