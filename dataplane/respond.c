#include "dataplane/engine.h"

#include "dataplane/checksum.h"
#include "dataplane/image.h"
#include "dataplane/respond.h"
#include "dataplane/wire.h"

#include <stdbool.h>
#include <string.h>

#define FORM(rcode, flags, kind)                                       \
	{                                                              \
		{0, 0, DNS_QR | (flags), (rcode)&15}, kind, rcode >> 4 \
	}

/* How each way is answered. */
static const struct form {
	uint8_t header[4]; /* goes into the first bytes: flags and response code */
	uint8_t kind;
	uint8_t upper; /* bits of the response code, which go into the OPT */
} forms[WAYS_N] = {
    [WAY_FORMERR] = FORM(RCODE_FORMERR, 0, TAIL_EMPTY),
    [WAY_NOTIMP] = FORM(RCODE_NOTIMP, 0, TAIL_EMPTY),
    [WAY_BADVERS] = FORM(RCODE_BADVERS, 0, TAIL_EMPTY),
    [WAY_BADCOOKIE] = FORM(RCODE_BADCOOKIE, 0, TAIL_EMPTY),
    [WAY_NO_COOKIE] = FORM(RCODE_NOERROR, DNS_TC, TAIL_EMPTY),
    [WAY_ACL_REFUSED] = FORM(RCODE_REFUSED, 0, TAIL_EMPTY),
    [WAY_RRL_SLIPPED] = FORM(RCODE_NOERROR, DNS_TC, TAIL_EMPTY),
    [WAY_RRL_BADCOOKIE] = FORM(RCODE_BADCOOKIE, 0, TAIL_EMPTY),
    [WAY_REFUSED_CLASS] = FORM(RCODE_REFUSED, 0, TAIL_EMPTY),
    [WAY_REFUSED_TYPE] = FORM(RCODE_REFUSED, 0, TAIL_EMPTY),
    [WAY_CHAOS] = FORM(RCODE_NOERROR, DNS_AA, TAIL_EMPTY), /* or what tails_chaos says */
    [WAY_UNLISTED] = FORM(RCODE_REFUSED, 0, TAIL_EMPTY),
    [WAY_REFUSE] = FORM(RCODE_REFUSED, 0, TAIL_REFUSED),
    [WAY_NXDOMAIN] = FORM(RCODE_NXDOMAIN, DNS_AA, TAIL_NEGATIVE),
    [WAY_NODATA] = FORM(RCODE_NOERROR, DNS_AA, TAIL_NEGATIVE),
    [WAY_REFER] = FORM(RCODE_NOERROR, 0, TAIL_REFERRAL),
    [WAY_TRUNCATE] = FORM(RCODE_NOERROR, DNS_TC, TAIL_EMPTY),
    [WAY_SINKHOLE] = FORM(RCODE_NOERROR, DNS_AA, TAIL_NODATA), /* or what sinkhole_kind says */
};

#define SMALL_TYPES 32

/* Of types below SMALL_TYPES, how the tail's kind differs from TAIL_NODATA. */
static const uint8_t kind_of_type[SMALL_TYPES] = {
    [TYPE_A] = TAIL_A ^ TAIL_NODATA,
    [TYPE_NS] = TAIL_NS ^ TAIL_NODATA,
    [TYPE_SOA] = TAIL_SOA ^ TAIL_NODATA,
    [TYPE_TXT] = TAIL_TXT ^ TAIL_NODATA,
    [TYPE_AAAA] = TAIL_AAAA ^ TAIL_NODATA,
};

/* A, AAAA and TXT are answered at and below the listed name, NS and SOA at that name alone. */
static inline enum tail_kind
sinkhole_kind(const struct vec *v, unsigned i)
{
	unsigned qtype = v->qtype[i];

	if (qtype >= SMALL_TYPES)
		return qtype == TYPE_ANY ? TAIL_ANY : TAIL_NODATA;
	if ((qtype == TYPE_NS || qtype == TYPE_SOA) && v->suffix_at[i] != DNS_HEADER_LEN)
		return TAIL_NODATA;
	return TAIL_NODATA ^ kind_of_type[qtype];
}

/* Makes the pointers to the apex right where QNAME is not the apex.  Returns whether there was
 * anything to do. */
static inline bool
patch(uint8_t *at, const struct tail *t, unsigned suffix_at, const uint8_t *msg)
{
	unsigned apex = suffix_at;

	if (t->is_parent)
		apex += msg[suffix_at] + 1u;
	if (apex == DNS_HEADER_LEN)
		return false;
	for (unsigned k = 0; k < t->patch_n; k++)
		wire16_put(at + t->patch[k], 0xc000 | apex);
	return t->patch_n > 0;
}

/* The OPT ends the message: an option more goes behind it. */
static void
add_option(struct vec *v, unsigned i, uint8_t *rdlen, unsigned code, const void *bytes, unsigned n)
{
	uint8_t *end = v->msg[i] + v->len[i];

	wire16_put(end, code);
	wire16_put(end + 2, n);
	memcpy(end + 4, bytes, n);
	wire16_put(rdlen, wire16(rdlen) + 4 + n);
	v->len[i] = (uint16_t)(v->len[i] + 4 + n);
}

void
respond_options(struct vec *v, unsigned i, uint8_t *rdlen, const struct tails *tails)
{
	unsigned n;
	const char *nsid = tails_nsid(tails, &n);

	if (v->cookie[i] != COOKIE_NONE)
		add_option(v, i, rdlen, OPTION_COOKIE, v->cookie_reply[i], COOKIE_LEN);
	if (v->asks[i] & ASKS_NSID && n > 0 && v->len[i] + 4 + n <= v->limit[i])
		add_option(v, i, rdlen, OPTION_NSID, nsid, n);
}

/* DS at a delegation is the parent's to answer (RFC 4035 3.1.4.1). */
static int
is_apex_ds(const struct vec *v, unsigned i)
{
	return v->qtype[i] == TYPE_DS && v->suffix_at[i] == DNS_HEADER_LEN;
}

/* The tail, and the form that goes with it. */
static const struct tail *
choose(const struct vec *v, unsigned i, const struct image *img, const struct form **form)
{
	unsigned policy = v->rule[i] ? img->feed[v->feed[i]].policy : 0;
	unsigned way = v->way[i], kind;

	if (way == WAY_CHAOS) {
		const struct tail *t = tails_chaos(img->tails, v->asks[i], v->edns[i]);

		if (t)
			return t;
		way = WAY_REFUSED_CLASS;
	}
	if (way == WAY_REFER && is_apex_ds(v, i))
		way = WAY_NODATA;
	*form = &forms[way];
	kind = way == WAY_SINKHOLE ? sinkhole_kind(v, i) : (*form)->kind;
	return tails_get(img->tails, policy, kind, v->edns[i]);
}

/* The first word of the header, in memory order.  ID, opcode and RD come back (RFC 1035 4.1.1); RA,
 * Z, AD and CD do not (RFC 4035 3.1.6). */
static inline uint32_t
header_word(uint32_t was, const struct form *form)
{
	static const uint8_t stays[4] = {255, 255, DNS_OPCODE | DNS_RD, 0};
	uint32_t keep, set;

	memcpy(&keep, stays, sizeof(keep));
	memcpy(&set, form->header, sizeof(set));
	return (was & keep) | set;
}

/* Writes the header.  Returns what that adds to the sum beside the tail's counts.  In two stores,
 * and of what is at hand: a load across narrower stores would wait for them. */
static inline uint64_t
put_header(uint8_t *msg, const struct form *form, const struct tail *t)
{
	uint64_t were, counts;
	uint32_t was, is;

	memcpy(&was, msg, sizeof(was));
	memcpy(&were, msg + sizeof(was), sizeof(were));
	memcpy(&counts, t->counts, sizeof(counts));
	is = header_word(was, form);
	memcpy(msg, &is, sizeof(is));
	memcpy(msg + sizeof(is), &counts, sizeof(counts));
	return is + checksum_negative(was + (were >> 32) + (were & 0xffffffff));
}

/* Nearly always an OPT without options, of 11 bytes. */
static inline uint16_t
sum_behind(const uint8_t *p, unsigned n)
{
	return checksum_fold(n <= 16 ? checksum_short(p, n) : checksum_add(0, p, n));
}

/* Puts the tail in place of what stood behind the question.  Returns what tail and counts add to
 * the sum. */
static inline uint64_t
put_tail(struct vec *v, unsigned i, const struct tail *t, unsigned at)
{
	uint8_t *to = v->msg[i] + at;
	uint64_t change = t->sum[at & 1];

	if (v->len[i] > at)
		change += checksum_negative(checksum_at(sum_behind(to, v->len[i] - at), at));
	for (unsigned k = 0, n = t->len; k < n; k += TAIL_BLOCK)
		memcpy(to + k, t->bytes + k, TAIL_BLOCK);
	v->len[i] = (uint16_t)(at + t->len);
	return change;
}

/* What does not fit, with the cookie, goes as TC without records (RFC 2181 9). */
static bool
is_cut(struct vec *v, unsigned i, const struct tail *t, unsigned at)
{
	unsigned cookie_len = v->cookie[i] == COOKIE_NONE ? 0 : 4 + COOKIE_LEN;

	return at + t->len + cookie_len > v->limit[i] || forms[v->way[i]].header[2] & DNS_TC;
}

/* What a rare answer has beside header and tail.  Returns whether there was anything. */
static inline bool
embellish(struct vec *v, unsigned i, const struct tail *t, const struct image *img)
{
	uint8_t *msg = v->msg[i];

	if (!(v->asks[i] | forms[v->way[i]].upper | !v->question_end[i] | t->pool_len))
		return false;
	if (t->pool_len)
		tails_pool_put(msg + v->question_end[i] + t->pool_at, t->pool_len, img->tails,
		    img->feed[v->feed[i]].policy, v->name[i]);
	if (!v->question_end[i])
		msg[5] = 0;                                            /* QDCOUNT */
	if (v->asks[i] & (ASKS_NSID | ASKS_COOKIE) && t->opt_rdlen_at) /* 0: malformed before OPT */
		respond_options(v, i, msg + v->question_end[i] + t->opt_rdlen_at, img->tails);
	if (forms[v->way[i]].upper) /* behind root, type and class */
		msg[v->question_end[i] + 5] = forms[v->way[i]].upper;
	return true;
}

static __attribute__((noinline)) void
respond(struct vec *v, unsigned i, const struct image *img, struct counters *c)
{
	const struct form *form = &forms[v->way[i]];
	const struct tail *t = choose(v, i, img, &form);
	uint8_t *msg = v->msg[i];
	unsigned at = v->question_end[i] ? v->question_end[i] : DNS_HEADER_LEN;
	bool cut = is_cut(v, i, t, at), changed = cut;

	if (cut) /* the empty tail fits always: header, 255 bytes of name, 4 and 11 */
		t = tails_get(img->tails, 0, TAIL_EMPTY, v->edns[i]);
	v->sum_change[i] = put_header(msg, form, t) + put_tail(v, i, t, at);
	v->rcode[i] = form->header[3];
	if (cut) {
		msg[2] |= DNS_TC;
		count_add(&c->truncated, 1);
	}
	changed |= patch(msg + at, t, v->suffix_at[i], msg);
	changed |= embellish(v, i, t, img);
	if (changed) /* beyond what the sum takes in */
		v->sum_change[i] = 0;
}

/* What nearly all answers are: of a sinkholed name, of header and tail alone.  Returns whether this
 * is one; then it is written.  The same as respond() would write. */
static inline bool
respond_usual(struct vec *v, unsigned i, const struct image *img)
{
	const struct form *form = &forms[WAY_SINKHOLE];
	unsigned at = v->question_end[i], policy;
	const struct tail *t;

	if (v->way[i] != WAY_SINKHOLE || v->asks[i] || v->qtype[i] >= SMALL_TYPES)
		return false;
	/* What is at the apex only has pointers to patch elsewhere. */
	policy = img->feed[v->feed[i]].policy;
	t = tails_get(img->tails, policy, TAIL_NODATA ^ kind_of_type[v->qtype[i]], v->edns[i]);
	if (t->pool_len || (t->patch_n && v->suffix_at[i] != DNS_HEADER_LEN) ||
	    at + t->len > v->limit[i])
		return false;
	v->sum_change[i] = put_header(v->msg[i], form, t) + put_tail(v, i, t, at);
	v->rcode[i] = RCODE_NOERROR;
	return true;
}

void
stage_respond(struct vec *v, const struct image *img, struct counters *c)
{
	for (unsigned i = 0, n = v->n; i < n; i++)
		if (respond_usual(v, i, img))
			continue;
		else if (v->way[i] == WAY_ZONE)
			zone_respond(v, i, img, c);
		else if (v->way[i] > WAY_ANSWERS)
			respond(v, i, img, c);
}
