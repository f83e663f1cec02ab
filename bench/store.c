#include "bench/store.h"

#include "base/err.h"
#include "bench/draw.h"
#include "bench/names.h"
#include "lists/digest.h"
#include "lists/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_NAMES 65536
#define TRIES       1000
#define LABEL_MIN   5

unsigned
store_name_len(const uint8_t *name)
{
	unsigned len = 1;

	for (; *name; name += *name + 1)
		len += *name + 1u;
	return len;
}

const uint8_t *
store_name(const struct names_store *s, uint64_t k)
{
	return s->bytes + s->at[k];
}

static int
grow(void **p, size_t bytes)
{
	void *more = realloc(*p, bytes);

	if (!more)
		return -ENOMEM;
	*p = more;
	return 0;
}

static int
add(struct names_store *s, const uint8_t *name, unsigned len)
{
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : FIRST_NAMES;
		if (grow((void **)&s->at, s->room * sizeof(*s->at)) < 0)
			return -ENOMEM;
	}
	if (s->used + len + STORE_PAD > s->bytes_room) {
		s->bytes_room = 2 * s->bytes_room + FIRST_NAMES;
		if (s->used > UINT32_MAX - NAME_LEN_MAX)
			return -ERR_FULL;
		if (grow((void **)&s->bytes, s->bytes_room) < 0)
			return -ENOMEM;
	}
	s->at[s->n++] = (uint32_t)s->used;
	memcpy(s->bytes + s->used, name, len);
	memset(s->bytes + s->used + len, 0, STORE_PAD);
	s->used += len;
	s->longest = len > s->longest ? len : s->longest;
	return 0;
}

static int
on_entry(void *ctx, const struct entry *e)
{
	return add(ctx, e->name, e->name_len);
}

static int
seal(struct names_store *s)
{
	uint8_t digest[SHA256_BYTES];
	int rc = s->n ? digest_sha256(digest, s->bytes, s->used) : -ERR_SHORT;

	if (rc == 0)
		digest_hex(s->digest, digest, sizeof(digest));
	return rc;
}

int
store_read(
    struct names_store *s, const char *path, void (*error)(void *, const struct list_error *))
{
	struct list_sink sink = {.ctx = s, .entry = on_entry, .error = error};
	FILE *f = fopen(path, "r");
	int rc;

	*s = (struct names_store){0};
	if (!f)
		return -errno;
	rc = list_read(f, path, LIST_AUTO, NULL, &sink);
	fclose(f);
	if (rc == 0)
		rc = seal(s);
	if (rc < 0)
		store_free(s);
	return rc;
}

int
store_make(struct names_store *s, uint64_t n)
{
	struct names gen = {1};
	uint8_t name[16];
	int rc = 0;

	*s = (struct names_store){0};
	while (rc == 0 && s->n < n) {
		unsigned len = names_next(&gen, name);

		rc = add(s, name, len);
	}
	if (rc == 0)
		rc = seal(s);
	if (rc < 0)
		store_free(s);
	return rc;
}

int
store_index(struct names_store *s)
{
	struct hash_key key = {{7}};
	struct index_loader *l;
	int rc = index_loader_new(&l, hash_best(), &key, 0);

	if (rc < 0)
		return rc;
	for (uint64_t i = 0; i < s->n && rc == 0; i++) {
		struct entry e = {.from = DAY_FIRST, .until = DAY_NEVER, .action = ACTION_INHERIT};

		e.name_len = (uint8_t)store_name_len(store_name(s, i));
		memcpy(e.name, store_name(s, i), e.name_len);
		rc = index_loader_add(l, &e, 0, false);
	}
	if (rc == 0)
		return index_loader_finish(l, &s->index);
	index_loader_free(l);
	return rc;
}

void
store_free(struct names_store *s)
{
	index_free(s->index);
	free(s->bytes);
	free(s->at);
	*s = (struct names_store){0};
}

static bool
is_covered(const struct names_store *s, const uint8_t *name)
{
	struct probe probes[HASH_LABELS_MAX];
	struct hash_name h;
	unsigned n;

	hash_name_set(&h, name);
	n = index_find(s->index, &h, 1, probes);
	for (unsigned i = 0; i < n; i++)
		if (probes[i].class)
			return true;
	return false;
}

static const uint8_t *
last_label(const uint8_t *name)
{
	while (*name && name[*name + 1])
		name += *name + 1;
	return name;
}

int
store_unlisted(const struct names_store *s, uint64_t k, struct draw *d, uint8_t *out)
{
	const uint8_t *name = store_name(s, k), *parent = name + *name + 1;
	unsigned len = *name < LABEL_MIN ? LABEL_MIN : *name;

	for (unsigned try = 0; try < TRIES; try++) {
		if (try == TRIES / 2) /* the parent itself may be listed */
			parent = last_label(name);
		if (try > 8 && len < NAME_LABEL_MAX &&
		    len < *name + (unsigned)STORE_MISS_LONGER - 2)
			len++;
		if (1 + len + store_name_len(parent) > NAME_LEN_MAX)
			len = LABEL_MIN;
		out[0] = (uint8_t)len;
		for (unsigned i = 1; i <= len; i++)
			out[i] = (uint8_t)('a' + draw_below(d, 26));
		memcpy(out + 1 + len, parent, store_name_len(parent));
		memset(out + 1 + len + store_name_len(parent), 0, STORE_PAD);
		if (!is_covered(s, out))
			return 0;
	}
	return -ERR_FULL;
}
