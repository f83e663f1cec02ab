#include "lists/name.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Canonical form is a fixed point, and text leads back to it. */
static void
check_name(const uint8_t *name, size_t len)
{
	uint8_t again[NAME_LEN_MAX];
	char text[NAME_TEXT_MAX];
	size_t n;

	assert(name_canon(again, name, len) == (int)len);
	assert(!memcmp(again, name, len));
	n = name_to_text(text, name);
	assert(n < NAME_TEXT_MAX && strlen(text) == n);
	assert(name_from_text(again, text, n) == (int)len);
	assert(!memcmp(again, name, len));
	assert(name_labels(name) <= NAME_LABELS_MAX);
	assert(name_is_under(name, len, (const uint8_t *)"", 1));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t name[NAME_LEN_MAX];
	int n = name_canon(name, data, size);

	if (n > 0)
		check_name(name, (size_t)n);
	n = name_from_text(name, (const char *)data, size);
	if (n > 0)
		check_name(name, (size_t)n);
	return 0;
}
