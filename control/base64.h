/* base64.h - base64 (RFC 4648 4), of secrets in configuration files. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Reads text, with its padding, into at most room bytes.  Returns their count, or -ERR_FORMAT. */
int base64_read(uint8_t *out, size_t room, const char *text);
