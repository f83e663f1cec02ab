/* zone_normal.h - a zone in the one form in which it is stored: a record a line, the apex first,
 * the rest in canonical order (RFC 4034 6.1), absolute or relative to $ORIGIN, each with its type.
 */
#pragma once

#include "lists/zonemd.h"

#include <stdio.h>

/* Writes $ORIGIN, $TTL (the SOA's) and the records of the apex.  Returns 0, -ENOMEM, or -ERR_FORMAT
 * for a record that cannot be printed.  I/O errors stay in the FILE. */
int zone_normal_apex(FILE *to, const struct apex *a);

/* Writes one record below the apex. */
int zone_normal_body(FILE *to, const struct record *r, const struct apex *a);
