#include "control/pull_stream.h"

#include "base/err.h"
#include "base/serial.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TYPE_NS    2
#define TYPE_SOA   6
#define TYPE_PTR   12
#define TYPE_RRSIG 46
#define TYPE_IXFR  251
#define TYPE_AXFR  252
#define CLASS_IN   1
#define RRSIG_HEAD 18 /* bytes before the signer's name (RFC 4034 3.1) */

static int say(struct pull_stream *p, int rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static int
say(struct pull_stream *p, int rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->why, sizeof(p->why), fmt, ap);
	va_end(ap);
	return rc;
}

static int
add_serial(const struct pull_stream *p, struct message *m)
{
	uint8_t soa[22] = {0}; /* both names the root: the serial is all that counts */
	const struct message_record r = {
	    p->origin, p->origin_len, TYPE_SOA, CLASS_IN, 0, soa, sizeof(soa)};

	put32(soa + 2, p->serial);
	return message_add(m, MESSAGE_AUTHORITY, &r);
}

int
pull_ask(struct pull_stream *p, uint8_t msg[PULL_ASK_ROOM], uint16_t id, uint64_t now_s)
{
	uint16_t type = p->is_ixfr ? TYPE_IXFR : TYPE_AXFR;
	struct message m;
	size_t len;
	int rc;

	p->id = id;
	p->at = PULL_FIRST;
	tsig_start(&p->chain, p->key);
	message_start(&m, msg, PULL_ASK_ROOM, id, 0);
	rc = message_question(&m, p->origin, p->origin_len, type, CLASS_IN);
	if (rc == 0 && p->is_ixfr)
		rc = add_serial(p, &m);
	len = m.len;
	if (rc == 0)
		rc = tsig_sign(&p->chain, msg, &len, PULL_ASK_ROOM, now_s);
	return rc < 0 ? rc : (int)len;
}

/* Appends a name of the rdata, expanded. */
static int
copy_name(struct zone_rr *rr, const uint8_t *msg, size_t end, size_t *at)
{
	int n = message_name(rr->rdata + rr->rdata_len, msg, end, at);

	if (n < 0)
		return n;
	rr->rdata_len = (uint16_t)(rr->rdata_len + n);
	return 0;
}

static int
copy_bytes(struct zone_rr *rr, const uint8_t *msg, size_t end, size_t *at, size_t len)
{
	if (end - *at < len)
		return -ERR_SHORT;
	memcpy(rr->rdata + rr->rdata_len, msg + *at, len);
	rr->rdata_len = (uint16_t)(rr->rdata_len + len);
	*at += len;
	return 0;
}

/* Only these types have names in a zone of ours.  Room is there: rdata_len <= ZONE_RDATA_MAX / 2,
 * and two names are less than the other half. */
static int
copy_rdata(struct zone_rr *rr, const uint8_t *msg, const struct message_rr *from)
{
	size_t at = from->rdata_at, end = at + from->rdata_len;
	int rc = 0;

	rr->rdata_len = 0;
	if (from->type == TYPE_RRSIG)
		rc = copy_bytes(rr, msg, end, &at, RRSIG_HEAD);
	if (rc == 0 && (from->type == TYPE_NS || from->type == TYPE_SOA || from->type == TYPE_PTR ||
			   from->type == TYPE_RRSIG))
		rc = copy_name(rr, msg, end, &at);
	if (rc == 0 && from->type == TYPE_SOA)
		rc = copy_name(rr, msg, end, &at);
	if (rc == 0 && from->type == TYPE_SOA && end - at != 20)
		rc = -ERR_FORMAT;
	return rc < 0 ? rc : copy_bytes(rr, msg, end, &at, end - at);
}

static int
read_record(struct pull_stream *p, const uint8_t *msg, size_t len, size_t *at)
{
	struct message_rr from;
	struct zone_rr *rr = &p->rr;
	int rc = message_rr_read(&from, msg, len, at);

	if (rc < 0)
		return say(p, -ERR_FORMAT, "a record that is cut short or no record");
	if (from.class != CLASS_IN ||
	    !name_is_under(from.owner, from.owner_len, p->origin, p->origin_len))
		return say(p, -ERR_FORMAT, "a record outside the zone");
	if (from.rdata_len > ZONE_RDATA_MAX / 2)
		return say(p, -ERR_LIMIT, "a record of %u bytes", from.rdata_len);
	memcpy(rr->owner, from.owner, from.owner_len);
	rr->owner_len = from.owner_len;
	rr->type = from.type;
	rr->ttl = from.ttl;
	if (copy_rdata(rr, msg, &from) < 0)
		return say(p, -ERR_FORMAT, "a record of type %u that breaks its form", from.type);
	if (from.type == TYPE_SOA && from.owner_len != p->origin_len)
		return say(p, -ERR_FORMAT, "an SOA below the apex");
	if (++p->records > p->records_max)
		return say(p, -ERR_LIMIT, "more than %" PRIu64 " records", p->records_max);
	return 0;
}

static uint32_t
serial_of(const struct zone_rr *soa)
{
	return get32(soa->rdata + soa->rdata_len - 20);
}

static bool
is_first_soa(const struct pull_stream *p)
{
	return p->rr.rdata_len == p->soa_len && !memcmp(p->rr.rdata, p->soa, p->soa_len);
}

static int
take_first(struct pull_stream *p)
{
	if (p->rr.type != TYPE_SOA)
		return say(p, -ERR_FORMAT, "it does not begin with an SOA");
	memcpy(p->soa, p->rr.rdata, p->rr.rdata_len);
	p->soa_len = p->rr.rdata_len;
	p->new_serial = serial_of(&p->rr);
	p->at = PULL_SECOND;
	return p->record(p->ctx, PULL_SOA, &p->rr);
}

static int
take_second(struct pull_stream *p)
{
	if (p->has_serial && !serial_newer(p->new_serial, p->serial))
		return say(p, -ERR_STALE, "serial %" PRIu32 " is not newer than ours, %" PRIu32,
		    p->new_serial, p->serial);
	if (p->rr.type != TYPE_SOA) {
		p->kind = PULL_AXFR;
		p->at = PULL_BODY;
		return p->record(p->ctx, PULL_WHOLE, &p->rr);
	}
	if (!p->is_ixfr || is_first_soa(p))
		return say(p, -ERR_FORMAT, "a zone of an SOA alone");
	if (serial_of(&p->rr) != p->serial)
		return say(p, -ERR_FORMAT, "a difference from serial %" PRIu32 "; ours is %" PRIu32,
		    serial_of(&p->rr), p->serial);
	p->kind = PULL_IXFR;
	p->step = p->serial;
	p->at = PULL_DELETING;
	return 0;
}

static int
take_body(struct pull_stream *p)
{
	if (p->rr.type != TYPE_SOA)
		return p->record(p->ctx, PULL_WHOLE, &p->rr);
	if (!is_first_soa(p))
		return say(p, -ERR_FORMAT, "the SOA at the end is not that of the beginning");
	p->at = PULL_DONE;
	return 0;
}

/* RFC 1995 4: each part of the difference is SOA old, deletions, SOA new, insertions. */
static int
take_difference(struct pull_stream *p)
{
	bool is_deleting = p->at == PULL_DELETING;
	uint32_t serial;

	if (p->rr.type != TYPE_SOA)
		return p->record(p->ctx, is_deleting ? PULL_DELETE : PULL_INSERT, &p->rr);
	serial = serial_of(&p->rr);
	if (is_deleting) {
		if (!serial_newer(serial, p->step))
			return say(
			    p, -ERR_FORMAT, "a difference that does not lead to a newer serial");
		p->step = serial;
		p->at = PULL_INSERTING;
	} else if (is_first_soa(p) && p->step == p->new_serial) {
		p->at = PULL_DONE;
	} else if (serial == p->step) {
		p->at = PULL_DELETING;
	} else {
		return say(p, -ERR_FORMAT,
		    "differences that do not join: serial %" PRIu32 " behind %" PRIu32, serial,
		    p->step);
	}
	return 0;
}

static int
take_record(struct pull_stream *p)
{
	switch (p->at) {
	case PULL_FIRST: return take_first(p);
	case PULL_SECOND: return take_second(p);
	case PULL_BODY: return take_body(p);
	case PULL_DELETING:
	case PULL_INSERTING: return take_difference(p);
	default: return say(p, -ERR_FORMAT, "a record behind the end");
	}
}

/* Finds the TSIG, which is the last record.  Returns 1, 0 when there is none, -ERR_FORMAT. */
static int
find_tsig(struct tsig_rr *t, const uint8_t *msg, size_t len, size_t at)
{
	unsigned n = (unsigned)get16(msg + 6) + get16(msg + 8) + get16(msg + 10);
	struct message_rr rr;

	for (; n > 1; n--)
		if (message_rr_read(&rr, msg, len, &at) < 0)
			return -ERR_FORMAT;
	if (n == 1 && get16(msg + 10) && tsig_read(t, msg, len, at) == 0)
		return 1;
	if (n == 1 && message_rr_read(&rr, msg, len, &at) < 0)
		return -ERR_FORMAT;
	return at == len ? 0 : -ERR_FORMAT;
}

static int
check_mac(struct pull_stream *p, const uint8_t *msg, size_t len, size_t at, uint64_t now_s)
{
	struct tsig_rr t;
	int rc = find_tsig(&t, msg, len, at);

	if (rc < 0)
		return say(p, rc, "a message that is cut short or has bytes behind its end");
	if (rc == 0 && tsig_skip(&p->chain, msg, len) < 0)
		return say(
		    p, -ERR_REFUSED, "not signed (RCODE %u)", get16(msg + 2) & MESSAGE_RCODE);
	if (rc == 0)
		return 0;
	if (t.error == TSIG_BADKEY || t.error == TSIG_BADSIG)
		return say(p, -ERR_REFUSED, "the server says %s", tsig_error_text(t.error));
	rc = tsig_check_response(&p->chain, msg, &t, now_s);
	if (rc == -ERR_LIBRARY)
		return say(p, rc, "TSIG could not be computed");
	if (rc != TSIG_OK)
		return say(p, -ERR_REFUSED, "TSIG: %s",
		    rc < 0 ? "a MAC of a length that may not be" : tsig_error_text(rc));
	if (t.error != TSIG_OK)
		return say(p, -ERR_REFUSED, "the server says %s", tsig_error_text(t.error));
	return 0;
}

/* Header, question and MAC.  *at: where the records begin. */
static int
open_message(struct pull_stream *p, const uint8_t *msg, size_t len, size_t *at, uint64_t now_s)
{
	uint16_t type = p->is_ixfr ? TYPE_IXFR : TYPE_AXFR;
	struct message_rr q;
	unsigned rcode;
	int rc;

	*at = MESSAGE_HEADER;
	if (len < MESSAGE_HEADER || get16(msg) != p->id ||
	    (get16(msg + 2) & (MESSAGE_QR | MESSAGE_OPCODE | MESSAGE_TC)) != MESSAGE_QR)
		return say(p, -ERR_FORMAT, "not the response to our question");
	if (get16(msg + 4) > 1 || (get16(msg + 4) && message_question_read(&q, msg, len, at) < 0))
		return say(p, -ERR_FORMAT, "a question section that breaks its form");
	if (get16(msg + 4) &&
	    (q.type != type || q.class != CLASS_IN || q.owner_len != p->origin_len ||
		memcmp(q.owner, p->origin, q.owner_len) != 0))
		return say(p, -ERR_FORMAT, "the response to another question");
	rc = check_mac(p, msg, len, *at, now_s);
	rcode = get16(msg + 2) & MESSAGE_RCODE;
	return rc == 0 && rcode ? say(p, -ERR_REFUSED, "the server says RCODE %u", rcode) : rc;
}

/* A lone SOA that is not newer says that we are up to date (RFC 1995 2); one that is older, that
 * the server is not. */
static int
take_lone_soa(struct pull_stream *p)
{
	if (!p->is_ixfr || p->at != PULL_SECOND || serial_newer(p->new_serial, p->serial))
		return 0;
	if (p->new_serial != p->serial)
		return say(p, -ERR_STALE, "serial %" PRIu32 " is older than ours, %" PRIu32,
		    p->new_serial, p->serial);
	p->kind = PULL_CURRENT;
	p->at = PULL_DONE;
	return 0;
}

int
pull_take(struct pull_stream *p, const uint8_t *msg, size_t len, uint64_t now_s)
{
	unsigned answers;
	size_t at;
	int rc;

	p->bytes += len;
	if (p->bytes > p->bytes_max)
		return say(p, -ERR_LIMIT, "more than %" PRIu64 " bytes", p->bytes_max);
	rc = open_message(p, msg, len, &at, now_s);
	if (rc < 0)
		return rc;
	answers = get16(msg + 6);
	if (!answers)
		return say(p, -ERR_FORMAT, "a message without records");
	for (unsigned i = 0; i < answers && rc == 0; i++) {
		rc = read_record(p, msg, len, &at);
		rc = rc < 0 ? rc : take_record(p);
	}
	if (rc == 0 && p->records == 1)
		rc = take_lone_soa(p);
	if (rc < 0 || p->at != PULL_DONE)
		return rc;
	return tsig_is_complete(&p->chain) ? 1
					   : say(p, -ERR_REFUSED, "the last message is not signed");
}

void
pull_stream_end(struct pull_stream *p)
{
	tsig_end(&p->chain);
}
