#include "lists/szone_impl.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NODES_PER_RECORD 4 /* with some to spare: labels that only lead down to a name */

static int
compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order ? order : (a_len > b_len) - (a_len < b_len);
}

static int
by_key(const void *va, const void *vb, void *ctx)
{
	const struct szone_raw *a = va, *b = vb;
	const uint8_t *bytes = ctx;
	int order = compare(bytes + a->key, a->key_len, bytes + b->key, b->key_len);

	if (order)
		return order;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	order = compare(bytes + a->rdata, a->len, bytes + b->rdata, b->len);
	return order ? order : (a->line > b->line) - (a->line < b->line);
}

static int
add_node(struct szone_maker *m, uint64_t *size, uint64_t key, unsigned key_len, uint32_t parent)
{
	struct szone *z = m->z;
	const uint8_t *label;

	if (z->nodes_n == *size) {
		struct szone_node *more = reallocarray(z->nodes, 2 * *size + 256, sizeof(*more));

		if (!more)
			return -ENOMEM;
		z->nodes = more;
		*size = 2 * *size + 256;
	}
	z->nodes[z->nodes_n] = (struct szone_node){.key = (uint32_t)key,
	    .key_len = (uint8_t)key_len,
	    .parent = parent,
	    .wildcard = SZONE_NONE,
	    .cut = SZONE_NONE,
	    .first = z->sets_n};
	if (parent != SZONE_NONE) {
		label = z->bytes + key + z->nodes[parent].key_len;
		if (label[0] == 1 && label[1] == '*')
			z->nodes[parent].wildcard = z->nodes_n;
	}
	z->nodes_n++;
	return 0;
}

/* Makes the node of a record's owner, and those between it and what is there of its ancestors. */
static int
add_owner(struct szone_maker *m, uint64_t *size, const struct szone_raw *raw)
{
	struct szone *z = m->z;
	const uint8_t *key = z->bytes + raw->key;
	uint32_t at = z->nodes_n - 1;
	int rc = 0;

	while (z->nodes[at].key_len > raw->key_len ||
	       memcmp(z->bytes + z->nodes[at].key, key, z->nodes[at].key_len) != 0)
		at = z->nodes[at].parent;
	while (rc == 0 && z->nodes[at].key_len < raw->key_len) {
		unsigned len = z->nodes[at].key_len + key[z->nodes[at].key_len] + 1u;

		rc = add_node(m, size, raw->key, len, at);
		at = z->nodes_n - 1;
	}
	if (rc == 0 && z->nodes_n > NODES_PER_RECORD * m->records_max + NAME_LABELS_MAX) {
		szone_wrong(
		    m, raw->line, "more than %d names a record of max-records", NODES_PER_RECORD);
		rc = -ERR_LIMIT;
	}
	return rc;
}

static void
add_record(struct szone_maker *m, const struct szone_raw *raw, const struct szone_raw *before)
{
	struct szone *z = m->z;
	struct szone_node *node = &z->nodes[z->nodes_n - 1];
	struct szone_set *set = &z->sets[z->sets_n - 1];

	if (node->sets_n == 0 || set->type != raw->type) {
		set = &z->sets[z->sets_n++];
		*set = (struct szone_set){
		    .type = raw->type, .ttl = raw->ttl, .first = z->rrs_n, .line = raw->line};
		node->sets_n++;
	} else if (set->ttl != raw->ttl) { /* RFC 2181 5.2 */
		szone_wrong(m, raw->line, "TTL %u, and %u in line %u for the same name and type",
		    raw->ttl, set->ttl, set->line);
		return;
	} else if (before->len == raw->len &&
		   memcmp(z->bytes + before->rdata, z->bytes + raw->rdata, raw->len) == 0) {
		return; /* RFC 2181 5 */
	}
	if (raw->line < set->line)
		set->line = raw->line;
	z->rrs[z->rrs_n++] = (struct szone_rr){.rdata = (uint32_t)raw->rdata,
	    .len = raw->len,
	    .relative = SZONE_OUT,
	    .target = SZONE_NONE};
	set->rrs_n++;
	set->bytes += 12u + raw->len;
	if (set->bytes > SZONE_SET_MAX && set->bytes - 12u - raw->len <= SZONE_SET_MAX)
		szone_wrong(m, raw->line, "RRset of over %d bytes, more than an answer can hold",
		    SZONE_SET_MAX);
}

static bool
is_same_owner(const struct szone *z, const struct szone_raw *a, const struct szone_raw *b)
{
	return a->key_len == b->key_len &&
	       memcmp(z->bytes + a->key, z->bytes + b->key, a->key_len) == 0;
}

int
szone_link(struct szone_maker *m)
{
	struct szone *z = m->z;
	uint64_t size = 0;
	int rc;

	if (m->raw_n == 0) {
		file_error(m->r, "no record: not a zone file");
		return 0;
	}
	qsort_r(m->raw, m->raw_n, sizeof(*m->raw), by_key, z->bytes);
	z->sets = calloc(m->raw_n, sizeof(*z->sets));
	z->rrs = calloc(m->raw_n, sizeof(*z->rrs));
	if (!z->sets || !z->rrs)
		return -ENOMEM;
	rc = add_node(m, &size, m->raw[0].key, m->apex_len, SZONE_NONE);
	for (uint64_t i = 0; i < m->raw_n && rc == 0; i++) {
		const struct szone_raw *raw = &m->raw[i];

		if (i == 0 || !is_same_owner(z, raw, raw - 1))
			rc = add_owner(m, &size, raw);
		if (rc == 0)
			add_record(m, raw, raw - 1);
	}
	return rc;
}
