/* outfolder.h - an output folder that appears whole or not at all. */
#pragma once

#include "base/outfile.h"

#include <sys/types.h>

struct outfolder {
	const char *path; /* borrowed */
	char temporary[OUTFILE_PATH_MAX];
	int fd; /* of the temporary folder, ours */
};

/* Makes an empty folder beside path.  Returns 0 or -errno. */
int outfolder_open(struct outfolder *o, const char *path);

/* A new file in it.  NULL: errno says why.  The end takes what went wrong before, rc, and returns
 * it, or -errno of what only the end brought to light. */
FILE *outfolder_create(const struct outfolder *o, const char *name, mode_t mode);
int outfolder_finish(FILE *to, int rc);

/* Syncs it and gives it its name; a folder that has the name is exchanged for it and removed
 * afterwards.  Returns 0, or -errno: -EEXIST when the name is that of something else. */
int outfolder_commit(struct outfolder *o);

/* Removes folders that a writer of path left behind when it was killed; for who knows that nobody
 * else writes it now. */
void outfolder_sweep(const char *path);

/* Removes what has no name yet. */
void outfolder_close(struct outfolder *o);
