/* zone_digest.h - the ZONEMD digest that a zone in normal form says it has. */
#pragma once

#define ZONE_DIGEST_HEX 97 /* SHA-384 and a NUL */

/* Reads the file's apex; takes fd over.  hex is in lower case.  Returns 0, -ERR_FORMAT when there
 * is none, or -errno. */
int zone_digest(char hex[ZONE_DIGEST_HEX], int fd);
