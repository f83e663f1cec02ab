/* cookie_file.h - cookie secrets as text, a secret a line: 32 hexadecimal digits.  The first makes
 * cookies, the second, if there is one, is accepted too.  Empty lines and what follows # are
 * passed over.  The form is that of BIND and NSD. */
#pragma once

#include "dataplane/cookie.h"

#include <stdbool.h>
#include <stddef.h>

#define COOKIE_HEX_MAX (2 * COOKIE_SECRET_LEN + 1) /* with its NUL */

/* One secret of len digits.  Returns whether it is one. */
bool cookie_secret_parse(uint8_t out[COOKIE_SECRET_LEN], const char *hex, size_t len);
void cookie_secret_print(char out[COOKIE_HEX_MAX], const uint8_t secret[COOKIE_SECRET_LEN]);

/* Fills s but for its mode.  Returns 0, or with the number of the line in *line
 *   -ERR_FORMAT  a line is no secret; line 0: there is none
 *   -ERR_LIMIT   a third secret */
int cookie_secrets_parse(struct cookie_secrets *s, const char *text, size_t len, unsigned *line);

/* The same from a file.  Returns also -errno; -ERR_LIMIT with line 0: far too long. */
int cookie_file_read(struct cookie_secrets *s, const char *path, unsigned *line);

/* Writes them to a new file beside path and renames it; mode 0600.  Returns 0 or -errno. */
int cookie_file_write(const struct cookie_secrets *s, const char *path);
