/* outfile.h - an output file that appears whole or not at all. */
#pragma once

#include <stdio.h>

#define OUTFILE_PATH_MAX 4096

struct outfile {
	FILE *to;                         /* ours; with a large buffer */
	const char *path;                 /* NULL: standard output */
	char temporary[OUTFILE_PATH_MAX]; /* "": written in place */
};

/* Opens path for writing, or takes standard output if path is NULL or "-".  A regular file is
 * written under a temporary name beside it; what is no regular file (/dev/null, a FIFO) in
 * place.  path is borrowed until the end.  Returns 0, or -errno. */
int outfile_open(struct outfile *o, const char *path);

/* Ends the output: with rc 0 the file gets its name, otherwise what was written goes away.
 * Returns rc, or -errno of what only the end brought to light.  After 0 the file and its name
 * outlast a loss of power. */
int outfile_close(struct outfile *o, int rc);
