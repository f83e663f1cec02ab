/* update_archive_write.h - an update as a tar archive (pax, only what ustar has). */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct archive_writer;

/* Writes to fd, the caller's.  Returns 0, -ENOMEM, -ERR_LIBRARY. */
int archive_writer_open(struct archive_writer **out, int fd, bool gzip);

/* Adds a regular file of f's bytes, from its beginning to its end.
 *   mtime  Unix seconds
 * Returns 0, -EIO, -errno. */
int archive_writer_add(struct archive_writer *w, const char *name, FILE *f, int64_t mtime);

/* Ends the archive.  Returns 0 or -EIO. */
int archive_writer_end(struct archive_writer *w);
void archive_writer_close(struct archive_writer *w);
