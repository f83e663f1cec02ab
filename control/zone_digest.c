#include "control/zone_digest.h"

#include "base/err.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
zone_digest(char hex[ZONE_DIGEST_HEX], int fd)
{
	FILE *f = fdopen(fd, "r");
	char *line = NULL, *at;
	size_t room = 0;
	int rc = -ERR_FORMAT;

	if (!f) {
		close(fd);
		return -errno;
	}
	while (rc < 0 && getline(&line, &room, f) > 0 && strchr(";$@", line[0]))
		if ((at = strstr(line, " ZONEMD ")) &&
		    sscanf(at, " ZONEMD %*u %*u %*u %96s", hex) == 1)
			rc = strlen(hex) == ZONE_DIGEST_HEX - 1 ? 0 : -ERR_FORMAT;
	for (size_t i = 0; rc == 0 && hex[i]; i++)
		hex[i] = (char)tolower((unsigned char)hex[i]);
	free(line);
	fclose(f);
	return rc;
}
