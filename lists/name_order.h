/* name_order.h - the canonical order of names (RFC 4034 6.1). */
#pragma once

#include "lists/name.h"

/* Below, at or above zero as a stands before, with or behind b.  Both canonical and valid. */
int name_order(const uint8_t *a, const uint8_t *b);
