#include "control/source.h"

#include "base/err.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAR_MAGIC_AT 257

int
scratch_open(void)
{
	const char *dir = getenv("TMPDIR");
	int fd = open(dir && *dir ? dir : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

FILE *
scratch_file(void)
{
	int fd = scratch_open();
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w+");

	if (fd < 0)
		errno = -fd;
	else if (!f)
		close(fd);
	return f;
}

static bool
is_archive(int fd)
{
	uint8_t head[TAR_MAGIC_AT + 5] = {0};
	ssize_t n = pread(fd, head, sizeof(head), 0);

	return n > 4 && (!memcmp(head, "\x1f\x8b", 2) || !memcmp(head, "\x28\xb5\x2f\xfd", 4) ||
			    !memcmp(head + TAR_MAGIC_AT, "ustar", 5));
}

int
source_open(struct source *s, const char *path)
{
	struct stat st;

	*s = (struct source){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)};
	if (s->fd < 0 || fstat(s->fd, &st) < 0)
		return -errno;
	s->is_folder = S_ISDIR(st.st_mode);
	if (!s->is_folder && !S_ISREG(st.st_mode))
		return -EINVAL; /* what is read twice cannot be a pipe */
	if (s->is_folder)
		s->kind =
		    faccessat(s->fd, MANIFEST_NAME, F_OK, 0) == 0 ? SOURCE_UPDATE : SOURCE_PARTS;
	else
		s->kind = is_archive(s->fd) ? SOURCE_UPDATE : SOURCE_ZONE;
	return 0;
}

void
source_close(struct source *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static int
give_file(int dir, const char *name, int (*zone)(void *, const struct source_zone *), void *ctx)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC), rc;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f) {
		rc = -errno;
		if (fd >= 0)
			close(fd);
		return rc;
	}
	rc = zone(ctx, &(struct source_zone){.where = name, .f = f});
	fclose(f);
	return rc;
}

static int
is_zone(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && e->d_name[0] != '.' && !strcmp(e->d_name + n - 5, ".zone");
}

static int
each_part(struct source *s, struct reasons *reasons,
    int (*zone)(void *, const struct source_zone *), void *ctx)
{
	struct dirent **list = NULL;
	int n = scandirat(s->fd, ".", &list, is_zone, alphasort), rc = n < 0 ? -errno : 0;

	if (n == 0) {
		reasons_add(reasons, REASON_ARCHIVE, "", 0, "no zone file (*.zone) in the folder");
		rc = -ERR_FORMAT;
	}
	for (int i = 0; i < n; i++) {
		if (rc >= 0)
			rc = give_file(s->fd, list[i]->d_name, zone, ctx);
		free(list[i]);
	}
	free(list);
	return rc < 0 ? rc : 0;
}

static int
each_member(struct source *s, struct reasons *reasons,
    int (*zone)(void *, const struct source_zone *), void *ctx)
{
	int scratch = s->is_folder ? -1 : scratch_open(), rc;
	struct update *u = NULL;
	struct update_member m;

	if (!s->is_folder && scratch < 0)
		return scratch;
	rc = update_open(&u, s->fd, scratch, &s->limits, reasons);
	while (rc >= 0 && (rc = update_next(u, &m)) > 0)
		rc = zone(ctx, &(struct source_zone){.where = m.name,
				   .suffix = m.suffix,
				   .suffix_len = m.suffix_len,
				   .is_manifest = m.suffix_len == 0,
				   .f = m.f});
	update_close(u);
	if (scratch >= 0)
		close(scratch);
	return rc;
}

int
source_each(struct source *s, struct reasons *reasons,
    int (*zone)(void *, const struct source_zone *), void *ctx)
{
	switch (s->kind) {
	case SOURCE_ZONE: return give_file(AT_FDCWD, s->path, zone, ctx);
	case SOURCE_PARTS: return each_part(s, reasons, zone, ctx);
	default: return each_member(s, reasons, zone, ctx);
	}
}

void
reasons_print(const struct reasons *r, const char *program, const char *path, FILE *to)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct reason *x = &r->item[i];
		const char *where = *x->where ? x->where : path;

		fprintf(to, "%s: %s", program, where);
		if (x->line)
			fprintf(to, ":%" PRIu64, x->line);
		fprintf(to, ": %s (%s)", x->text, reason_word(x->code));
		if (x->times > 1)
			fprintf(to, ", %" PRIu64 " times in all", x->times);
		fputc('\n', to);
	}
	if (r->dropped)
		fprintf(to, "%s: and %" PRIu64 " more\n", program, r->dropped);
}
