#include "control/build_parts.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_BESIDE 32 /* descriptors that are not parts */

int
parts_add(struct parts *p, const uint8_t *suffix, size_t len, const char *path)
{
	struct part *part;

	if (p->n == PARTS_MAX)
		return -ERR_FULL;
	if (p->n == p->room) {
		size_t room = p->room ? 2 * p->room : 16;

		part = reallocarray(p->part, room, sizeof(*part));
		if (!part)
			return -ENOMEM;
		p->part = part;
		p->room = room;
	}
	part = &p->part[p->n];
	memset(part, 0, sizeof(*part));
	memcpy(part->suffix, suffix, len);
	part->suffix_len = (uint8_t)len;
	part->path = strdup(path);
	if (!part->path)
		return -ENOMEM;
	p->n++;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->suffix_len != y->suffix_len)
		return x->suffix_len - y->suffix_len;
	return memcmp(x->suffix, y->suffix, x->suffix_len);
}

static struct part *
find(struct parts *p, const uint8_t *name, size_t len)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct part *part = &p->part[middle];
		int order = (int)len - part->suffix_len;

		if (order == 0)
			order = memcmp(name, part->suffix, len);
		if (order == 0)
			return part;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* The origin is suffix.feed.hub. */
static int
set_origin(struct list_meta *m, const struct part *part, const struct parts *p)
{
	size_t relative = part->suffix_len - 1u, feed = strlen(m->feed);

	if (relative + 1 + feed + p->hub_len > NAME_LEN_MAX)
		return -ERR_NAME;
	memcpy(m->suffix, part->suffix, part->suffix_len);
	m->suffix_len = part->suffix_len;
	memcpy(m->origin, part->suffix, relative);
	m->origin[relative] = (uint8_t)feed;
	memcpy(m->origin + relative + 1, m->feed, feed);
	memcpy(m->origin + relative + 1 + feed, p->hub, p->hub_len);
	m->origin_len = (uint8_t)(relative + 1 + feed + p->hub_len);
	return 0;
}

static int
hub_name(uint8_t out[NAME_LEN_MAX], const char *label, const struct parts *p)
{
	size_t n = strlen(label);

	if (n + 1 + p->hub_len > NAME_LEN_MAX)
		return -ERR_NAME;
	out[0] = (uint8_t)n;
	memcpy(out + 1, label, n);
	memcpy(out + 1 + n, p->hub, p->hub_len);
	return 0;
}

static int
write_head(struct parts *p, struct part *part, FILE *to)
{
	uint8_t ns[NAME_LEN_MAX], mail[NAME_LEN_MAX];
	struct list_meta meta = p->meta;
	int rc;

	rc = set_origin(&meta, part, p);
	rc = rc < 0 ? rc : hub_name(ns, "ns", p);
	rc = rc < 0 ? rc : hub_name(mail, "hostmaster", p);
	return rc < 0 ? rc : zone_write_head(&part->w, to, &meta, ns, mail);
}

/* Finds out before any input is read whether every part can have its metadata. */
static int
try_heads(struct parts *p)
{
	FILE *f = fopen("/dev/null", "we");
	int rc = f ? 0 : -errno;

	for (size_t i = 0; i < p->n && rc == 0; i++) {
		p->failed = p->part[i].path;
		rc = write_head(p, &p->part[i], f);
	}
	if (f)
		fclose(f);
	return rc;
}

static int
allow_files(rlim_t need)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -errno;
	if (limit.rlim_cur >= need)
		return 0;
	if (limit.rlim_max < need)
		return -EMFILE;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? -errno : 0;
}

int
parts_prepare(struct parts *p)
{
	int rc;

	qsort(p->part, p->n, sizeof(*p->part), compare);
	for (size_t i = 1; i < p->n; i++) {
		p->failed = p->part[i].path;
		if (!compare(&p->part[i - 1], &p->part[i]))
			return -EEXIST;
	}
	rc = try_heads(p);
	return rc < 0 ? rc : allow_files(p->n + FILES_BESIDE);
}

/* A file beside the part's own, with the mode that open() would have given it. */
static int
open_temporary(struct part *part)
{
	mode_t mask = umask(0);
	int fd, rc = 0;

	umask(mask);
	if (asprintf(&part->temporary, "%s.XXXXXX", part->path) < 0) {
		part->temporary = NULL;
		return -ENOMEM;
	}
	fd = mkostemp(part->temporary, O_CLOEXEC);
	if (fd < 0) {
		rc = -errno;
		free(part->temporary);
		part->temporary = NULL;
		return rc;
	}
	part->f = fdopen(fd, "w");
	if (!part->f || fchmod(fd, 0666 & ~mask) < 0)
		rc = -errno;
	if (!part->f)
		close(fd);
	return rc;
}

static int
open_part(struct parts *p, struct part *part)
{
	int rc;

	p->failed = part->path;
	rc = open_temporary(part);
	return rc < 0 ? rc : write_head(p, part, part->f);
}

int
parts_write(struct parts *p, const struct entry *e)
{
	struct part *part = NULL;
	int rc = 0;

	if (find(p, e->name, e->name_len))
		return -ERR_REFUSED;
	for (size_t at = e->name[0] + 1u; at < e->name_len && !part; at += e->name[at] + 1u)
		part = find(p, e->name + at, e->name_len - at);
	if (!part)
		return -ERR_UNKNOWN;
	if (!part->f)
		rc = open_part(p, part);
	return rc < 0 ? rc : zone_write_entry(&part->w, e);
}

static int
complete(struct parts *p, struct part *part)
{
	int rc = 0;

	p->failed = part->path;
	if (!part->f)
		rc = open_part(p, part);
	if (rc < 0)
		return rc;
	zone_write_end(&part->w);
	if (fflush(part->f) != 0 || ferror(part->f) || fsync(fileno(part->f)) < 0)
		return errno ? -errno : -EIO;
	rc = fclose(part->f) ? -errno : 0;
	part->f = NULL;
	return rc;
}

/* A rename is on disk when its directory is. */
static int
sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd, rc = 0;

	if (!dir)
		return -ENOMEM;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		rc = -errno;
	if (fd >= 0)
		close(fd);
	free(dir);
	return rc;
}

int
parts_commit(struct parts *p)
{
	for (size_t i = 0; i < p->n; i++) {
		int rc = complete(p, &p->part[i]);

		if (rc < 0)
			return rc;
	}
	for (size_t i = 0; i < p->n; i++) {
		struct part *part = &p->part[i];

		p->failed = part->path;
		if (rename(part->temporary, part->path) < 0)
			return -errno;
		free(part->temporary);
		part->temporary = NULL;
	}
	return sync_directory(p->part[0].path);
}

void
parts_free(struct parts *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct part *part = &p->part[i];

		if (part->f)
			fclose(part->f);
		if (part->temporary)
			unlink(part->temporary);
		free(part->temporary);
		free(part->path);
	}
	free(p->part);
}
