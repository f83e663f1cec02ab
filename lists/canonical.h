/* canonical.h - a key for each record, in whose byte order RFC 4034 6.1 and 6.3 hold.
 *
 * The owner's labels from the right to the left, those of the origin left out, byte 0 as 1 1,
 * byte 1 as 1 2, a 0 behind each label and another behind the last; the type; the data. */
#pragma once

#include "lists/records.h"

#define CANONICAL_NAME_MAX (2 * NAME_LEN_MAX + NAME_LABELS_MAX + 1 + 2) /* name and type, bytes */
#define CANONICAL_KEY_MAX  (CANONICAL_NAME_MAX + 65535)

/* Writes the key of r, whose owner is at or below the origin.
 *   name_len  takes the length of its first part, name and type, which an RRset shares
 * Returns the key's length. */
size_t canonical_key(
    uint8_t out[CANONICAL_KEY_MAX], size_t *name_len, const struct record *r, size_t origin_len);

/* The record of a key made with this origin; ttl and line are not touched.
 *   owner  takes the owner, which *r then points to; rdata points into the key */
void canonical_record(struct record *r, uint8_t owner[NAME_LEN_MAX], const uint8_t *key, size_t len,
    const uint8_t *origin, size_t origin_len);
