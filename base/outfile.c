#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES (1 << 20)

/* A temporary file has mode 0600; this is what the umask makes of 0666. */
static int
usual_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	return fchmod(fd, 0666 & ~mask);
}

static int
open_temporary(struct outfile *o)
{
	int fd, n = snprintf(o->temporary, sizeof(o->temporary), "%s.XXXXXX", o->path);

	if (n < 0 || (size_t)n >= sizeof(o->temporary)) {
		errno = ENAMETOOLONG;
		o->temporary[0] = '\0';
		return -1;
	}
	fd = mkostemp(o->temporary, O_CLOEXEC);
	if (fd < 0)
		o->temporary[0] = '\0';
	else if (usual_mode(fd)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int
outfile_open(struct outfile *o, const char *path)
{
	struct stat st;
	int rc = 0, fd = -1;

	*o = (struct outfile){.path = path && strcmp(path, "-") ? path : NULL};
	if (!o->path) {
		o->to = stdout;
	} else {
		bool in_place = !stat(o->path, &st) && !S_ISREG(st.st_mode);

		fd = in_place ? open(o->path, O_WRONLY | O_CLOEXEC) : open_temporary(o);
		o->to = fd < 0 ? NULL : fdopen(fd, "w");
	}
	if (!o->to) {
		rc = -errno;
		if (fd >= 0)
			close(fd);
		if (o->temporary[0])
			unlink(o->temporary);
	} else {
		setvbuf(o->to, NULL, _IOFBF, BUFFER_BYTES);
	}
	return rc;
}

/* A new name lasts when the directory that holds it has been written. */
static int
sync_directory(const char *path)
{
	char dir[OUTFILE_PATH_MAX];
	const char *slash = strrchr(path, '/');
	int n = snprintf(
	    dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	int fd = n < 0 ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || fsync(fd) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return rc == -EINVAL ? 0 : rc; /* a file system that keeps none of this */
}

int
outfile_close(struct outfile *o, int rc)
{
	errno = 0;
	if ((fflush(o->to) || ferror(o->to)) && !rc)
		rc = errno ? -errno : -EIO;
	if (!rc && o->temporary[0] && fsync(fileno(o->to)))
		rc = -errno;
	if (o->path && fclose(o->to) && !rc)
		rc = -errno;
	if (!rc && o->temporary[0] && rename(o->temporary, o->path))
		rc = -errno;
	if (rc && o->temporary[0])
		unlink(o->temporary);
	return rc || !o->temporary[0] ? rc : sync_directory(o->path);
}
