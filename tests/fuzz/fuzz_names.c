#include "lists/read.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
check_entry(void *ctx, const struct entry *e)
{
	uint8_t again[NAME_LEN_MAX];

	(void)ctx;
	assert(e->from < e->until && e->name_len > 1 && e->action < ACTIONS);
	assert(e->comment_len <= ENTRY_COMMENT_MAX);
	assert(name_canon(again, e->name, e->name_len) == e->name_len);
	assert(!memcmp(again, e->name, e->name_len));
	return 0;
}

static void
count_error(void *ctx, const struct list_error *e)
{
	assert(strlen(e->text) > 0);
	++*(unsigned *)ctx;
}

/* The first byte chooses the form. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum list_form forms[] = {LIST_AUTO, LIST_HOSTS, LIST_NAMES, LIST_RPZ};
	unsigned errors = 0;
	const struct list_sink sink = {&errors, check_entry, NULL, count_error};
	const struct list_limits limits = {.line_max = 512};
	FILE *f = size > 1 ? fmemopen((uint8_t *)(uintptr_t)data + 1, size - 1, "r") : NULL;
	int rc;

	if (!f)
		return 0;
	rc = list_read(f, "fuzz", forms[data[0] % 4], &limits, &sink);
	assert((rc == 0) == (errors == 0));
	fclose(f);
	return 0;
}
