/* trust_json.h - a set of keys between processes: in the verdict on a key change, in a node's
 * reply.
 *
 *   {"version", "threshold", "keys": [DNSKEY record]} */
#pragma once

#include "lists/trust.h"

#include <jansson.h>

/* Adds one DNSKEY record of len bytes.  Returns 0, -EEXIST, -ERR_FULL, or as public_key_parse. */
int trust_add_text(struct trust *t, const char *text, size_t len);

json_t *trust_json(const struct trust *t, uint32_t version);

/* The reverse; t's feed and hub stay.  Returns 0, -ERR_FORMAT, or -ERR_RANGE for a threshold that
 * is not 1 to the number of keys. */
int trust_from_json(struct trust *t, const json_t *o);
