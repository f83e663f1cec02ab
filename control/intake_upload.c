#include "control/intake_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
intake_name(char out[INTAKE_NAME_MAX], const char *publisher, const struct intake_target *t)
{
	snprintf(out, INTAKE_NAME_MAX, "%s.%s.%s%" PRIu32, publisher, t->feed,
	    t->is_keys ? "keys-" : "", t->serial);
}

static int
path_of(char path[PATH_MAX], const struct intake *in, const struct intake_request *r)
{
	char name[INTAKE_NAME_MAX];

	intake_name(name, r->publisher->name, &r->target);
	return snprintf(path, PATH_MAX, "%s/%s", in->spool, name) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

uint64_t
intake_upload_size(const struct intake *in, const struct intake_request *r)
{
	char path[PATH_MAX];
	struct stat st;

	return path_of(path, in, r) == 0 && stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* A publisher has one upload of a feed: one that begins ends those of other serials. */
static void
remove_others(const struct intake *in, const struct intake_request *r)
{
	char prefix[INTAKE_NAME_MAX];
	DIR *d = opendir(in->spool);
	const struct dirent *e;
	int len = snprintf(prefix, sizeof(prefix), "%s.%s.", r->publisher->name, r->target.feed);

	while (d && (e = readdir(d)))
		if (strncmp(e->d_name, prefix, (size_t)len) == 0)
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
}

static int
wrong(struct intake_request *r, unsigned status, const char *why)
{
	r->status = status;
	r->why = why;
	return 0;
}

static bool
is_busy(const struct intake *in, const struct intake_request *r)
{
	for (const struct intake_request *other = in->requests; other; other = other->next)
		if (other != r && other->is_put && other->publisher == r->publisher &&
		    other->phase != PHASE_NEW && other->phase != PHASE_ANSWERED &&
		    strcmp(other->target.feed, r->target.feed) == 0)
			return true;
	return false;
}

int
intake_upload_open(const struct intake *in, struct intake_request *r)
{
	const char *ranges =
	    MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Content-Range");
	const char *length =
	    MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Content-Length");
	struct intake_range range = {0, 0, UINT64_MAX};
	char path[PATH_MAX];
	int rc = path_of(path, in, r);

	if (rc < 0)
		return rc;
	r->end = r->total = length ? strtoull(length, NULL, 10) : UINT64_MAX;
	if (ranges) {
		if (intake_range_parse(&range, ranges) < 0)
			return wrong(
			    r, MHD_HTTP_BAD_REQUEST, "Content-Range is not as RFC 9110 has it");
		r->end = range.to + 1;
		r->total = range.total;
	}
	if (r->total != UINT64_MAX && r->total > in->body_max)
		return wrong(r, MHD_HTTP_CONTENT_TOO_LARGE, "larger than archive-max");
	if (is_busy(in, r))
		return wrong(r, MHD_HTTP_CONFLICT, "another upload of this feed is under way");
	if (range.from && range.from != intake_upload_size(in, r))
		return wrong(
		    r, MHD_HTTP_RANGE_NOT_SATISFIABLE, "GET says where the upload goes on");
	if (!range.from)
		remove_others(in, r);
	r->at = range.from;
	r->file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	return r->file < 0 ? -errno : 0;
}

void
intake_upload_write(
    const struct intake *in, struct intake_request *r, const char *bytes, size_t len)
{
	if (r->status || !r->is_put)
		return; /* the body is read to its end, or to the limit, and thrown away */
	if (len > in->body_max - r->at || r->at + len > r->end) {
		wrong(
		    r, MHD_HTTP_CONTENT_TOO_LARGE, "more than was announced, or than archive-max");
		return;
	}
	while (len) {
		ssize_t n = pwrite(r->file, bytes, len, (off_t)r->at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			wrong(r, MHD_HTTP_INSUFFICIENT_STORAGE, "no space; try again later");
			return;
		}
		bytes += n;
		len -= (size_t)n;
		r->at += (uint64_t)n;
	}
}
