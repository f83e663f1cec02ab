#include "dataplane/engine.h"

#include "dataplane/image.h"
#include "dataplane/wire.h"

#include <string.h>

/* How each way is answered. */
static const struct form {
	uint8_t rcode;
	uint8_t aa; /* DNS_AA or 0 */
	uint8_t kind;
} forms[WAYS_N] = {
    [WAY_FORMERR] = {RCODE_FORMERR, 0, TAIL_EMPTY},
    [WAY_NOTIMP] = {RCODE_NOTIMP, 0, TAIL_EMPTY},
    [WAY_BADVERS] = {RCODE_NOERROR, 0, TAIL_EMPTY}, /* 16: its upper bits go into the OPT */
    [WAY_REFUSED_CLASS] = {RCODE_REFUSED, 0, TAIL_EMPTY},
    [WAY_REFUSED_TYPE] = {RCODE_REFUSED, 0, TAIL_EMPTY},
    [WAY_UNLISTED] = {RCODE_REFUSED, 0, TAIL_EMPTY},
    [WAY_REFUSE] = {RCODE_REFUSED, 0, TAIL_REFUSED},
    [WAY_NXDOMAIN] = {RCODE_NXDOMAIN, DNS_AA, TAIL_NEGATIVE},
    [WAY_NODATA] = {RCODE_NOERROR, DNS_AA, TAIL_NEGATIVE},
    [WAY_REFER] = {RCODE_NOERROR, 0, TAIL_REFERRAL},
    [WAY_TRUNCATE] = {RCODE_NOERROR, 0, TAIL_EMPTY},
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
 * (RFC 2181 9); the empty tail fits always: header, 255 bytes of name, 4 and 11. */
static void
put_tail(
    struct vec *v, unsigned i, const struct tail *t, const struct tail *empty, struct counters *c)
{
	uint8_t *msg = v->msg[i];
	unsigned at = v->question_end[i] ? v->question_end[i] : DNS_HEADER_LEN;

	if (at + t->len > v->limit[i]) {
		t = empty;
		msg[2] |= DNS_TC;
		count_add(&c->truncated, 1);
	}
	for (unsigned k = 0; k < t->len; k += TAIL_BLOCK)
		memcpy(msg + at + k, t->bytes + k, TAIL_BLOCK);
	memcpy(msg + 6, t->counts, sizeof(t->counts));
	patch(msg + at, t, v->suffix_at[i], msg);
	v->len[i] = (uint16_t)(at + t->len);
}

static int
is_apex_ds(const struct vec *v, unsigned i)
{
	return v->qtype[i] == TYPE_DS && v->suffix_at[i] == DNS_HEADER_LEN;
}

static void
respond(struct vec *v, unsigned i, const struct image *img, struct counters *c)
{
	const struct form *form = &forms[v->way[i]];
	unsigned policy = v->rule[i] ? img->feed[v->feed[i]].policy : 0;
	unsigned kind = v->way[i] == WAY_SINKHOLE ? sinkhole_kind(v, i) : form->kind;
	uint8_t *msg = v->msg[i];

	if (v->way[i] == WAY_REFER &&
	    is_apex_ds(v, i)) { /* the parent's to answer (RFC 4035 3.1.4.1) */
		form = &forms[WAY_NODATA];
		kind = form->kind;
	}
	/* ID, opcode and RD come back (RFC 1035 4.1.1); RA, Z, AD and CD do not (RFC 4035 3.1.6). */
	msg[2] = (uint8_t)(DNS_QR | (msg[2] & (DNS_OPCODE | DNS_RD)) | form->aa);
	msg[3] = form->rcode;
	wire16_put(msg + 4, v->question_end[i] != 0);
	put_tail(v, i, tails_get(img->tails, policy, kind, v->edns[i]),
	    tails_get(img->tails, policy, TAIL_EMPTY, v->edns[i]), c);
	if (v->way[i] == WAY_TRUNCATE) {
		msg[2] |= DNS_TC;
		count_add(&c->truncated, 1);
	}
	if (v->way[i] == WAY_BADVERS)
		msg[v->question_end[i] + 5] = 1; /* root, type and class come before it */
	v->rcode[i] = form->rcode;
}

void
stage_respond(struct vec *v, const struct image *img, struct counters *c)
{
	for (unsigned i = 0; i < v->n; i++)
		if (v->way[i] > WAY_ANSWERS)
			respond(v, i, img, c);
}
