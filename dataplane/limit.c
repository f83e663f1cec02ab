#include "dataplane/limit_impl.h"

#include <string.h>

#define MS_NS  UINT64_C(1000000)
#define V4_LEN 12 /* bytes before an IPv4 address */

uint64_t
limit_hash(const struct limiter *l, const struct limit_rules *r,
    const uint8_t client[VEC_CLIENT_LEN], enum limit_class class)
{
	static const uint8_t mapped[V4_LEN] = {[10] = 0xff, [11] = 0xff};
	uint64_t network, in[2], hash;

	if (memcmp(client, mapped, V4_LEN) == 0) {
		uint32_t addr;

		memcpy(&addr, client + V4_LEN, sizeof(addr));
		network = __builtin_bswap32(addr) >> (32 - r->len4);
		in[1] = (uint64_t) class << 1;
	} else {
		memcpy(&network, client, sizeof(network));
		network = __builtin_bswap64(network) >> (64 - r->len6);
		in[1] = (uint64_t) class << 1 | 1;
	}
	in[0] = network;
	crypto_shorthash_siphash24((uint8_t *)&hash, (const uint8_t *)in, sizeof(in), l->key);
	return hash;
}

void
limit_prefetch(const struct limiter *l, uint64_t hash)
{
	__builtin_prefetch(&l->set[hash & l->mask], 1);
}

/* The bucket of the tag, else the fullest of the set.  Its new owner starts with what it holds: a
 * network that comes back never finds more than it left behind. */
static struct bucket *
find(struct set *s, uint32_t tag)
{
	struct bucket *fullest = &s->way[0];

	for (unsigned i = 0; i < LIMIT_WAYS; i++) {
		if (s->way[i].tag == tag)
			return &s->way[i];
		if (s->way[i].until_ns < fullest->until_ns)
			fullest = &s->way[i];
	}
	fullest->tag = tag;
	fullest->over = 0;
	return fullest;
}

enum limit_verdict
limit_take(struct limiter *l, const struct limit_rules *r, uint64_t hash, enum limit_class class,
    uint64_t now_ms)
{
	struct bucket *b = find(&l->set[hash & l->mask], (uint32_t)(hash >> 32));
	uint64_t now_ns = now_ms * MS_NS;
	uint64_t from_ns = b->until_ns > now_ns ? b->until_ns : now_ns;

	if (from_ns + r->cost_ns[class] <= now_ns + r->burst_ns) {
		b->until_ns = from_ns + r->cost_ns[class];
		return LIMIT_PASS;
	}
	if (r->slip == 0 || ++b->over < r->slip)
		return LIMIT_DROP;
	b->over = 0;
	return LIMIT_SLIP;
}
