#include "lists/update.h"

#include "base/err.h"
#include "lists/update_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MIB ((uint64_t)1 << 20)

static const struct update_limits defaults = {.archive_bytes = 1024 * MIB,
    .manifest_bytes = 8 * MIB,
    .member_bytes = 2048 * MIB,
    .total_bytes = 4096 * MIB,
    .members = MANIFEST_PARTS_MAX + 1};

static void
set_limits(struct update_limits *to, const struct update_limits *from)
{
	*to = from ? *from : defaults;
	if (!to->archive_bytes)
		to->archive_bytes = defaults.archive_bytes;
	if (!to->manifest_bytes)
		to->manifest_bytes = defaults.manifest_bytes;
	if (!to->member_bytes)
		to->member_bytes = defaults.member_bytes;
	if (!to->total_bytes)
		to->total_bytes = defaults.total_bytes;
	if (!to->members)
		to->members = defaults.members;
}

uint64_t
update_allowance(const struct update *u, const struct update_member *m)
{
	uint64_t left = u->limits.total_bytes - u->total;
	uint64_t own = m->suffix_len ? u->limits.member_bytes : u->limits.manifest_bytes;

	return own < left ? own : left;
}

int
update_too_large(struct update *u, const char *name)
{
	reasons_add(u->reasons, REASON_TOO_LARGE, name, 0,
	    "larger than is allowed, by itself or with the members before it");
	return -ERR_FORMAT;
}

int
update_write(int fd, const uint8_t *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
refuse(struct update *u, enum reason_code code, const char *where, const char *text)
{
	reasons_add(u->reasons, code, where, 0, "%s", text);
	return -ERR_FORMAT;
}

static int
add_name(struct update *u, const char *folder, const char *name)
{
	char **more = reallocarray(u->name, u->names + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	u->name = more;
	if (asprintf(&u->name[u->names], "%s%s", folder, name) < 0)
		return -ENOMEM;
	u->names++;
	return 0;
}

/* Adds what a directory holds; those of the update itself leave out the folder of parts.  fd is
 * handed over. */
static int
list_folder(struct update *u, int fd, const char *folder)
{
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;
	int rc = d ? 0 : -errno;

	if (fd >= 0 && !d)
		close(fd);
	while (rc == 0 && (errno = 0, e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
		    (!*folder && !strcmp(e->d_name, "parts")))
			continue;
		if (u->names > u->limits.members)
			rc = refuse(u, REASON_TOO_MANY, "", "too many files in the folder");
		else
			rc = add_name(u, folder, e->d_name);
	}
	if (d)
		closedir(d);
	return rc;
}

/* MANIFEST.zone sorts before parts/. */
static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
open_folder(struct update *u)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
	int rc = list_folder(u, openat(u->fd, ".", flags), "");

	if (rc == 0)
		rc = list_folder(u, openat(u->fd, "parts", flags), "parts/");
	if (rc == -ENOENT || rc == -ENOTDIR || rc == -ELOOP)
		rc = refuse(u, REASON_ARCHIVE, "", "the folder has no folder `parts'");
	if (rc == 0 && u->names)
		qsort(u->name, u->names, sizeof(u->name[0]), compare);
	return rc;
}

int
update_open(struct update **out, int fd, int scratch, const struct update_limits *limits,
    struct reasons *reasons)
{
	struct update *u = calloc(1, sizeof(*u));
	struct stat st;
	int rc;

	*out = u;
	if (!u)
		return -ENOMEM;
	u->reasons = reasons;
	u->fd = fd;
	u->scratch = scratch;
	set_limits(&u->limits, limits);
	if (fstat(fd, &st) < 0)
		rc = -errno;
	else if (S_ISDIR(st.st_mode))
		rc = open_folder(u);
	else if (!S_ISREG(st.st_mode))
		rc = refuse(u, REASON_ARCHIVE, "", "neither a folder nor a file");
	else if ((uint64_t)st.st_size > u->limits.archive_bytes)
		rc = refuse(u, REASON_TOO_LARGE, "", "the archive is larger than is allowed");
	else
		rc = archive_reader_open(&u->archive, u);
	if (rc < 0) {
		update_close(u);
		*out = NULL;
	}
	return rc;
}

void
update_close(struct update *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < u->names; i++)
		free(u->name[i]);
	free(u->name);
	free(u->seen);
	if (u->f)
		fclose(u->f);
	archive_reader_close(u->archive);
	free(u);
}

static int
check_member(struct update *u, struct update_member *m)
{
	int n = member_suffix(m->suffix, m->name);

	if (u->members++ == u->limits.members)
		return refuse(u, REASON_TOO_MANY, m->name, "more members than are allowed");
	if (n < 0)
		return refuse(u, REASON_MEMBER_NAME, m->name,
		    "only " MANIFEST_NAME " and parts/SUFFIX.zone belong into an update");
	m->suffix_len = (uint8_t)n;
	for (size_t i = 0; i + 1 < u->members && u->seen; i++)
		if (!strcmp(u->seen[i], m->name))
			return refuse(u, REASON_MEMBER_TWICE, m->name, "stands there twice");
	if (n > 0 && !u->has_manifest)
		return refuse(u, REASON_MANIFEST_FIRST, m->name,
		    "a part before " MANIFEST_NAME ", which must come first");
	u->has_manifest = true;
	return 0;
}

/* Only an archive can name a member twice. */
static int
remember(struct update *u, const struct update_member *m)
{
	if (u->members > u->room) {
		size_t room = u->room ? 2 * u->room : 128;
		void *more = reallocarray(u->seen, room, sizeof(u->seen[0]));

		if (!more)
			return -ENOMEM;
		u->seen = more;
		u->room = room;
	}
	memcpy(u->seen[u->members - 1], m->name, sizeof(m->name));
	return 0;
}

static int
from_scratch(const struct update *u)
{
	if (lseek(u->scratch, 0, SEEK_SET) < 0)
		return -errno;
	return fcntl(u->scratch, F_DUPFD_CLOEXEC, 0);
}

static int
next_in_archive(struct update *u, struct update_member *m)
{
	bool is_regular;
	int rc = archive_reader_next(u->archive, m->name, &is_regular);

	if (rc <= 0)
		return rc;
	rc = is_regular ? check_member(u, m)
			: refuse(u, REASON_MEMBER_TYPE, m->name, "not a regular file");
	if (rc == 0)
		rc = remember(u, m);
	if (rc == 0)
		rc = archive_reader_extract(u->archive, m);
	return rc < 0 ? rc : from_scratch(u);
}

/* Takes a copy: what is checked must be what is used, whoever else may write to the folder. */
static int
copy(struct update *u, struct update_member *m, int fd)
{
	uint64_t allowed = update_allowance(u, m);
	uint8_t block[65536];
	ssize_t n;
	int rc;

	m->bytes = 0;
	if (lseek(u->scratch, 0, SEEK_SET) < 0 || ftruncate(u->scratch, 0) < 0)
		return -errno;
	while ((n = read(fd, block, sizeof(block))) > 0) {
		m->bytes += (uint64_t)n;
		if (m->bytes > allowed)
			return update_too_large(u, m->name);
		rc = update_write(u->scratch, block, (size_t)n);
		if (rc < 0)
			return rc;
	}
	return n < 0 ? -errno : from_scratch(u);
}

/* Returns a descriptor of the member. */
static int
next_in_folder(struct update *u, struct update_member *m)
{
	const char *name = u->name[u->next++];
	struct stat st;
	int fd, rc;

	snprintf(m->name, sizeof(m->name), "%s", name);
	rc = strlen(name) < sizeof(m->name)
		 ? check_member(u, m)
		 : refuse(u, REASON_MEMBER_NAME, "", "a file's name is too long");
	if (rc < 0)
		return rc;
	fd = openat(u->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ELOOP)
		return refuse(u, REASON_MEMBER_TYPE, m->name, "not a regular file");
	if (fd < 0 || fstat(fd, &st) < 0)
		rc = -errno;
	else if (!S_ISREG(st.st_mode))
		rc = refuse(u, REASON_MEMBER_TYPE, m->name, "not a regular file");
	else if ((uint64_t)st.st_size > update_allowance(u, m))
		rc = update_too_large(u, m->name);
	else
		m->bytes = (uint64_t)st.st_size;
	if (rc == 0 && u->scratch < 0)
		return fd;
	if (rc == 0)
		rc = copy(u, m, fd);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int
at_end(struct update *u)
{
	return u->has_manifest ? 0 : refuse(u, REASON_MANIFEST_FIRST, "", "no " MANIFEST_NAME);
}

int
update_next(struct update *u, struct update_member *m)
{
	int fd;

	*m = (struct update_member){0};
	if (u->f)
		fclose(u->f);
	u->f = NULL;
	if (!u->archive && u->next == u->names)
		return at_end(u);
	fd = u->archive ? next_in_archive(u, m) : next_in_folder(u, m);
	if (fd < 0)
		return fd;
	if (u->archive && m->name[0] == '\0')
		return at_end(u);
	u->f = fdopen(fd, "r");
	if (!u->f) {
		close(fd);
		return -ENOMEM;
	}
	u->total += m->bytes;
	m->f = u->f;
	return 1;
}
