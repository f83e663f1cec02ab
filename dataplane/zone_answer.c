#include "dataplane/zones.h"

#include "dataplane/counters.h"
#include "dataplane/image.h"
#include "dataplane/respond.h"
#include "dataplane/wire.h"

#include <string.h>

#define LEADS_MAX 96 /* records of a set of SZONE_SET_MAX bytes, each over 12 */

#define SOA_NUMBERS 20 /* bytes behind the two names */

enum section { ANSWER, AUTHORITY, ADDITIONAL };

/* A record that was written and whose name has addresses here. */
struct lead {
	const struct szone_rr *rr;
	uint16_t at; /* offset of the name in the message */
};

/* An answer while it is written. */
struct out {
	const struct szone *z;
	uint8_t *msg;
	unsigned at, limit; /* bytes */
	unsigned apex_at;   /* offset of the zone's origin in QNAME */
	unsigned owner_at,
	    owner_len;    /* the name that is answered for: offset, bytes uncompressed */
	unsigned name_at; /* of the name in the record written last */
	unsigned counts[3], leads_n;
	bool is_full;
	struct lead lead[LEADS_MAX];
};

static void
put16(struct out *o, unsigned n)
{
	wire16_put(o->msg + o->at, n);
	o->at += 2;
}

static void
put32(struct out *o, uint32_t n)
{
	put16(o, n >> 16);
	put16(o, n & 0xffff);
}

/* A name, the part that it shares with one that stands at shared as a pointer. */
static void
put_name(struct out *o, const uint8_t *name, unsigned relative, unsigned len, unsigned shared)
{
	unsigned n = relative == SZONE_OUT ? len : relative;

	memcpy(o->msg + o->at, name, n);
	o->at += n;
	if (relative != SZONE_OUT)
		put16(o, 0xc000 | shared);
}

static void
put_fixed(struct out *o, unsigned owner_at, unsigned type, uint32_t ttl, unsigned rdlen)
{
	put16(o, 0xc000 | owner_at);
	put16(o, type);
	put16(o, CLASS_IN);
	put32(o, ttl);
	put16(o, rdlen);
}

static void
put_rr(struct out *o, unsigned owner_at, const struct szone_set *set, const struct szone_rr *rr)
{
	const uint8_t *rdata = o->z->bytes + rr->rdata;
	unsigned len = rr->relative == SZONE_OUT ? rr->len : rr->name_at + rr->relative + 2u;

	if (o->at + 2 + DNS_RR_FIXED + len > o->limit) {
		o->is_full = true;
		return;
	}
	put_fixed(o, owner_at, set->type, set->ttl, len);
	o->name_at = o->at + rr->name_at;
	memcpy(o->msg + o->at, rdata, rr->name_at);
	o->at += rr->name_at;
	put_name(o, rdata + rr->name_at, rr->relative, rr->len - rr->name_at,
	    rr->shares_owner ? owner_at : o->apex_at);
}

/* Whether the addresses of this name are asked for already, by another record. */
static bool
is_led_to(const struct out *o, const struct szone_rr *rr)
{
	const uint8_t *bytes = o->z->bytes;

	for (unsigned k = 0; k < o->leads_n; k++) {
		const struct szone_rr *other = o->lead[k].rr;
		unsigned len = rr->len - rr->name_at;

		if (other->target == rr->target && other->len - other->name_at == (int)len &&
		    memcmp(bytes + other->rdata + other->name_at, bytes + rr->rdata + rr->name_at,
			len) == 0)
			return true;
	}
	return false;
}

/* The zone's SOA; its second name is where its first one ends. */
static void
put_soa(struct out *o, enum section s, uint32_t ttl)
{
	const struct szone *z = o->z;
	const struct szone_set *set = szone_set(z, &z->nodes[0], TYPE_SOA);
	const struct szone_rr *rr = &z->rrs[set->first];
	const uint8_t *rdata = z->bytes + rr->rdata;
	unsigned begin, rname_len = rr->len - z->mname_len - SOA_NUMBERS;

	if (o->at + 2 + DNS_RR_FIXED + rr->len + 2 > o->limit) {
		o->is_full = true;
		return;
	}
	put_fixed(o, o->apex_at, TYPE_SOA, ttl, 0);
	begin = o->at;
	put_name(o, rdata, z->mname_relative, z->mname_len, o->apex_at);
	put_name(o, rdata + z->mname_len, z->rname_relative, rname_len, o->apex_at);
	memcpy(o->msg + o->at, rdata + z->mname_len + rname_len, SOA_NUMBERS);
	o->at += SOA_NUMBERS;
	wire16_put(o->msg + begin - 2, o->at - begin);
	o->counts[s]++;
}

static void
put_set(struct out *o, enum section s, unsigned owner_at, const struct szone_set *set)
{
	if (set->type == TYPE_SOA) {
		put_soa(o, s, set->ttl);
		return;
	}
	for (unsigned k = 0; k < set->rrs_n && !o->is_full; k++) {
		const struct szone_rr *rr = &o->z->rrs[set->first + k];

		put_rr(o, owner_at, set, rr);
		if (!o->is_full && set->type != TYPE_CNAME && rr->target != SZONE_NONE &&
		    o->leads_n < LEADS_MAX && !is_led_to(o, rr))
			o->lead[o->leads_n++] = (struct lead){rr, (uint16_t)o->name_at};
	}
	o->counts[s] += set->rrs_n;
}

/* Addresses of what NS, MX and SRV lead to.  What has no room is left out; in a referral to
 * servers that are found by these alone that is a truncation (RFC 9471 3.1). */
static void
put_addresses(struct out *o, const struct szone_node *cut)
{
	static const uint16_t types[] = {TYPE_A, TYPE_AAAA};

	for (unsigned k = 0; k < 2 * o->leads_n; k++) {
		const struct lead *lead = &o->lead[k / 2];
		const struct szone_node *node = &o->z->nodes[lead->rr->target];
		const struct szone_set *set = szone_set(o->z, node, types[k % 2]);
		unsigned at = o->at, n = o->counts[ADDITIONAL];

		if (!set)
			continue;
		put_set(o, ADDITIONAL, lead->at, set);
		if (!o->is_full)
			continue;
		o->at = at;
		o->counts[ADDITIONAL] = n;
		o->is_full = false;
		if (cut && node->cut == cut->cut)
			o->msg[2] |= DNS_TC;
	}
}

static void
put_referral(struct out *o, const struct szone_node *cut)
{
	unsigned below = o->owner_len - cut->key_len - 1u; /* bytes of the name in front of it */

	put_set(o, AUTHORITY, o->owner_at + below, szone_set(o->z, cut, TYPE_NS));
	if (!o->is_full)
		put_addresses(o, cut);
}

static const struct szone_set *
pick(const struct szone *z, const struct szone_node *node, unsigned qtype)
{
	if (qtype == TYPE_ANY) /* one RRset (RFC 8482 4.1) */
		return node->sets_n ? &z->sets[node->first] : NULL;
	return szone_set(z, node, qtype);
}

/* One name of a chain: writes what there is.  Returns the CNAME to follow, or NULL. */
static const struct szone_rr *
put_name_data(struct out *o, const struct szone_node *node, bool exact, unsigned qtype)
{
	const struct szone *z = o->z;
	const struct szone_set *set = NULL, *cname = NULL;

	if (!exact && node->wildcard != SZONE_NONE) {
		node = &z->nodes[node->wildcard];
		exact = true;
	}
	if (exact) {
		set = pick(z, node, qtype);
		cname = set ? NULL : szone_set(z, node, TYPE_CNAME);
	} else {
		o->msg[3] |= RCODE_NXDOMAIN;
	}
	if (set || cname)
		put_set(o, ANSWER, o->owner_at, set ? set : cname);
	else
		put_soa(o, AUTHORITY, z->negative_ttl);
	return cname ? &z->rrs[cname->first] : NULL;
}

/* RFC 1034 4.3.2, 3.  That a chain of CNAMEs ends was seen to when the zone was loaded. */
static void
put_answer(struct out *o, const struct szone_node *node, bool exact, unsigned qtype)
{
	const struct szone *z = o->z;

	for (;;) {
		const struct szone_rr *rr;

		if (node->cut != SZONE_NONE &&
		    !(exact && qtype == TYPE_DS && node == &z->nodes[node->cut])) {
			if (!o->counts[ANSWER])
				o->msg[2] &= (uint8_t)~DNS_AA;
			put_referral(o, &z->nodes[node->cut]);
			return;
		}
		rr = put_name_data(o, node, exact, qtype);
		if (o->is_full)
			return;
		if (!rr || rr->target == SZONE_NONE)
			break;
		o->owner_at = o->name_at;
		o->owner_len = rr->len;
		node = &z->nodes[rr->target];
		exact = rr->target_exact;
	}
	put_addresses(o, NULL);
}

/* What does not fit goes as TC without records (RFC 2181 9); over TCP there is nothing to be had.
 */
static void
truncate(struct out *o, unsigned question_end, unsigned tcp, struct counters *c)
{
	o->at = question_end;
	memset(o->counts, 0, sizeof(o->counts));
	if (tcp) {
		o->msg[2] &= (uint8_t)~DNS_AA;
		o->msg[3] = RCODE_SERVFAIL;
		return;
	}
	o->msg[2] |= DNS_TC;
	count_add(&c->truncated, 1);
}

static void
put_opt(struct out *o, struct vec *v, unsigned i, const struct tail *opt, const struct image *img)
{
	memcpy(o->msg + o->at, opt->bytes, opt->len);
	for (unsigned s = ANSWER; s <= ADDITIONAL; s++)
		wire16_put(o->msg + 6 + 2 * s, o->counts[s] + (s == ADDITIONAL && opt->len));
	v->len[i] = (uint16_t)(o->at + opt->len);
	if (opt->opt_rdlen_at)
		respond_options(v, i, o->msg + o->at + opt->opt_rdlen_at, img->tails);
	v->rcode[i] = o->msg[3] & 15;
	v->sum_change[i] = 0;
}

static unsigned
options_room(const struct vec *v, unsigned i, const struct tails *tails)
{
	unsigned n, cookie = v->cookie[i] == COOKIE_NONE ? 0 : 4 + COOKIE_LEN;

	tails_nsid(tails, &n);
	return cookie + (v->asks[i] & ASKS_NSID && n ? 4 + n : 0);
}

void
zone_respond(struct vec *v, unsigned i, const struct image *img, struct counters *c)
{
	const struct tail *opt = tails_get(img->tails, 0, TAIL_EMPTY, v->edns[i]);
	const struct szone *z = img->zones->at[v->zone[i]].zone;
	unsigned name_len = v->question_end[i] - DNS_HEADER_LEN - 4u;
	unsigned room = v->limit[i], taken = opt->len + options_room(v, i, img->tails);
	struct out o;

	o.z = z;
	o.msg = v->msg[i];
	o.at = v->question_end[i];
	o.limit = room > taken ? room - taken : 0;
	o.apex_at = DNS_HEADER_LEN + name_len - z->origin_len;
	o.owner_at = DNS_HEADER_LEN;
	o.owner_len = name_len;
	o.leads_n = 0;
	o.is_full = false;
	memset(o.counts, 0, sizeof(o.counts));
	/* As in respond.c: ID, opcode and RD come back. */
	o.msg[2] = (uint8_t)(DNS_QR | DNS_AA | (o.msg[2] & (DNS_OPCODE | DNS_RD)));
	o.msg[3] = RCODE_NOERROR;
	put_answer(&o, v->node[i], v->node_exact[i], v->qtype[i]);
	if (o.is_full)
		truncate(&o, v->question_end[i], v->tcp[i], c);
	put_opt(&o, v, i, opt, img);
}
