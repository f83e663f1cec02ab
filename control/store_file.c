#include "control/store_file.h"

#include "base/err.h"
#include "control/store_impl.h"
#include "lists/digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".zone"

void
store_file_path(char out[STORE_FILE_PATH_MAX], const char *digest)
{
	snprintf(out, STORE_FILE_PATH_MAX, "zones/%.2s/%.96s" SUFFIX, digest, digest);
}

static int
sync_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

static int
write_all(int fd, const char *at, size_t len)
{
	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Writes dir/name by way of dir/name.tmp. */
static int
put(const char *dir, const char *name, const void *bytes, size_t len, bool sync)
{
	char path[PATH_MAX], temporary[PATH_MAX];
	int fd, rc;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= PATH_MAX ||
	    snprintf(temporary, sizeof(temporary), "%s/%s.tmp", dir, name) >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0)
		return -errno;
	rc = write_all(fd, bytes, len);
	if (rc == 0 && sync && fsync(fd) < 0)
		rc = -errno;
	if (close(fd) < 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && rename(temporary, path) < 0)
		rc = -errno;
	if (rc < 0)
		unlink(temporary);
	return rc < 0 || !sync ? rc : sync_dir(dir);
}

int
store_file_replace(const struct store *s, const char *name, const char *text, size_t len)
{
	return put(s->dir, name, text, len, true);
}

int
store_file_open(const struct store *s, const char *digest)
{
	char path[PATH_MAX], relative[STORE_FILE_PATH_MAX];
	int fd;

	store_file_path(relative, digest);
	if (snprintf(path, sizeof(path), "%s/%s", s->dir, relative) >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int
store_file_nameless(const struct store *s)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/spool", s->dir) >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

/* Whether the file's bytes have the digest: 0, -ERR_FORMAT or -errno. */
static int
check_file(const struct store *s, const char *digest)
{
	uint8_t raw[SHA384_BYTES];
	char got[STORE_DIGEST_HEX];
	struct stat st;
	void *map = NULL;
	int fd = store_file_open(s, digest), rc = 0;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		rc = -errno;
	if (rc == 0 && st.st_size) {
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map == MAP_FAILED)
			rc = -errno;
	}
	if (rc == 0)
		rc = digest_sha384(raw, map ? map : "", (size_t)st.st_size);
	if (rc == 0) {
		digest_hex(got, raw, sizeof(raw));
		rc = strcmp(got, digest) == 0 ? 0 : -ERR_FORMAT;
	}
	if (map && map != MAP_FAILED)
		munmap(map, (size_t)st.st_size);
	close(fd);
	return rc;
}

int
store_file_put(struct store *s, const void *bytes, size_t len, char digest[STORE_DIGEST_HEX])
{
	uint8_t raw[SHA384_BYTES];
	char path[PATH_MAX], relative[STORE_FILE_PATH_MAX];
	int rc = digest_sha384(raw, bytes, len);

	if (rc < 0)
		return rc;
	digest_hex(digest, raw, sizeof(raw));
	/* Of the right name and size is not enough: a machine may have gone down before a sync. */
	if (check_file(s, digest) == 0)
		return 0;
	store_file_path(relative, digest);
	if (snprintf(path, sizeof(path), "%s/%s", s->dir, relative) >= PATH_MAX)
		return -ENAMETOOLONG;
	*strrchr(path, '/') = '\0';
	if (mkdir(path, 0750) < 0 && errno != EEXIST)
		return -errno;
	return put(path, strrchr(relative, '/') + 1, bytes, len, false);
}

int
store_file_sync(const struct store *s)
{
	return syncfs(s->lock_fd) < 0 ? -errno : 0;
}

int64_t
store_file_check(struct store *s, char *why)
{
	int64_t n = 0;
	int rc;
	sqlite3_stmt *st = store_query(
	    s, &rc, "SELECT digest FROM zone UNION SELECT digest FROM zone_version", "");

	while (st && (rc = store_step(s, st)) > 0) {
		char digest[STORE_DIGEST_HEX], path[STORE_FILE_PATH_MAX];

		store_text(digest, sizeof(digest), st, 0);
		rc = check_file(s, digest);
		if (rc < 0) {
			store_file_path(path, digest);
			snprintf(why, STORE_WHY_MAX,
			    "%s/%s: %s; its bytes are not those that were stored: put a copy in "
			    "its place (any mirror or registry that holds the part has one)",
			    s->dir, path, rc == -ERR_FORMAT ? "damaged" : err_text(rc));
			break;
		}
		n++;
	}
	if (!st)
		snprintf(why, STORE_WHY_MAX, "%.200s/cordond.db: %.200s", s->dir, s->error);
	sqlite3_finalize(st);
	return rc < 0 ? rc : n;
}

/* Whether a file of the zones folder is named by a row: 1, 0 or a code. */
static int
is_named(struct store *s, const char *file)
{
	char digest[STORE_DIGEST_HEX];
	int rc;
	sqlite3_stmt *st;

	if (strlen(file) != STORE_DIGEST_HEX - 1 + sizeof(SUFFIX) - 1)
		return 0;
	snprintf(digest, sizeof(digest), "%.96s", file);
	st = store_query(s, &rc,
	    "SELECT 1 FROM zone_version WHERE digest = ?1 UNION SELECT 1 FROM zone WHERE digest = "
	    "?1",
	    "t", digest);
	if (!st)
		return rc;
	rc = store_step(s, st);
	sqlite3_finalize(st);
	return rc;
}

static int64_t
sweep_dir(struct store *s, const char *path, int64_t before)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	int64_t n = 0;
	int rc = 0;

	if (!d)
		return -errno;
	while (rc >= 0 && (e = readdir(d))) {
		struct stat st;

		if (e->d_name[0] == '.' ||
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode) || st.st_mtime > before)
			continue;
		rc = is_named(s, e->d_name);
		if (rc == 0 && unlinkat(dirfd(d), e->d_name, 0) == 0)
			n++;
	}
	closedir(d);
	return rc < 0 ? rc : n;
}

int64_t
store_file_sweep(struct store *s, int64_t now, int64_t age_s)
{
	int64_t n = 0;

	for (unsigned i = 0; i < 256; i++) {
		char path[PATH_MAX];
		int64_t rc;

		snprintf(path, sizeof(path), "%s/zones/%02x", s->dir, i);
		rc = sweep_dir(s, path, now - age_s);
		if (rc < 0 && rc != -ENOENT)
			return rc;
		n += rc < 0 ? 0 : rc;
	}
	return n;
}
