/* name.h - DNS names in canonical wire form (RFC 1035 3.1, RFC 4034 6.2).
 *
 * Canonical: no compression, A-Z folded to a-z, last label the root.  A name is
 * its bytes and a length in bytes; the length counts the root label's zero. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_LEN_MAX    255  /* bytes, root label included (RFC 1035 2.3.4) */
#define NAME_LABELS_MAX 127  /* the root not counted */
#define NAME_LABEL_MAX  63   /* bytes */
#define NAME_TEXT_MAX   1010 /* every byte as \DDD, dots, NUL */

/* Copies the name that starts at wire[0] to out, made canonical.
 *   out   NAME_LEN_MAX bytes, the caller's; undefined after an error
 *   len   bytes readable at wire
 * Returns the name's length, 1..255, or
 *   -ERR_SHORT  wire ends before the root label
 *   -ERR_NAME   label over 63 bytes, name over 255 bytes, or a pointer */
int name_canon(uint8_t out[NAME_LEN_MAX], const uint8_t *wire, size_t len);

/* Reads master-file text (RFC 1035 5.1: \X and \DDD), made canonical; the final dot
 * may be missing, the name is absolute either way.  Text with bytes >= 0x80 is UTF-8
 * and is converted to A-labels (IDNA 2008, non-transitional, by libidn2).
 * Returns the length, 1..255, or -ERR_NAME (also for empty text). */
int name_from_text(uint8_t out[NAME_LEN_MAX], const char *text, size_t len);

/* Writes master-file text without the final dot; "." for the root.
 *   name  canonical or mixed case, valid
 * Returns the text's length in bytes, without the NUL. */
size_t name_to_text(char out[NAME_TEXT_MAX], const uint8_t *name);

/* Labels of a valid name, the root not counted: 0..127. */
unsigned name_labels(const uint8_t *name);

/* Whether name is parent or below it.  Both canonical, with their lengths. */
bool name_is_under(const uint8_t *name, size_t len, const uint8_t *parent, size_t parent_len);
