/* key_guard.h - what speaks against a key change besides its signatures: the operator's own rules.
 */
#pragma once

#include "control/hub_options.h"

#include <jansson.h>

/* Adds a reason {"code", "where", "line", "text"} for each rule of the feed that a new set of keys
 * breaks.  Returns how many. */
unsigned key_guard(const struct hub_feed *f, const struct trust *fresh, json_t *reasons);
