#include "lists/nameset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A slot is a window of one day: the index keeps windows of one name apart. */
struct nameset {
	struct index_loader *loader; /* until the end */
	struct index *index;         /* from then on */
	struct index_stats stats;
};

int
nameset_new(struct nameset **out, const struct hash_key *key)
{
	struct nameset *s = calloc(1, sizeof(*s));
	int rc = s ? index_loader_new(&s->loader, hash_best(), key, 0) : -ENOMEM;

	*out = NULL;
	if (rc)
		free(s);
	else
		*out = s;
	return rc;
}

int
nameset_add(struct nameset *s, const uint8_t *name, size_t len, unsigned group, unsigned slot)
{
	struct entry e = {.from = (int32_t)slot, .until = (int32_t)slot + 1};

	memcpy(e.name, name, len);
	e.name_len = (uint8_t)len;
	return index_loader_add(s->loader, &e, group, false);
}

int
nameset_end(struct nameset *s)
{
	int rc = index_loader_finish(s->loader, &s->index);

	s->loader = NULL;
	if (rc == 0)
		index_stats(s->index, &s->stats);
	return rc;
}

unsigned
nameset_find(const struct nameset *s, const uint8_t *name, struct nameset_hit out[INDEX_LABELS_MAX])
{
	uint8_t padded[NAME_LEN_MAX + 16] = {0}; /* a hash may read past the end */
	struct probe probe[HASH_LABELS_MAX];
	struct hash_name h;
	unsigned n, kept = 0;

	name_canon(padded, name, NAME_LEN_MAX);
	hash_name_set(&h, padded);
	n = index_find(s->index, &h, 1, probe);
	for (unsigned i = 0; i < n; i++)
		if (probe[i].class)
			out[kept++] = (struct nameset_hit){probe[i].depth, probe[i].class};
	return kept;
}

uint64_t
nameset_groups(const struct nameset *s, uint32_t class, unsigned *places)
{
	uint64_t groups = 0;

	*places = 0;
	for (int32_t slot = 0; slot < NAMESET_SLOTS; slot++) {
		const struct index_rule *r = index_decide(s->index, class, slot);

		for (; r; r = index_decide(s->index, r->next, slot)) {
			groups |= 1ull << r->feed;
			++*places;
		}
	}
	return groups;
}

uint64_t
nameset_names(const struct nameset *s)
{
	return s->stats.names;
}

uint64_t
nameset_added(const struct nameset *s)
{
	return s->stats.entries;
}

void
nameset_free(struct nameset *s)
{
	if (!s)
		return;
	index_loader_free(s->loader);
	index_free(s->index);
	free(s);
}
