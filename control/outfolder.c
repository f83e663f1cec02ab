#include "control/outfolder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_FILES 16

int
outfolder_open(struct outfolder *o, const char *path)
{
	size_t len = strlen(path);
	mode_t mask = umask(0);
	int n, rc;

	umask(mask);
	while (len > 1 && path[len - 1] == '/')
		len--;
	*o = (struct outfolder){.path = path, .fd = -1};
	n = snprintf(o->temporary, sizeof(o->temporary), "%.*s.XXXXXX", (int)len, path);
	if (n < 0 || (size_t)n >= sizeof(o->temporary)) {
		o->temporary[0] = '\0';
		return -ENAMETOOLONG;
	}
	if (!mkdtemp(o->temporary)) {
		rc = -errno;
		o->temporary[0] = '\0';
		return rc;
	}
	o->fd = open(o->temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (o->fd < 0 || fchmod(o->fd, 0777 & ~mask) < 0) {
		rc = -errno;
		outfolder_close(o);
		return rc;
	}
	return 0;
}

int
outfolder_commit(struct outfolder *o)
{
	struct stat st;

	if (syncfs(o->fd) < 0)
		return -errno;
	if (lstat(o->path, &st) < 0)
		return rename(o->temporary, o->path) < 0 ? -errno : (o->temporary[0] = '\0', 0);
	if (!S_ISDIR(st.st_mode))
		return -EEXIST;
	/* The old folder then has the temporary name, under which it is removed. */
	return renameat2(AT_FDCWD, o->temporary, AT_FDCWD, o->path, RENAME_EXCHANGE) < 0 ? -errno
											 : 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

void
outfolder_close(struct outfolder *o)
{
	if (o->temporary[0])
		nftw(o->temporary, remove_one, DEPTH_FILES, FTW_DEPTH | FTW_PHYS);
	if (o->fd >= 0)
		close(o->fd);
	o->temporary[0] = '\0';
	o->fd = -1;
}
