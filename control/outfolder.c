#include "control/outfolder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_FILES 16
#define MARK        ".cordon-" /* nobody names a folder so by hand */
#define RANDOM      MARK "XXXXXX"

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
	n = snprintf(o->temporary, sizeof(o->temporary), "%.*s" RANDOM, (int)len, path);
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

FILE *
outfolder_create(const struct outfolder *o, const char *name, mode_t mode)
{
	int fd = openat(o->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	FILE *to = fd < 0 ? NULL : fdopen(fd, "w");

	if (!to && fd >= 0)
		close(fd);
	return to;
}

int
outfolder_finish(FILE *to, int rc)
{
	errno = 0;
	if ((fflush(to) || ferror(to)) && rc == 0)
		rc = errno ? -errno : -EIO;
	if (fclose(to) && rc == 0)
		rc = -errno;
	return rc;
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

void
outfolder_sweep(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	size_t len = strlen(base), folder_len = (size_t)(base - path);
	char folder[OUTFILE_PATH_MAX], full[OUTFILE_PATH_MAX + 256];
	const struct dirent *e;
	DIR *d;

	if (!len || folder_len >= sizeof(folder))
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)folder_len, path);
	d = opendir(*folder ? folder : ".");
	while (d && (e = readdir(d)))
		if (strncmp(e->d_name, base, len) == 0 &&
		    strncmp(e->d_name + len, MARK, sizeof(MARK) - 1) == 0 &&
		    strlen(e->d_name) == len + sizeof(RANDOM) - 1) {
			snprintf(full, sizeof(full), "%s%s", folder, e->d_name);
			nftw(full, remove_one, DEPTH_FILES, FTW_DEPTH | FTW_PHYS);
		}
	if (d)
		closedir(d);
}
