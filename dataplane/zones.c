#include "dataplane/zones.h"

#include "dataplane/limit.h"
#include "dataplane/wire.h"

#include <stdbool.h>
#include <string.h>

/* Whether zone i's origin comes behind key, as in szone_find. */
static bool
is_behind(const struct zones *zones, unsigned i, const uint8_t *key, unsigned len)
{
	unsigned n = zones->at[i].key_len;
	int order = memcmp(zones->at[i].key, key, n < len ? n : len);

	return order > 0 || (order == 0 && n > len);
}

static bool
is_at_or_above(const struct zones *zones, unsigned i, const uint8_t *key, unsigned len)
{
	return zones->at[i].key_len <= len &&
	       memcmp(zones->at[i].key, key, zones->at[i].key_len) == 0;
}

unsigned
zones_find(const struct zones *zones, const uint8_t *key, unsigned len)
{
	unsigned low = 0, high = zones->n; /* what is below low is not behind; high is */
	unsigned at;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (is_behind(zones, middle, key, len))
			high = middle;
		else
			low = middle + 1;
	}
	if (low == 0)
		return ZONES_MAX;
	for (at = low - 1; at < ZONES_MAX; at = zones->at[at].above)
		if (is_at_or_above(zones, at, key, len))
			break;
	return at;
}

/* As zone_answer.c will answer (RFC 1034 4.3.2, 3). */
static enum limit_class
class_of(const struct szone *z, const struct szone_node *node, bool exact, unsigned qtype)
{
	if (node->cut != SZONE_NONE && !(exact && qtype == TYPE_DS && node == &z->nodes[node->cut]))
		return LIMIT_REFERRAL;
	if (!exact && node->wildcard == SZONE_NONE)
		return LIMIT_NXDOMAIN;
	if (!exact)
		node = &z->nodes[node->wildcard];
	if ((qtype == TYPE_ANY && node->sets_n) || szone_set(z, node, qtype) ||
	    szone_set(z, node, TYPE_CNAME))
		return LIMIT_POSITIVE;
	return LIMIT_NODATA;
}

static void
take(struct vec *v, unsigned i, const struct szone *z, const uint8_t *key, unsigned len)
{
	bool exact;
	const struct szone_node *node = szone_find(z, key, len, &exact);

	v->node[i] = node;
	v->node_exact[i] = exact;
	v->zone_class[i] = (uint8_t)class_of(z, node, exact, v->qtype[i]);
	v->way[i] = WAY_ZONE;
	v->hash[i].labels = 0; /* no list is asked */
}

void
stage_zones(struct vec *v, unsigned from, unsigned to, const struct zones *zones)
{
	for (unsigned i = from; i < to; i++) {
		uint8_t key[NAME_LEN_MAX];
		unsigned len, at;

		if (v->way[i] != WAY_NONE)
			continue;
		len = szone_key(key, v->name[i]);
		at = zones_find(zones, key, len);
		/* DS is the parent's to know, where that is here too (RFC 4035 3.1.4.1). */
		if (at < ZONES_MAX && v->qtype[i] == TYPE_DS && len == zones->at[at].key_len &&
		    zones->at[at].above < ZONES_MAX)
			at = zones->at[at].above;
		if (at == ZONES_MAX)
			continue;
		v->zone[i] = (uint8_t)at;
		take(v, i, zones->at[at].zone, key, len);
	}
}
