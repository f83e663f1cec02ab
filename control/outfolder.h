/* outfolder.h - an output folder that appears whole or not at all. */
#pragma once

#include "base/outfile.h"

struct outfolder {
	const char *path; /* borrowed */
	char temporary[OUTFILE_PATH_MAX];
	int fd; /* of the temporary folder, ours */
};

/* Makes an empty folder beside path.  Returns 0 or -errno. */
int outfolder_open(struct outfolder *o, const char *path);

/* Syncs it and gives it its name; a folder that has the name is exchanged for it and removed
 * afterwards.  Returns 0, or -errno: -EEXIST when the name is that of something else. */
int outfolder_commit(struct outfolder *o);

/* Removes what has no name yet. */
void outfolder_close(struct outfolder *o);
