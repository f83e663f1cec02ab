/* fuzz_intake: what strangers write into a request's target and Content-Range. */
#include "control/intake_target.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *text, size_t len)
{
	char *copy = malloc(len + 1);
	struct intake_target t;
	struct intake_range r;

	if (!copy)
		return 0;
	memcpy(copy, text, len);
	copy[len] = '\0';
	/* A feed becomes part of a file's name. */
	if (intake_target_parse(&t, copy) == 0 && (!*t.feed || strpbrk(t.feed, "/.%")))
		abort();
	if (intake_range_parse(&r, copy) == 0 && (r.from > r.to || r.to >= r.total))
		abort();
	free(copy);
	return 0;
}
