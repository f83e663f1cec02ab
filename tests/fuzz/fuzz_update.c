#include "lists/verify.h"

#include "base/err.h"

#include <assert.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An archive from outside, with limits that a bomb would break at once.  No key is pinned that
 * could have signed it: it is refused, with a reason, and nothing of it is handed on. */
static int
entry(void *ctx, const struct zone_verdict *part, const struct entry *e)
{
	(void)ctx, (void)part, (void)e;
	assert(!"an entry that nobody signed");
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct trust trust = {.feed = "f", .threshold = 1};
	int fd = memfd_create("archive", MFD_CLOEXEC),
	    scratch = memfd_create("member", MFD_CLOEXEC);
	struct verify v = {.trust = &trust,
	    .scratch = scratch,
	    .spill_fd = -1,
	    .limits = {.manifest_bytes = 1 << 16,
		.member_bytes = 1 << 16,
		.total_bytes = 1 << 18,
		.members = 16},
	    .entry = entry};

	if (fd >= 0 && scratch >= 0 && write(fd, data, size) == (ssize_t)size) {
		int rc = update_verify(&v, fd);

		assert(rc != 0 || (v.state == VERIFY_REFUSED && v.reasons.n > 0));
	}
	verify_free(&v);
	close(fd);
	close(scratch);
	return 0;
}
