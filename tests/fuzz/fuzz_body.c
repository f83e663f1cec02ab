/* Any body of an upload, in any pieces, against any announced end and limit.  Two bytes of limit,
 * two of end, two of where it begins, then pieces, each behind its length: what is in the file is
 * what came, up to the first piece that was too much, and never more than was announced or
 * allowed. */
#include "control/intake_impl.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static uint64_t
take16(const uint8_t **at)
{
	uint64_t n = (uint64_t)(*at)[0] << 8 | (*at)[1];

	*at += 2;
	return n;
}

static void
check_file(const struct intake_request *r, uint64_t from, const char *want)
{
	size_t n = (size_t)(r->at - from);
	char *got = malloc(n + 1);
	struct stat st;

	assert(got && fstat(r->file, &st) == 0);
	assert((uint64_t)st.st_size == (n ? r->at : 0));
	assert(pread(r->file, got, n + 1, (off_t)from) == (ssize_t)n);
	assert(memcmp(got, want, n) == 0);
	free(got);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct intake in;
	const uint8_t *at = bytes, *end = bytes + len;
	struct intake_request r = {0};
	char *came = malloc(len + 1);
	uint64_t from;
	size_t n = 0;

	if (len < 6 || !came) {
		free(came);
		return 0;
	}
	in.body_max = take16(&at);
	r.end = take16(&at);
	from =
	    take16(&at) % ((r.end < in.body_max ? r.end : in.body_max) + 1); /* as open sees to */
	r.at = from;
	r.file = memfd_create("body", MFD_CLOEXEC);
	while (r.file >= 0 && at < end) {
		size_t piece = *at++;

		piece = piece < (size_t)(end - at) ? piece : (size_t)(end - at);
		intake_upload_write(&in, &r, (const char *)at, piece);
		if (!r.status) {
			memcpy(came + n, at, piece);
			n += piece;
		}
		assert(r.at == from + n && r.at <= in.body_max && r.at <= r.end);
		at += piece;
	}
	if (r.file >= 0) {
		check_file(&r, from, came);
		close(r.file);
	}
	free(came);
	return 0;
}
