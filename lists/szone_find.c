#include "lists/szone.h"

#include <string.h>

unsigned
szone_key(uint8_t out[NAME_LEN_MAX], const uint8_t *name)
{
	unsigned len = 0, pos = 0;

	while (name[len])
		len += name[len] + 1u;
	while (name[pos]) {
		unsigned n = name[pos] + 1u;

		memcpy(out + len - pos - n, name + pos, n);
		pos += n;
	}
	return len;
}

static bool
is_at_or_above(
    const struct szone *z, const struct szone_node *node, const uint8_t *key, unsigned len)
{
	return node->key_len <= len && memcmp(z->bytes + node->key, key, node->key_len) == 0;
}

/* Whether a node's key comes behind key. */
static bool
is_behind(const struct szone *z, const struct szone_node *node, const uint8_t *key, unsigned len)
{
	unsigned most = node->key_len < len ? node->key_len : len;
	int order = memcmp(z->bytes + node->key, key, most);

	return order > 0 || (order == 0 && node->key_len > len);
}

/* The last node that does not come behind key is key's node or stands below key's closest encloser:
 * nothing but what is below that stands between the two. */
const struct szone_node *
szone_find(const struct szone *z, const uint8_t *key, unsigned len, bool *exact)
{
	uint32_t low = 0, high = z->nodes_n; /* node low is not behind; node high is */
	const struct szone_node *node;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (is_behind(z, &z->nodes[middle], key, len))
			high = middle;
		else
			low = middle;
	}
	node = &z->nodes[low];
	while (!is_at_or_above(z, node, key, len))
		node = &z->nodes[node->parent];
	*exact = node->key_len == len;
	return node;
}

const struct szone_set *
szone_set(const struct szone *z, const struct szone_node *node, unsigned type)
{
	for (unsigned i = 0; i < node->sets_n; i++)
		if (z->sets[node->first + i].type == type)
			return &z->sets[node->first + i];
	return NULL;
}
