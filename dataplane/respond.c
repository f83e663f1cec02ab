#include "dataplane/engine.h"

#include "dataplane/image.h"
#include "dataplane/wire.h"

#include <string.h>

/* How each way is answered. */
static const struct form {
	uint8_t rcode;
	uint8_t aa; /* DNS_AA or 0 */
	uint8_t kind;
	uint8_t tc; /* 1: empty, with TC */
} forms[WAYS_N] = {
    [WAY_FORMERR] = {RCODE_FORMERR, 0, TAIL_EMPTY},
    [WAY_NOTIMP] = {RCODE_NOTIMP, 0, TAIL_EMPTY},
    [WAY_BADVERS] = {RCODE_BADVERS, 0, TAIL_EMPTY},
    [WAY_BADCOOKIE] = {RCODE_BADCOOKIE, 0, TAIL_EMPTY},
    [WAY_NO_COOKIE] = {RCODE_NOERROR, 0, TAIL_EMPTY, 1},
    [WAY_ACL_REFUSED] = {RCODE_REFUSED, 0, TAIL_EMPTY},
    [WAY_RRL_SLIPPED] = {RCODE_NOERROR, 0, TAIL_EMPTY, 1},
    [WAY_RRL_BADCOOKIE] = {RCODE_BADCOOKIE, 0, TAIL_EMPTY},
    [WAY_REFUSED_CLASS] = {RCODE_REFUSED, 0, TAIL_EMPTY},
    [WAY_REFUSED_TYPE] = {RCODE_REFUSED, 0, TAIL_EMPTY},
    [WAY_CHAOS] = {RCODE_NOERROR, DNS_AA, TAIL_EMPTY}, /* or what tails_chaos says */
    [WAY_UNLISTED] = {RCODE_REFUSED, 0, TAIL_EMPTY},
    [WAY_REFUSE] = {RCODE_REFUSED, 0, TAIL_REFUSED},
    [WAY_NXDOMAIN] = {RCODE_NXDOMAIN, DNS_AA, TAIL_NEGATIVE},
    [WAY_NODATA] = {RCODE_NOERROR, DNS_AA, TAIL_NEGATIVE},
    [WAY_REFER] = {RCODE_NOERROR, 0, TAIL_REFERRAL},
    [WAY_TRUNCATE] = {RCODE_NOERROR, 0, TAIL_EMPTY, 1},
    [WAY_SINKHOLE] = {RCODE_NOERROR, DNS_AA, TAIL_NODATA}, /* or what sinkhole_kind says */
};

/* A, AAAA and TXT are answered at and below the listed name, NS and SOA at that name alone. */
static enum tail_kind
sinkhole_kind(const struct vec *v, unsigned i)
{
	int is_apex = v->suffix_at[i] == DNS_HEADER_LEN;

	switch (v->qtype[i]) {
	case TYPE_A: return TAIL_A;
	case TYPE_AAAA: return TAIL_AAAA;
	case TYPE_TXT: return TAIL_TXT;
	case TYPE_ANY: return TAIL_ANY;
	case TYPE_NS: return is_apex ? TAIL_NS : TAIL_NODATA;
	case TYPE_SOA: return is_apex ? TAIL_SOA : TAIL_NODATA;
	default: return TAIL_NODATA;
	}
}

/* Makes the pointers to the apex right where QNAME is not the apex. */
static void
patch(uint8_t *at, const struct tail *t, unsigned suffix_at, const uint8_t *msg)
{
	unsigned apex = suffix_at;

	if (t->is_parent)
		apex += msg[suffix_at] + 1u;
	if (apex == DNS_HEADER_LEN)
		return;
	for (unsigned k = 0; k < t->patch_n; k++)
		wire16_put(at + t->patch[k], 0xc000 | apex);
}

/* Copies the tail behind the question.  What does not fit goes as TC without records
 * (RFC 2181 9); the empty tail fits always: header, 255 bytes of name, 4 and 11.  Returns the one
 * that went. */
static const struct tail *
put_tail(
    struct vec *v, unsigned i, const struct tail *t, const struct tail *empty, struct counters *c)
{
	uint8_t *msg = v->msg[i];
	unsigned at = v->question_end[i] ? v->question_end[i] : DNS_HEADER_LEN;
	unsigned cookie_len = v->cookie[i] == COOKIE_NONE ? 0 : 4 + COOKIE_LEN;

	if (at + t->len + cookie_len > v->limit[i] || forms[v->way[i]].tc) {
		t = empty;
		msg[2] |= DNS_TC;
		count_add(&c->truncated, 1);
	}
	for (unsigned k = 0; k < t->len; k += TAIL_BLOCK)
		memcpy(msg + at + k, t->bytes + k, TAIL_BLOCK);
	memcpy(msg + 6, t->counts, sizeof(t->counts));
	patch(msg + at, t, v->suffix_at[i], msg);
	v->len[i] = (uint16_t)(at + t->len);
	return t;
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

/* What was asked for by options; t is the tail that went.  The cookie's room was kept free, NSID
 * goes where there is some. */
static void
add_options(struct vec *v, unsigned i, const struct tail *t, const struct tails *tails)
{
	uint8_t *rdlen = v->msg[i] + v->question_end[i] + t->opt_rdlen_at;
	unsigned n;
	const char *nsid = tails_nsid(tails, &n);

	if (t->opt_rdlen_at == 0) /* malformed before the OPT was taken in */
		return;
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

static void
respond(struct vec *v, unsigned i, const struct image *img, struct counters *c)
{
	const struct form *form = &forms[v->way[i]];
	const struct tail *t = choose(v, i, img, &form);
	uint8_t *msg = v->msg[i];

	/* ID, opcode and RD come back (RFC 1035 4.1.1); RA, Z, AD and CD do not (RFC 4035 3.1.6). */
	msg[2] = (uint8_t)(DNS_QR | (msg[2] & (DNS_OPCODE | DNS_RD)) | form->aa);
	msg[3] = form->rcode & 15;
	wire16_put(msg + 4, v->question_end[i] != 0);
	t = put_tail(v, i, t, tails_get(img->tails, 0, TAIL_EMPTY, v->edns[i]), c);
	if (v->asks[i] & (ASKS_NSID | ASKS_COOKIE))
		add_options(v, i, t, img->tails);
	if (form->rcode > 15)
		msg[v->question_end[i] + 5] = form->rcode >> 4; /* behind root, type and class */
	v->rcode[i] = form->rcode & 15;
}

void
stage_respond(struct vec *v, const struct image *img, struct counters *c)
{
	for (unsigned i = 0; i < v->n; i++)
		if (v->way[i] > WAY_ANSWERS)
			respond(v, i, img, c);
}
