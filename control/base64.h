/* base64.h - base64 (RFC 4648 4): secrets and signatures. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Characters of len bytes in base64, and a NUL. */
#define BASE64_ROOM(len) (((len) + 2) / 3 * 4 + 1)

/* Writes len bytes as text; out has BASE64_ROOM(len). */
void base64_write(char *out, const uint8_t *bytes, size_t len);

/* Reads text, with its padding, into at most room bytes.  Returns their count, or -ERR_FORMAT. */
int base64_read(uint8_t *out, size_t room, const char *text);
