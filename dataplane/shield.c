#include "dataplane/shield.h"

#include "dataplane/engine.h"
#include "dataplane/wire.h"

#include <string.h>

#define UDP_LEN 8 /* bytes of headers around the message */
#define IP4_LEN 20
#define IP6_LEN 40

/* Other ways are LIMIT_POSITIVE. */
static const uint8_t class_of_way[WAYS_N] = {
    [WAY_FORMERR] = LIMIT_ERROR,
    [WAY_NOTIMP] = LIMIT_ERROR,
    [WAY_BADVERS] = LIMIT_ERROR,
    [WAY_BADCOOKIE] = LIMIT_ERROR,
    [WAY_NO_COOKIE] = LIMIT_ERROR,
    [WAY_ACL_REFUSED] = LIMIT_ERROR,
    [WAY_REFUSED_CLASS] = LIMIT_ERROR,
    [WAY_REFUSED_TYPE] = LIMIT_ERROR,
    [WAY_UNLISTED] = LIMIT_ERROR,
    [WAY_REFUSE] = LIMIT_ERROR,
    [WAY_TRUNCATE] = LIMIT_ERROR,
    [WAY_NXDOMAIN] = LIMIT_NXDOMAIN,
    [WAY_NODATA] = LIMIT_NODATA,
    [WAY_REFER] = LIMIT_REFERRAL,
};

void
stage_access(struct vec *v, const struct shield *s)
{
	if (!s->access)
		return;
	for (unsigned i = 0; i < v->n; i++) {
		unsigned access;

		if (v->way[i] <= WAY_ANSWERS)
			continue;
		access = prefixes_find(s->access, v->client[i]);
		if ((access ? access : s->access_default) == ACCESS_ALLOW)
			continue;
		/* What has no whole question cannot be refused: FORMERR stays. */
		if (s->access_way == WAY_ACL_DROPPED || v->question_end[i])
			v->way[i] = s->access_way;
		v->rule[i] = NULL; /* decided nothing */
	}
}

/* Of the whole packets, as they hit a victim. */
static void
bound_answer(struct vec *v, unsigned i, unsigned tenths)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	unsigned headers =
	    UDP_LEN + (memcmp(v->client[i], mapped, sizeof(mapped)) == 0 ? IP4_LEN : IP6_LEN);
	unsigned most = (v->len[i] + headers) * tenths / 10 - headers;

	if (v->limit[i] > most)
		v->limit[i] = (uint16_t)most;
}

static enum limit_class
class_of(const struct vec *v, unsigned i)
{
	if (v->way[i] == WAY_ZONE)
		return v->zone_class[i];
	if (v->way[i] != WAY_SINKHOLE)
		return class_of_way[v->way[i]];
	switch (v->qtype[i]) {
	case TYPE_A:
	case TYPE_AAAA:
	case TYPE_NS:
	case TYPE_SOA:
	case TYPE_TXT:
	case TYPE_ANY: return LIMIT_POSITIVE;
	default: return LIMIT_NODATA;
	}
}

/* RFC 7873 5.2.3: who shows a cookie, though none of ours, learns one. */
static enum way
slipped(const struct vec *v, unsigned i)
{
	if (!v->question_end[i])
		return WAY_RRL_DROPPED;
	return v->cookie[i] == COOKIE_NONE ? WAY_RRL_SLIPPED : WAY_RRL_BADCOOKIE;
}

static void
take(struct vec *v, unsigned i, const struct limit_rules *r, const struct engine *e, uint64_t hash)
{
	enum limit_verdict verdict = limit_take(e->limiter, r, hash, class_of(v, i), e->now_ms);

	if (verdict == LIMIT_PASS)
		return;
	if (r->dry_run)
		count_add(&e->counters->rrl_dry_run, 1);
	else
		v->way[i] = verdict == LIMIT_SLIP ? (uint8_t)slipped(v, i) : WAY_RRL_DROPPED;
}

void
stage_limit(struct vec *v, const struct shield *s, const struct engine *e)
{
	const struct limit_rules *r = &s->limit;
	uint64_t hash[VEC_MAX];
	uint8_t lane[VEC_MAX];
	unsigned n = 0;

	for (unsigned i = 0; i < v->n; i++) {
		if (v->way[i] <= WAY_ANSWERS || v->tcp[i] || v->cookie[i] == COOKIE_GOOD)
			continue;
		if (s->amplification)
			bound_answer(v, i, s->amplification);
		if (!e->limiter || !r->cost_ns[class_of(v, i)] ||
		    (s->exempt && prefixes_find(s->exempt, v->client[i])))
			continue;
		hash[n] = limit_hash(e->limiter, r, v->client[i], class_of(v, i));
		limit_prefetch(e->limiter, hash[n]);
		lane[n++] = (uint8_t)i;
	}
	for (unsigned k = 0; k < n; k++)
		take(v, lane[k], r, e, hash[k]);
}
