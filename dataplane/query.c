#include "dataplane/engine.h"

#include "dataplane/wire.h"

#include <stddef.h>
#include <string.h>

#define RECORDS_MAX 16 /* additional records looked at: OPT, TSIG and some to spare */

typedef uint8_t bytes16 __attribute__((vector_size(16)));

/* Folds 16 bytes.  A length byte is at most 63, so it is never taken for a letter. */
static inline void
fold16(uint8_t *to, const uint8_t *from)
{
	bytes16 c;

	memcpy(&c, from, sizeof(c));
	c += (bytes16)(c - 'A' < 26) & 32;
	memcpy(to, &c, sizeof(c));
}

/* Reads QNAME: labels found, name folded, its suffixes noted for the hash.  Returns the offset
 * behind it, or 0: label over 63 bytes (no pointer may stand in a question), name over 255, or
 * the end. */
static inline unsigned
question_name(struct vec *v, unsigned i)
{
	const uint8_t *name = v->msg[i] + DNS_HEADER_LEN;
	unsigned most = v->len[i] - DNS_HEADER_LEN;
	struct hash_name *h = &v->hash[i];
	unsigned pos = 0, labels = 0, n;

	if (most > NAME_LEN_MAX)
		most = NAME_LEN_MAX;
	/* Reads one label past the end at most, which VEC_SLACK covers.  The last byte can be the
	 * root only: h->label has no room for one label more. */
	while (n = name[pos], n - 1 < NAME_LABEL_MAX && pos + 1 < most) {
		h->label[labels++] = (uint8_t)pos;
		pos += n + 1;
	}
	if (n != 0 || pos >= most)
		return 0;
	for (unsigned k = 0; k <= pos; k += 16)
		fold16(v->name[i] + k, name + k);
	h->name = v->name[i];
	h->labels = (uint8_t)labels;
	return DNS_HEADER_LEN + pos + 1;
}

/* Offset behind a record's owner name, which may be compressed; 0 at the end. */
static unsigned
skip_name(const uint8_t *msg, unsigned len, unsigned pos)
{
	while (pos < len && msg[pos] != 0) {
		if (msg[pos] >= 0xc0)
			return pos + 2 <= len ? pos + 2 : 0;
		if (msg[pos] > NAME_LABEL_MAX)
			return 0;
		pos += msg[pos] + 1u;
	}
	return pos < len ? pos + 1 : 0;
}

/* Of several cookies the first counts (RFC 7873 5.2). */
static void
take_cookie(struct vec *v, unsigned i, const uint8_t *option, unsigned len)
{
	if (v->asks[i] & ASKS_COOKIE)
		return;
	v->asks[i] |= ASKS_COOKIE;
	v->cookie_at[i] = (uint16_t)(option - v->msg[i]);
	v->cookie_len[i] = (uint16_t)len;
}

/* Walks an OPT record's options and notes what they ask for.  Returns whether they fill the
 * RDATA exactly (RFC 6891 6.1.2). */
static int
take_options(struct vec *v, unsigned i, const uint8_t *p, unsigned len)
{
	unsigned pos = 0;

	while (len - pos >= 4) {
		if (wire16(p + pos + 2) > len - pos - 4)
			return 0;
		if (wire16(p + pos) == OPTION_NSID)
			v->asks[i] |= ASKS_NSID;
		else if (wire16(p + pos) == OPTION_COOKIE)
			take_cookie(v, i, p + pos + 4, wire16(p + pos + 2));
		pos += 4u + wire16(p + pos + 2);
	}
	return pos == len;
}

/* Names that are asked in class CH (RFC 4892 and custom), type TXT or ANY. */
static uint8_t
chaos_asks(const uint8_t *name, unsigned name_len, unsigned type)
{
	static const struct {
		uint8_t len, asks;
		uint8_t name[16];
	} known[] = {
	    {14, ASKS_VERSION, "\7version\4bind"},
	    {16, ASKS_VERSION, "\7version\6server"},
	    {11, ASKS_ID, "\2id\6server"},
	    {15, ASKS_ID, "\10hostname\4bind"},
	};

	if (type != TYPE_TXT && type != TYPE_ANY)
		return 0;
	for (unsigned k = 0; k < sizeof(known) / sizeof(known[0]); k++)
		if (known[k].len == name_len && memcmp(known[k].name, name, name_len) == 0)
			return known[k].asks;
	return 0;
}

/* Takes in the OPT record whose fixed part stands at p.  Returns the lane's way. */
static enum way
take_opt(struct vec *v, unsigned i, const uint8_t *p)
{
	unsigned size = wire16(p + 2);

	v->edns[i] = p[6] & 0x80 ? EDNS_DO : EDNS_PLAIN;
	if (size < DNS_UDP_MIN) /* RFC 6891 6.2.3: less than 512 means 512 */
		size = DNS_UDP_MIN;
	if (!v->tcp[i] && v->limit[i] > size)
		v->limit[i] = (uint16_t)size;
	return p[5] == 0 ? WAY_NONE : WAY_BADVERS; /* RFC 6891 6.1.3 */
}

/* Walks what stands behind the question: IXFR's SOA and the additional section; what ends before or
 * after the message's end is malformed. */
static enum way
additional(struct vec *v, unsigned i, unsigned pos)
{
	const uint8_t *msg = v->msg[i];
	unsigned len = v->len[i], records = wire16(msg + 8) + wire16(msg + 10);
	enum way way = WAY_NONE;

	if (records > RECORDS_MAX)
		return WAY_FORMERR;
	for (; records > 0; records--) {
		unsigned fixed = skip_name(msg, len, pos), rdlen;

		if (fixed == 0 || len - fixed < DNS_RR_FIXED)
			return WAY_FORMERR;
		rdlen = wire16(msg + fixed + 8);
		if (rdlen > len - fixed - DNS_RR_FIXED)
			return WAY_FORMERR;
		if (wire16(msg + fixed) == TYPE_OPT) {
			/* RFC 6891 6.1.1: one OPT, owned by the root. */
			if (v->edns[i] != EDNS_NONE || fixed != pos + 1 ||
			    !take_options(v, i, msg + fixed + DNS_RR_FIXED, rdlen))
				return WAY_FORMERR;
			way = take_opt(v, i, msg + fixed);
		}
		pos = fixed + DNS_RR_FIXED + rdlen;
	}
	return pos == len ? way : WAY_FORMERR;
}

/* Class and type of a whole query: what each rule leaves is what the next may assume. */
static enum way
class_and_type(struct vec *v, unsigned i, unsigned end)
{
	const uint8_t *msg = v->msg[i];

	if (wire16(msg + end + 2) != CLASS_IN) {
		if (wire16(msg + end + 2) == CLASS_CH)
			v->asks[i] |= chaos_asks(v->name[i], end - DNS_HEADER_LEN, v->qtype[i]);
		return v->asks[i] & (ASKS_VERSION | ASKS_ID) ? WAY_CHAOS : WAY_REFUSED_CLASS;
	}
	/* RFC 1035 3.2.3: IXFR, AXFR, MAILB, MAILA.  Of other meta types no name has data. */
	if (v->qtype[i] >= TYPE_IXFR && v->qtype[i] < TYPE_ANY)
		return WAY_REFUSED_TYPE;
	return WAY_NONE;
}

/* Header, question, additional section. */
static enum way
parse_any(struct vec *v, unsigned i, unsigned end)
{
	const uint8_t *msg = v->msg[i];
	enum way way;

	if (end == 0 || v->len[i] - end < 4)
		return msg[2] & DNS_OPCODE ? WAY_NOTIMP : WAY_FORMERR;
	v->question_end[i] = (uint16_t)(end + 4);
	if (msg[2] & DNS_OPCODE)
		return WAY_NOTIMP;
	v->qtype[i] = wire16(msg + end);
	/* A query has no answer, and an authority section only for IXFR (RFC 1995 3). */
	if (wire16(msg + 6) != 0 || (wire16(msg + 8) != 0 && v->qtype[i] != TYPE_IXFR))
		return WAY_FORMERR;
	way = additional(v, i, end + 4);
	return way == WAY_NONE ? class_and_type(v, i, end) : way;
}

/* Nearly all are one question and nothing else, for data of class IN. */
static inline enum way
parse(struct vec *v, unsigned i)
{
	static const uint8_t one_question[8] = {0, 1};
	const uint8_t *msg = v->msg[i];
	unsigned end = 0;

	if (v->len[i] < DNS_HEADER_LEN)
		return WAY_DNS_SHORT;
	if (msg[2] & DNS_QR) /* never answered: two servers could play ping-pong */
		return WAY_DNS_RESPONSE;
	if (wire16(msg + 4) == 1)
		end = question_name(v, i);
	if (end == 0 || end + 4u != v->len[i] || msg[2] & DNS_OPCODE ||
	    memcmp(msg + 4, one_question, sizeof(one_question)) != 0)
		return parse_any(v, i, end);
	v->question_end[i] = (uint16_t)(end + 4);
	v->qtype[i] = wire16(msg + end);
	if (wire16(msg + end + 2) == CLASS_IN && v->qtype[i] < TYPE_IXFR)
		return WAY_NONE;
	return class_and_type(v, i, end);
}

void
stage_query_begin(struct vec *v)
{
	memset(v->edns, EDNS_NONE, sizeof(v->edns));
	memset(v->asks, 0, sizeof(v->asks));
	memset(v->question_end, 0, sizeof(v->question_end));
	memset(v->rule, 0, sizeof(v->rule));
	for (unsigned i = 0; i < VEC_MAX; i++)
		v->suffix_at[i] = DNS_HEADER_LEN;
}

void
stage_query(struct vec *v, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		if (v->way[i] == WAY_NONE)
			v->way[i] = (uint8_t)parse(v, i);
		if (v->way[i] != WAY_NONE)
			v->hash[i].labels = 0;
	}
}

/* RFC 1035 4.2.1: without EDNS, 512 bytes over UDP. */
void
stage_query_end(struct vec *v)
{
	_Static_assert(EDNS_NONE == 0, "or'ed with the transport");

	for (unsigned i = 0; i < VEC_MAX; i++) {
		uint16_t is_bound = (v->edns[i] | v->tcp[i]) == 0; /* arithmetic: 8 lanes at once */
		uint16_t most = (uint16_t)((is_bound - 1) | DNS_UDP_MIN);

		v->limit[i] = v->limit[i] < most ? v->limit[i] : most;
	}
}
