#include "lists/delta.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	unsigned begun, changes, errors;
};

static int
on_begin(void *ctx, const struct list_delta *d, struct list_meta *meta)
{
	struct seen *s = ctx;

	assert(s->begun == 0 && s->changes == 0 && d->from != d->to && d->origin_len > 0);
	s->begun++;
	/* A suffix is never longer than the origin that has it in front. */
	meta->suffix_len = 1;
	meta->suffix[0] = 0;
	return 0;
}

static int
on_change(void *ctx, const struct entry *e, bool remove)
{
	struct seen *s = ctx;

	(void)remove;
	assert(s->begun == 1 && s->errors == 0);
	assert(e->from < e->until && e->name_len > 1 && e->action < ACTIONS);
	s->changes++;
	return 0;
}

static void
on_error(void *ctx, const struct list_error *e)
{
	assert(e->text[0]);
	((struct seen *)ctx)->errors++;
}

/* Changes come behind a good beginning only, and what is not whole ends in an error. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen s = {0};
	struct delta_sink sink = {&s, on_begin, on_change, on_error};
	FILE *f = size ? fmemopen((uint8_t *)(uintptr_t)data, size, "r") : NULL;
	int rc;

	if (!f)
		return 0;
	rc = delta_read(f, "fuzz", NULL, &sink);
	assert((rc == 0) == (s.errors == 0));
	assert(rc != 0 || s.begun == 1);
	fclose(f);
	return 0;
}
