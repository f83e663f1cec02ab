/* Any file of names: what is taken is canonical and no root, and the counts agree. */
#include "lists/allow.h"

#include "base/err.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
check_name(void *ctx, const uint8_t *name, size_t len)
{
	uint8_t again[NAME_LEN_MAX];

	assert(len > 1 && len <= NAME_LEN_MAX);
	assert(name_canon(again, name, len) == (int)len && !memcmp(again, name, len));
	++*(uint64_t *)ctx;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct allow_counts counts;
	uint64_t names = 0;
	FILE *f = size ? fmemopen((uint8_t *)(uintptr_t)data, size, "r") : NULL;
	int rc;

	if (!f)
		return 0;
	rc = allow_read(f, check_name, &names, &counts);
	assert(counts.names == names && (counts.bad > 0) == (counts.bad_line > 0));
	assert(rc == (counts.bad && !names ? -ERR_FORMAT : 0));
	fclose(f);
	return 0;
}
