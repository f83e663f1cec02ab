/* Any request: ctl_split refuses it, or its words join to the same bytes again. */

#include "base/ctl.h"
#include "base/err.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void
check_words(char **argv, int argc, const uint8_t *bytes, size_t len)
{
	for (int i = 0; i < argc; i++) {
		size_t n = strlen(argv[i]);

		if (!n || n + 1 > len || memcmp(argv[i], bytes, n) != 0)
			abort();
		if (bytes[n] != (i + 1 < argc ? ' ' : '\n'))
			abort();
		bytes += n + 1;
		len -= n + 1;
	}
	if (len)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *argv[CTL_WORDS_MAX], *text = malloc(len ? len : 1);
	int argc;

	if (!text)
		return 0;
	if (len)
		memcpy(text, bytes, len);
	argc = ctl_split(argv, text, len);
	if (argc > 0 && argc <= CTL_WORDS_MAX)
		check_words(argv, argc, bytes, len);
	else if (argc != -ERR_SHORT && argc != -ERR_FORMAT && argc != -ERR_LIMIT)
		abort();
	free(text);
	return 0;
}
