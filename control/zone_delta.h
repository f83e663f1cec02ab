/* zone_delta.h - what differs between two versions of a zone's file, as text that patch(1) takes:
 * a unified difference without context.
 *
 *   --- ORIGIN serial 7 sha384 OLD
 *   +++ ORIGIN serial 8 sha384 NEW
 *   @@ -9 +9,2 @@
 *   -a TXT "2026-11-20/2026-12-01"
 *   +a TXT "2026-11-20/2026-12-05"
 *   +c TXT "2026-11-21/2026-12-05"
 *
 * It says of lines, not of records: put into the old file it gives the new one byte by byte.  Both
 * texts are in canonical order of owners, or the difference is right and longer than it need be.
 * Memory does not grow with the files. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ZONE_DELTA_LINE_MAX 8192 /* bytes */
#define ZONE_DELTA_HEAD_MAX 512  /* bytes of one line of the head */

struct zone_delta;

/* Reads both from where they stand.
 *   old_fd, new_fd    ours after a success, until zone_delta_free
 *   old_name, new_name  one line each, at most ZONE_DELTA_HEAD_MAX
 * Returns 0 or -ENOMEM. */
int zone_delta_new(
    struct zone_delta **out, int old_fd, int new_fd, const char *old_name, const char *new_name);
void zone_delta_free(struct zone_delta *d); /* NULL is allowed */

/* Writes the next bytes, at most room.  Returns how many, 0 at the end, or
 *   -EAGAIN      some thousand lines were equal: call again, after serving others
 *   -ERR_LIMIT   a line is too long
 *   -ERR_SHORT   a file does not end with a line
 *   -errno */
ssize_t zone_delta_read(struct zone_delta *d, char *to, size_t room);
