#include "dataplane/tails.h"

#include "base/err.h"
#include "dataplane/checksum.h"
#include "dataplane/engine.h"
#include "dataplane/wire.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define POINTER_QNAME 0xc00c /* compression pointer to offset 12 (RFC 1035 4.1.4) */

/* Appends to a tail; once something did not fit, nothing more is written. */
struct out {
	struct tail *t;
	bool is_full;
};

static void
put(struct out *o, const void *bytes, size_t n)
{
	if (n > (size_t)(TAIL_MAX - o->t->len))
		o->is_full = true;
	if (o->is_full)
		return;
	memcpy(o->t->bytes + o->t->len, bytes, n);
	o->t->len = (uint16_t)(o->t->len + n);
}

static void
put16(struct out *o, unsigned v)
{
	uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	put(o, b, sizeof(b));
}

static void
put32(struct out *o, uint32_t v)
{
	put16(o, v >> 16);
	put16(o, v & 0xffff);
}

static void
put_name(struct out *o, const uint8_t *name)
{
	size_t n = 0;

	while (name[n])
		n += name[n] + 1u;
	put(o, name, n + 1);
}

enum section { ANSWER, AUTHORITY, ADDITIONAL };

/* Owner, type, class IN, TTL.  is_apex: the owner is not QNAME but the zone's apex. */
static void
put_rr(struct out *o, enum section s, unsigned type, uint32_t ttl, bool is_apex)
{
	if (is_apex && o->t->patch_n < TAIL_PATCHES)
		o->t->patch[o->t->patch_n++] = o->t->len;
	o->t->counts[2 * s + 3]++;
	put16(o, POINTER_QNAME);
	put16(o, type);
	put16(o, CLASS_IN);
	put32(o, ttl);
}

/* Names inside RDATA are written out: short ones cost less than the search for a suffix. */
static void
put_soa(struct out *o, enum section s, const struct policy *p)
{
	uint32_t ttl = p->ttl;
	unsigned at;

	/* RFC 2308 3: in a negative answer, the lesser of the SOA's MINIMUM and its own TTL. */
	if (s == AUTHORITY && ttl > p->negative_ttl)
		ttl = p->negative_ttl;
	put_rr(o, s, TYPE_SOA, ttl, true);
	put16(o, 0);
	at = o->t->len;
	put_name(o, p->mname);
	put_name(o, p->rname);
	put32(o, p->serial);
	put32(o, p->refresh);
	put32(o, p->retry);
	put32(o, p->expire);
	put32(o, p->negative_ttl);
	if (o->is_full)
		return;
	o->t->bytes[at - 2] = (uint8_t)((o->t->len - at) >> 8);
	o->t->bytes[at - 1] = (uint8_t)(o->t->len - at);
}

/* One address of a pool: its place. */
static void
put_pool(struct out *o, unsigned type, uint32_t ttl, unsigned len)
{
	static const uint8_t blank[16];

	put_rr(o, ANSWER, type, ttl, false);
	put16(o, len);
	o->t->pool_at = o->t->len;
	o->t->pool_len = (uint8_t)len;
	put(o, blank, len);
}

static void
put_a(struct out *o, const struct policy *p)
{
	if (p->pool.has_a)
		put_pool(o, TYPE_A, p->ttl, sizeof(p->pool.a));
	for (unsigned i = 0; i < p->a_n; i++) {
		put_rr(o, ANSWER, TYPE_A, p->ttl, false);
		put16(o, sizeof(p->a[i]));
		put(o, &p->a[i], sizeof(p->a[i]));
	}
}

static void
put_aaaa(struct out *o, const struct policy *p)
{
	if (p->pool.has_aaaa)
		put_pool(o, TYPE_AAAA, p->ttl, sizeof(p->pool.aaaa));
	for (unsigned i = 0; i < p->aaaa_n; i++) {
		put_rr(o, ANSWER, TYPE_AAAA, p->ttl, false);
		put16(o, sizeof(p->aaaa[i]));
		put(o, &p->aaaa[i], sizeof(p->aaaa[i]));
	}
}

static void
put_ns(struct out *o, enum section s, const struct policy *p)
{
	for (unsigned i = 0; i < p->ns_n; i++) {
		size_t n = 0;

		while (p->ns[i][n])
			n += p->ns[i][n] + 1u;
		put_rr(o, s, TYPE_NS, p->ttl, true);
		put16(o, (unsigned)n + 1);
		put_name(o, p->ns[i]);
	}
}

static void
put_txt(struct out *o, const struct policy *p)
{
	for (unsigned i = 0; i < p->txt_n; i++) {
		uint8_t n = (uint8_t)strlen(p->txt[i]);

		put_rr(o, ANSWER, TYPE_TXT, p->ttl, false);
		put16(o, n + 1u);
		put(o, &n, 1);
		put(o, p->txt[i], n);
	}
}

/* Option 15: INFO-CODE and EXTRA-TEXT (RFC 8914 2). */
static void
put_ede(struct out *o, const struct policy *p)
{
	unsigned len = (unsigned)strlen(p->ede_text);

	put16(o, 4 + 2 + len);
	put16(o, OPTION_EDE);
	put16(o, 2 + len);
	put16(o, p->ede);
	put(o, p->ede_text, len);
}

static void
put_opt(struct out *o, enum edns edns, const struct policy *ede)
{
	static const uint8_t root = 0;

	if (edns == EDNS_NONE)
		return;
	o->t->counts[2 * ADDITIONAL + 3]++;
	o->t->opt_rdlen_at = o->t->len + 9;
	put(o, &root, 1);
	put16(o, TYPE_OPT);
	put16(o, ENGINE_UDP_MAX);
	put32(o, edns == EDNS_DO ? 0x8000 : 0); /* RFC 3225 3: DO comes back as it was sent */
	if (ede)
		put_ede(o, ede);
	else
		put16(o, 0);
}

static enum tail_kind
any_kind(const struct policy *p)
{
	if (p->a_n || p->pool.has_a)
		return TAIL_A;
	return p->aaaa_n || p->pool.has_aaaa ? TAIL_AAAA : TAIL_TXT;
}

static void
put_kind(struct out *o, enum tail_kind kind, const struct policy *p)
{
	switch (kind) {
	case TAIL_A: put_a(o, p); break;
	case TAIL_AAAA: put_aaaa(o, p); break;
	case TAIL_NS: put_ns(o, ANSWER, p); break;
	case TAIL_REFERRAL: put_ns(o, AUTHORITY, p); break;
	case TAIL_SOA: put_soa(o, ANSWER, p); break;
	case TAIL_TXT: put_txt(o, p); break;
	case TAIL_ANY: put_kind(o, any_kind(p), p); break;
	case TAIL_NEGATIVE: o->t->is_parent = 1; break;
	case TAIL_NODATA:
	case TAIL_REFUSED:
	case TAIL_EMPTY:
	case TAIL_KINDS: break;
	}
	if (o->t->len == 0 && kind != TAIL_EMPTY && kind != TAIL_REFUSED)
		put_soa(o, AUTHORITY, p);
}

/* What does not change any more. */
static void
seal(struct tail *t)
{
	uint16_t sum = checksum_fold(checksum_add(0, t->bytes, t->len));
	uint32_t counts;

	t->counts[1] = 1; /* QDCOUNT */
	counts = (uint32_t)checksum_fixed(t->counts, sizeof(t->counts));
	t->sum[0] = counts + checksum_at(sum, 0);
	t->sum[1] = counts + checksum_at(sum, 1);
}

static void
put_chaos(struct tail *t, const char *text, enum edns edns)
{
	struct out o = {t, false};
	uint8_t n = (uint8_t)strlen(text);

	if (!n)
		return;
	t->counts[3] = 1; /* ANCOUNT */
	put16(&o, POINTER_QNAME);
	put16(&o, TYPE_TXT);
	put16(&o, CLASS_CH);
	put32(&o, 0);
	put16(&o, n + 1u);
	put(&o, &n, 1);
	put(&o, text, n);
	put_opt(&o, edns, NULL);
	seal(t);
}

static void
introduce(struct tails *t, const struct identity *self)
{
	memcpy(t->nsid, self->nsid, sizeof(t->nsid));
	t->nsid_len = (unsigned)strlen(self->nsid);
	for (enum edns e = EDNS_NONE; e < EDNS_STATES; e++) {
		put_chaos(&t->version[e], self->version, e);
		put_chaos(&t->id[e], self->id, e);
	}
}

static bool
tells(enum tail_kind kind)
{
	return kind == TAIL_NEGATIVE || kind == TAIL_REFUSED;
}

int
tails_new(
    struct tails **out, const struct policy *policies, unsigned n, const struct identity *self)
{
	struct tails *t = calloc(1, sizeof(*t) + n * sizeof(t->tail[0]));

	if (!t)
		return -ENOMEM;
	t->n = n;
	for (unsigned i = 0; i < n * TAIL_KINDS * EDNS_STATES; i++) {
		enum edns edns = i % EDNS_STATES;
		enum tail_kind kind = i / EDNS_STATES % TAIL_KINDS;
		unsigned policy = i / EDNS_STATES / TAIL_KINDS;
		struct out o = {&t->tail[policy][kind][edns], false};

		put_kind(&o, kind, &policies[policy]);
		put_opt(&o, edns, tells(kind) && policies[policy].ede ? &policies[policy] : NULL);
		if (o.is_full) {
			tails_free(t);
			return -ERR_LIMIT;
		}
		seal(o.t);
		t->at[policy][kind][edns] = o.t;
	}
	for (unsigned i = 0; i < n; i++)
		t->pool[i].pool = policies[i].pool;
	if (self)
		introduce(t, self);
	*out = t;
	return 0;
}

void
tails_free(struct tails *t)
{
	free(t);
}

void
tails_tick(struct tails *t, uint64_t unix_s)
{
	for (unsigned i = 0; i < t->n; i++)
		if (t->pool[i].pool.slot_s)
			atomic_store_explicit(&t->pool[i].slot,
			    addrpool_slot(&t->pool[i].pool, unix_s), memory_order_relaxed);
}

void
tails_pool_put(
    uint8_t *to, unsigned len, const struct tails *t, unsigned policy, const uint8_t *name)
{
	const struct tails_pool *p = &t->pool[policy];
	uint64_t slot = atomic_load_explicit(&p->slot, memory_order_relaxed);

	if (len == sizeof(p->pool.a))
		addrpool_a(to, &p->pool, name, slot);
	else
		addrpool_aaaa(to, &p->pool, name, slot);
}

const struct tail *
tails_chaos(const struct tails *t, unsigned asks, enum edns edns)
{
	const struct tail *tail = asks & ASKS_VERSION ? &t->version[edns] : &t->id[edns];

	return tail->len ? tail : NULL;
}

const char *
tails_nsid(const struct tails *t, unsigned *len)
{
	*len = t->nsid_len;
	return t->nsid;
}
