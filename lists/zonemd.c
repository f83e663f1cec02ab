#include "lists/zonemd.h"

#include "base/err.h"
#include "lists/canonical.h"
#include "lists/sorter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY_DEFAULT ((size_t)64 << 20)

struct zonemd {
	struct zonemd_options o;
	struct apex apex;
	struct digest *digest; /* ours */
	struct sorter *sorter; /* ours; NULL: records are digested as they come */
	bool is_begun;         /* the apex is digested */
	uint64_t body;
	size_t last_len, last_name_len; /* key of the record digested last */
	uint32_t last_ttl;
	uint8_t key[CANONICAL_KEY_MAX], last[CANONICAL_KEY_MAX];
};

struct zonemd *
zonemd_open(const struct zonemd_options *o)
{
	struct zonemd *z = malloc(sizeof(*z));

	if (!z)
		return NULL;
	memset(z, 0, offsetof(struct zonemd, key));
	z->o = *o;
	z->digest = digest_open();
	if (o->sort)
		z->sorter =
		    sorter_open(o->memory_bytes ? o->memory_bytes : MEMORY_DEFAULT, o->spill_fd);
	if (!z->digest || (o->sort && !z->sorter)) {
		zonemd_close(z);
		return NULL;
	}
	return z;
}

void
zonemd_close(struct zonemd *z)
{
	if (!z)
		return;
	for (size_t i = 0; i < z->apex.n; i++)
		free(z->apex.record[i].rdata);
	digest_close(z->digest);
	sorter_close(z->sorter);
	free(z);
}

const struct apex *
zonemd_apex(const struct zonemd *z)
{
	return &z->apex;
}

uint64_t
zonemd_body(const struct zonemd *z)
{
	return z->body;
}

bool
apex_is_signature(const struct apex_record *r)
{
	return r->type == RECORD_RRSIG && r->rdata_len >= 2 && r->rdata[0] == 0 &&
	       r->rdata[1] == RECORD_ZONEMD;
}

/* RFC 8976 3.3.1: owner | type | class | TTL | length | data. */
static void
digest_record(struct zonemd *z, const struct record *r)
{
	const uint8_t head[10] = {r->type >> 8, (uint8_t)r->type, 0, 1, (uint8_t)(r->ttl >> 24),
	    (uint8_t)(r->ttl >> 16), (uint8_t)(r->ttl >> 8), (uint8_t)r->ttl, r->rdata_len >> 8,
	    (uint8_t)r->rdata_len};

	digest_add(z->digest, r->owner, r->owner_len);
	digest_add(z->digest, head, sizeof(head));
	digest_add(z->digest, r->rdata, r->rdata_len);
}

static int
compare_apex(const void *a, const void *b)
{
	const struct apex_record *x = a, *y = b;
	uint16_t least = x->rdata_len < y->rdata_len ? x->rdata_len : y->rdata_len;
	int order;

	if (x->type != y->type)
		return x->type - y->type;
	order = memcmp(x->rdata, y->rdata, least);
	return order ? order : x->rdata_len - y->rdata_len;
}

/* RRSIGs carry the TTL of what they cover (RFC 4034 3): one owner has several. */
static bool
ttl_clashes(uint16_t type, uint32_t a, uint32_t b)
{
	return a != b && type != RECORD_RRSIG;
}

/* Puts the apex in order, drops duplicates, digests it. */
static int
begin(struct zonemd *z)
{
	struct apex *a = &z->apex;
	bool clashes = false;
	size_t n = 0;

	z->is_begun = true;
	qsort(a->record, a->n, sizeof(a->record[0]), compare_apex);
	for (size_t i = 0; i < a->n; i++) {
		struct apex_record *r = &a->record[i], *before = n ? &a->record[n - 1] : NULL;

		clashes |=
		    before && before->type == r->type && ttl_clashes(r->type, before->ttl, r->ttl);
		if (before && compare_apex(before, r) == 0) {
			free(r->rdata);
			continue;
		}
		a->record[n++] = *r;
	}
	a->n = n;
	if (clashes)
		return -ERR_RANGE;
	for (size_t i = 0; i < n; i++) {
		const struct apex_record *r = &a->record[i];

		if (r->type != RECORD_ZONEMD && !apex_is_signature(r))
			digest_record(z, &(struct record){.ttl = r->ttl,
					     .type = r->type,
					     .rdata_len = r->rdata_len,
					     .owner_len = a->origin_len,
					     .owner = a->origin,
					     .rdata = r->rdata});
	}
	return 0;
}

/* Digests a record whose key is in key, of len bytes, unless it is the last one again. */
static int
digest_body(struct zonemd *z, const struct record *r, size_t len, size_t name_len)
{
	int order = memcmp(z->key, z->last, len < z->last_len ? len : z->last_len);

	if (order == 0)
		order = (len > z->last_len) - (len < z->last_len);
	if (order < 0)
		return -EAGAIN;
	if (name_len == z->last_name_len && !memcmp(z->key, z->last, name_len) &&
	    ttl_clashes(r->type, r->ttl, z->last_ttl))
		return -ERR_RANGE;
	if (order == 0)
		return 0;
	memcpy(z->last, z->key, len);
	z->last_len = len;
	z->last_name_len = name_len;
	z->last_ttl = r->ttl;
	z->body++;
	digest_record(z, r);
	return z->o.body ? z->o.body(z->o.ctx, r) : 0;
}

static int
add_body(struct zonemd *z, const struct record *r)
{
	size_t name_len, len = canonical_key(z->key, &name_len, r, z->apex.origin_len);
	int rc = 0;

	if (z->sorter)
		return sorter_add(z->sorter, z->key, len, r->ttl);
	if (!z->is_begun)
		rc = begin(z);
	return rc < 0 ? rc : digest_body(z, r, len, name_len);
}

static int
add_apex(struct zonemd *z, const struct record *r)
{
	struct apex *a = &z->apex;
	struct apex_record *to = &a->record[a->n];

	if (r->type == RECORD_SOA && a->n)
		return -ERR_REFUSED;
	if (a->n == APEX_RECORDS_MAX || a->bytes + r->rdata_len > APEX_BYTES_MAX)
		return -ERR_FULL;
	*to = (struct apex_record){.type = r->type,
	    .rdata_len = r->rdata_len,
	    .ttl = r->ttl,
	    .rdata = malloc(r->rdata_len + 1u)};
	if (!to->rdata)
		return -ENOMEM;
	memcpy(to->rdata, r->rdata, r->rdata_len);
	a->bytes += r->rdata_len;
	a->n++;
	return z->is_begun ? -EAGAIN : 0;
}

/* The serial stands 20 bytes before the end (RFC 1035 3.3.13). */
static int
take_soa(struct zonemd *z, const struct record *r)
{
	const uint8_t *p = r->rdata + r->rdata_len - 20;

	if (r->type != RECORD_SOA || r->rdata_len < 22)
		return -ERR_SHORT;
	z->apex.origin_len = r->owner_len;
	memcpy(z->apex.origin, r->owner, r->owner_len);
	z->apex.serial = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	z->apex.soa_ttl = r->ttl;
	return add_apex(z, r);
}

int
zonemd_add(struct zonemd *z, const struct record *r)
{
	const struct apex *a = &z->apex;

	if (a->n == 0)
		return take_soa(z, r);
	if (!name_is_under(r->owner, r->owner_len, a->origin, a->origin_len))
		return 1;
	return r->owner_len == a->origin_len ? add_apex(z, r) : add_body(z, r);
}

static int
digest_sorted(struct zonemd *z)
{
	uint8_t owner[NAME_LEN_MAX];
	const uint8_t *key;
	size_t len;
	int rc;

	for (;;) {
		struct record r = {0};

		rc = sorter_next(z->sorter, &key, &len, &r.ttl);
		if (rc <= 0)
			return rc;
		memcpy(z->key, key, len);
		canonical_record(&r, owner, z->key, len, z->apex.origin, z->apex.origin_len);
		rc = digest_body(z, &r, len, len - r.rdata_len);
		if (rc < 0)
			return rc;
	}
}

int
zonemd_end(struct zonemd *z, uint8_t digest[SHA384_BYTES])
{
	int rc = z->apex.n ? 0 : -ERR_SHORT;

	if (rc == 0 && !z->is_begun)
		rc = begin(z);
	if (rc == 0 && z->sorter)
		rc = digest_sorted(z);
	return rc < 0 ? rc : digest_end(z->digest, digest);
}
