#include "control/book.h"

#include "base/err.h"

#include <string.h>

static int
compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	return a_len != b_len ? (a_len < b_len ? -1 : 1) : memcmp(a, b, a_len);
}

const struct book_zone *
book_zone(const struct book *b, const uint8_t *origin, size_t len)
{
	size_t low = 0, high = b->zones_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct book_zone *z = &b->zones[middle];
		int order = compare(origin, len, z->origin, z->origin_len);

		if (order == 0)
			return z;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct book_by_key *
book_key(const struct book *b, const uint8_t *name, size_t len, int algorithm)
{
	size_t low = 0, high = b->by_key_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct tsig_key *key = b->by_key[middle].key;
		int order = compare(name, len, key->name, key->name_len);

		if (order == 0)
			order = algorithm - key->algorithm;
		if (order == 0)
			return &b->by_key[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

int
book_digest(char out[BOOK_DIGEST_MAX], const struct book_version *v)
{
	const char *slash = v->file ? strrchr(v->file, '/') : NULL;
	const char *name = slash ? slash + 1 : "";
	size_t len = strspn(name, "0123456789abcdef");

	if (len != BOOK_DIGEST_MAX - 1 || strcmp(name + len, ".zone") != 0)
		return -ERR_FORMAT;
	memcpy(out, name, len);
	out[len] = '\0';
	return 0;
}

int64_t
book_registry(const struct book *b, const char *name)
{
	for (size_t i = 0; i < b->registries_n; i++)
		if (strcmp(b->registries[i].name, name) == 0)
			return (int64_t)i;
	return -1;
}

/* There are few of them. */
const struct tsig_key *
book_source_key(
    const struct book *b, const uint8_t *name, size_t len, int algorithm, uint32_t *source)
{
	for (size_t i = 0; i < b->sources_n; i++)
		for (unsigned k = 0; k < b->sources[i].keys_n; k++) {
			const struct tsig_key *key = &b->sources[i].keys[k];

			if (key->algorithm == algorithm &&
			    compare(name, len, key->name, key->name_len) == 0) {
				*source = (uint32_t)i;
				return key;
			}
		}
	return NULL;
}

const struct book_name *
book_pulled(const struct book *b, const uint8_t *origin, size_t len)
{
	for (size_t i = 0; i < b->pulled_n; i++)
		if (compare(origin, len, b->pulled[i].name, b->pulled[i].len) == 0)
			return &b->pulled[i];
	return NULL;
}

bool
book_may_read(const struct book_zone *z, uint32_t registry)
{
	size_t low = 0, high = z->readers_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (z->readers[middle] == registry)
			return true;
		if (registry < z->readers[middle])
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static bool
is_in(const struct book_net *net, const uint8_t *address)
{
	unsigned bytes = net->prefix / 8, bits = net->prefix % 8;

	if (memcmp(net->address, address, bytes) != 0)
		return false;
	return !bits || (net->address[bytes] ^ address[bytes]) >> (8 - bits) == 0;
}

bool
book_may_come_from(const struct book_registry *r, const struct in6_addr *from)
{
	for (unsigned i = 0; i < r->nets_n; i++)
		if (is_in(&r->nets[i], from->s6_addr))
			return true;
	return !r->nets_n;
}
