#include "lists/read_impl.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a reading gave, as a sum over its bytes. */
struct sum {
	uint64_t hash;
	unsigned errors;
};

static void
add(struct sum *s, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		s->hash = (s->hash ^ p[i]) * 0x100000001b3u;
}

static int
add_entry(void *ctx, const struct entry *e)
{
	assert(e->from < e->until && e->name_len > 1 && e->action < ACTIONS);
	assert(e->comment_len <= ENTRY_COMMENT_MAX);
	add(ctx, &e->from, sizeof(e->from));
	add(ctx, &e->until, sizeof(e->until));
	add(ctx, &e->action, sizeof(e->action));
	add(ctx, e->name, e->name_len);
	add(ctx, e->comment, e->comment_len);
	return 0;
}

static int
add_meta(void *ctx, const struct list_meta *m)
{
	add(ctx, m, sizeof(*m));
	return 0;
}

static void
add_error(void *ctx, const struct list_error *e)
{
	((struct sum *)ctx)->errors++;
	add(ctx, &e->line, sizeof(e->line));
	add(ctx, &e->column, sizeof(e->column));
	add(ctx, e->text, strlen(e->text));
}

static int
read_by(struct sum *s, const uint8_t *data, size_t size, bool by_ldns)
{
	const struct list_sink sink = {s, add_entry, add_meta, add_error};
	FILE *f = fmemopen((uint8_t *)(uintptr_t)data, size, "r");
	int rc = 0;

	if (f) {
		rc = list_read_zone(f, "fuzz", &sink, by_ldns);
		assert((rc == 0) == (s->errors == 0));
		fclose(f);
	}
	return rc;
}

/* Both paths of the reader find the same entries and the same mistakes. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum fast = {0}, slow = {0};

	if (size == 0)
		return 0;
	assert(read_by(&fast, data, size, false) == read_by(&slow, data, size, true));
	assert(fast.hash == slow.hash && fast.errors == slow.errors);
	return 0;
}
