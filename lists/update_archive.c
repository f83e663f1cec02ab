#include "lists/update_impl.h"

#include "base/err.h"

#include <archive.h>
#include <archive_entry.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_BYTES 65536

struct archive_reader {
	struct archive *a; /* ours */
	struct archive_entry *entry;
	struct update *u;
	uint8_t block[BLOCK_BYTES], out[BLOCK_BYTES];
	uint64_t read;
};

static int
damaged(struct archive_reader *r)
{
	const char *text = archive_error_string(r->a);

	reasons_add(r->u->reasons, REASON_ARCHIVE, "", 0, "not a tar archive that can be read: %s",
	    text ? text : "damaged");
	return -ERR_FORMAT;
}

/* libarchive's own reader of descriptors seeks; this one only reads, and counts. */
static la_ssize_t
read_block(struct archive *a, void *ctx, const void **block)
{
	struct archive_reader *r = ctx;
	ssize_t n;

	do
		n = pread(r->u->fd, r->block, sizeof(r->block), (off_t)r->read);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		archive_set_error(a, errno, "%s", err_text(-errno));
	else
		r->read += (uint64_t)n;
	*block = r->block;
	return n;
}

int
archive_reader_open(struct archive_reader **out, struct update *u)
{
	struct archive_reader *r = calloc(1, sizeof(*r));
	int rc = 0;

	*out = r;
	if (!r)
		return -ENOMEM;
	r->u = u;
	r->a = archive_read_new();
	/* It would leave off at the archive's end mark and never see what comes behind it. */
	if (!r->a || archive_read_support_format_tar(r->a) != ARCHIVE_OK ||
	    archive_read_set_format_option(r->a, "tar", "read_concatenated_archives", "1") !=
		ARCHIVE_OK ||
	    archive_read_support_filter_gzip(r->a) != ARCHIVE_OK ||
	    archive_read_support_filter_zstd(r->a) != ARCHIVE_OK)
		return -ERR_LIBRARY;
	rc = archive_read_open(r->a, r, NULL, read_block, NULL);
	if (rc != ARCHIVE_OK)
		return damaged(r);
	if (archive_filter_count(r->a) > 2) { /* the second is the file itself */
		reasons_add(u->reasons, REASON_ARCHIVE, "", 0, "compressed more than once");
		return -ERR_FORMAT;
	}
	return 0;
}

void
archive_reader_close(struct archive_reader *r)
{
	if (r && r->a)
		archive_read_free(r->a);
	free(r);
}

/* The file must end where the archive does: of what a decompressor leaves unread nobody knows what
 * another reader would make. */
static int
at_end(struct archive_reader *r)
{
	struct stat st;

	if (fstat(r->u->fd, &st) < 0)
		return -errno;
	if (archive_filter_bytes(r->a, -1) == st.st_size)
		return 0;
	reasons_add(r->u->reasons, REASON_ARCHIVE, "", 0, "there are bytes behind its end");
	return -ERR_FORMAT;
}

int
archive_reader_next(struct archive_reader *r, char name[REASON_WHERE_MAX], bool *is_regular)
{
	int rc = archive_read_next_header(r->a, &r->entry);
	const char *path;

	if (rc == ARCHIVE_EOF)
		return at_end(r);
	if (rc != ARCHIVE_OK)
		return damaged(r);
	path = archive_entry_pathname(r->entry);
	snprintf(name, REASON_WHERE_MAX, "%s", path ? path : "");
	/* A name that was cut is no member's: those end in .zone and are shorter. */
	if (!path || strlen(path) >= REASON_WHERE_MAX)
		snprintf(name, REASON_WHERE_MAX, "(a name that is too long)");
	*is_regular = archive_entry_filetype(r->entry) == AE_IFREG &&
		      !archive_entry_hardlink(r->entry) && !archive_entry_symlink(r->entry);
	return 1;
}

int
archive_reader_extract(struct archive_reader *r, struct update_member *m)
{
	uint64_t allowed = update_allowance(r->u, m);
	int rc;

	if (archive_entry_size_is_set(r->entry) && (uint64_t)archive_entry_size(r->entry) > allowed)
		return update_too_large(r->u, m->name);
	if (lseek(r->u->scratch, 0, SEEK_SET) < 0 || ftruncate(r->u->scratch, 0) < 0)
		return -errno;
	for (;;) {
		la_ssize_t n = archive_read_data(r->a, r->out, sizeof(r->out));

		if (n < 0)
			return damaged(r);
		if (n == 0)
			return 0;
		m->bytes += (uint64_t)n;
		if (m->bytes > allowed)
			return update_too_large(r->u, m->name);
		rc = update_write(r->u->scratch, r->out, (size_t)n);
		if (rc < 0)
			return rc;
	}
}
