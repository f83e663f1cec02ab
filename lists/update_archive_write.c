#include "lists/update_archive_write.h"

#include "base/err.h"

#include <archive.h>
#include <archive_entry.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define BLOCK_BYTES 65536

struct archive_writer {
	struct archive *a; /* ours */
};

int
archive_writer_open(struct archive_writer **out, int fd, bool gzip)
{
	struct archive_writer *w = calloc(1, sizeof(*w));

	*out = w;
	if (!w)
		return -ENOMEM;
	w->a = archive_write_new();
	if (!w->a || archive_write_set_format_pax_restricted(w->a) != ARCHIVE_OK ||
	    (gzip && archive_write_add_filter_gzip(w->a) != ARCHIVE_OK) ||
	    archive_write_open_fd(w->a, fd) != ARCHIVE_OK)
		return -ERR_LIBRARY;
	return 0;
}

int
archive_writer_add(struct archive_writer *w, const char *name, FILE *f, int64_t mtime)
{
	struct archive_entry *e = archive_entry_new();
	char block[BLOCK_BYTES];
	struct stat st;
	size_t n;
	int rc = -EIO;

	if (!e || fstat(fileno(f), &st) < 0)
		goto out;
	archive_entry_set_pathname(e, name);
	archive_entry_set_size(e, st.st_size);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, mtime, 0);
	if (archive_write_header(w->a, e) != ARCHIVE_OK)
		goto out;
	rewind(f);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		if (archive_write_data(w->a, block, n) != (la_ssize_t)n)
			goto out;
	rc = ferror(f) ? -EIO : 0;
out:
	archive_entry_free(e);
	return rc;
}

int
archive_writer_end(struct archive_writer *w)
{
	return archive_write_close(w->a) == ARCHIVE_OK ? 0 : -EIO;
}

void
archive_writer_close(struct archive_writer *w)
{
	if (w && w->a)
		archive_write_free(w->a);
	free(w);
}
