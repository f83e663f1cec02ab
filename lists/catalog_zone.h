/* catalog_zone.h - writes a catalog zone, version 2 (RFC 9432): the zones that a secondary is to
 * configure by itself.
 *
 *   $ORIGIN catalog.tw-registry.lists.example.
 *   $TTL 0
 *   @ SOA invalid. invalid. 7 3600 900 1209600 3600
 *   @ NS invalid.
 *   version TXT "2"
 *   8a2f....zones PTR tw.conficker-c.lists.example.
 *
 * A member's label is the SHA-1 of its name, so that it stays as long as the member does. */
#pragma once

#include "lists/name.h"

#include <stdint.h>
#include <stdio.h>

struct catalog_writer {
	FILE *to; /* the caller's */
	uint8_t origin_len;
};

/* origin is canonical.  I/O errors stay in the FILE. */
void catalog_write_head(struct catalog_writer *w, FILE *to, const uint8_t *origin, uint32_t serial);

/* Members may come in any order, each once.  Returns 0, -ERR_NAME when the catalog's origin leaves
 * no room for a member's label, or -ERR_LIBRARY. */
int catalog_write_member(struct catalog_writer *w, const uint8_t *member, size_t len);
