/* explain.h - why a name is answered as it is. */
#pragma once

#include "dataplane/server.h"

#include <jansson.h>

/* Rules that cover a name, the one that wins, and what a query for A gets on a day.
 *   name  canonical
 * The reply, handed over; NULL: out of memory. */
json_t *explain_json(const struct server *s, const uint8_t *name, size_t len, int32_t day);
