#include "control/tsig.h"

#include "base/err.h"
#include "control/message_read.h"
#include "control/tsig_mac.h"

#include <assert.h>
#include <string.h>

#define TYPE_TSIG 250
#define CLASS_ANY 255
#define TIMERS    8 /* bytes: time signed and fudge */

static const struct algorithm {
	const char *text;
	uint8_t wire[14];
	uint8_t wire_len, mac_len;
} algorithms[TSIG_ALGORITHMS] = {
    [TSIG_SHA256] = {"hmac-sha256", "\13hmac-sha256", 13, 32},
    [TSIG_SHA384] = {"hmac-sha384", "\13hmac-sha384", 13, 48},
    [TSIG_SHA512] = {"hmac-sha512", "\13hmac-sha512", 13, 64},
};

int
tsig_algorithm_parse(const char *text)
{
	for (int i = 0; i < TSIG_ALGORITHMS; i++)
		if (strcmp(text, algorithms[i].text) == 0)
			return i;
	return -ERR_UNKNOWN;
}

size_t
tsig_mac_size(enum tsig_algorithm a)
{
	return algorithms[a].mac_len;
}

const char *
tsig_error_text(int error)
{
	switch (error) {
	case TSIG_OK: return "NOERROR";
	case TSIG_BADSIG: return "BADSIG";
	case TSIG_BADKEY: return "BADKEY";
	case TSIG_BADTIME: return "BADTIME";
	case TSIG_BADTRUNC: return "BADTRUNC";
	default: return "unknown TSIG error";
	}
}

static void
put48(uint8_t *p, uint64_t v)
{
	put16(p, (uint16_t)(v >> 32));
	put32(p + 2, (uint32_t)v);
}

static uint64_t
get48(const uint8_t *p)
{
	return (uint64_t)get16(p) << 32 | get32(p + 2);
}

static int
find_algorithm(const uint8_t *name, size_t len)
{
	for (int i = 0; i < TSIG_ALGORITHMS; i++)
		if (len == algorithms[i].wire_len && !memcmp(name, algorithms[i].wire, len))
			return i;
	return -1;
}

/* RFC 8945 4.2: the rdata behind the algorithm's name. */
static int
read_fields(struct tsig_rr *t, const uint8_t *p, size_t len)
{
	if (len < TIMERS + 2)
		return -ERR_FORMAT;
	t->time_s = get48(p);
	t->fudge_s = get16(p + 6);
	t->mac_len = get16(p + TIMERS);
	t->mac = p + TIMERS + 2;
	len -= TIMERS + 2;
	if (len < t->mac_len || len - t->mac_len < 6)
		return -ERR_FORMAT;
	p = t->mac + t->mac_len;
	len -= t->mac_len + 6u;
	t->original_id = get16(p);
	t->error = get16(p + 2);
	t->other_len = get16(p + 4);
	t->other = p + 6;
	return len == t->other_len ? 0 : -ERR_FORMAT;
}

int
tsig_read(struct tsig_rr *t, const uint8_t *msg, size_t len, size_t at)
{
	struct message_rr rr;
	size_t end;
	int n;

	t->at = at;
	if (message_rr_read(&rr, msg, len, &at) < 0 || at != len || rr.type != TYPE_TSIG ||
	    rr.class != CLASS_ANY || rr.ttl != 0)
		return -ERR_FORMAT;
	memcpy(t->name, rr.owner, rr.owner_len);
	t->name_len = rr.owner_len;
	n = name_canon(t->algorithm_name, msg + rr.rdata_at, rr.rdata_len);
	if (n < 0)
		return -ERR_FORMAT;
	t->algorithm_len = (uint8_t)n;
	t->algorithm = find_algorithm(t->algorithm_name, t->algorithm_len);
	end = rr.rdata_at + (size_t)n;
	return read_fields(t, msg + end, rr.rdata_len - (size_t)n);
}

void
tsig_start(struct tsig_chain *c, const struct tsig_key *key)
{
	*c = (struct tsig_chain){.key = key};
}

void
tsig_end(struct tsig_chain *c)
{
	tsig_mac_free(c->running);
	c->running = NULL;
}

/* RFC 8945 4.3.2: the message as it was before the TSIG was added. */
static void
add_message(struct tsig_mac *m, const uint8_t *msg, size_t len, uint16_t id, bool had_tsig)
{
	uint8_t header[MESSAGE_HEADER];

	memcpy(header, msg, sizeof(header));
	put16(header, id);
	if (had_tsig)
		put16(header + 10, (uint16_t)(get16(msg + 10) - 1));
	tsig_mac_add(m, header, sizeof(header));
	tsig_mac_add(m, msg + sizeof(header), len - sizeof(header));
}

static void
add_variables(struct tsig_mac *m, const struct tsig_key *key, const struct tsig_rr *t, bool is_next)
{
	const struct algorithm *a = &algorithms[key->algorithm];
	uint8_t fixed[6] = {0, CLASS_ANY, 0, 0, 0, 0}, timers[TIMERS], tail[4];

	put48(timers, t->time_s);
	put16(timers + 6, t->fudge_s);
	if (is_next) { /* RFC 8945 5.3.1 */
		tsig_mac_add(m, timers, sizeof(timers));
		return;
	}
	put16(tail, t->error);
	put16(tail + 2, t->other_len);
	tsig_mac_add(m, key->name, key->name_len);
	tsig_mac_add(m, fixed, sizeof(fixed));
	tsig_mac_add(m, a->wire, a->wire_len);
	tsig_mac_add(m, timers, sizeof(timers));
	tsig_mac_add(m, tail, sizeof(tail));
	tsig_mac_add(m, t->other, t->other_len);
}

/* Begins the digest of the next message with the MAC before it, or goes on with what was
 * skipped.  Returns NULL when the library refuses. */
static struct tsig_mac *
begin(struct tsig_chain *c)
{
	struct tsig_mac *m = c->running;
	uint8_t len[2];

	c->running = NULL;
	if (m)
		return m;
	m = tsig_mac_new(c->key);
	put16(len, c->mac_len);
	if (c->mac_len) {
		tsig_mac_add(m, len, sizeof(len));
		tsig_mac_add(m, c->mac, c->mac_len);
	}
	return m;
}

static void
remember(struct tsig_chain *c, const uint8_t *mac, size_t len)
{
	memcpy(c->mac, mac, len);
	c->mac_len = (uint8_t)len;
	c->skipped = 0;
}

/* RFC 8945 5.2.2 and 5.2.2.1.  Returns TSIG_OK, TSIG_BADSIG or a negative code. */
static int
check_mac(struct tsig_chain *c, const uint8_t *msg, const struct tsig_rr *t)
{
	size_t whole = tsig_mac_size((enum tsig_algorithm)c->key->algorithm);
	uint8_t mac[TSIG_MAC_MAX];
	struct tsig_mac *m;
	int n;

	if (t->mac_len > whole || t->mac_len < 10 || t->mac_len < whole / 2)
		return -ERR_FORMAT;
	m = begin(c);
	add_message(m, msg, t->at, t->original_id, true);
	add_variables(m, c->key, t, c->is_next);
	n = tsig_mac_end(m, mac);
	if (n < 0)
		return n;
	if (!tsig_mac_equal(mac, t->mac, t->mac_len))
		return TSIG_BADSIG;
	remember(c, t->mac, t->mac_len);
	return TSIG_OK;
}

/* RFC 8945 5.2.3 */
static bool
is_in_time(const struct tsig_rr *t, uint64_t now_s)
{
	return now_s <= t->time_s + t->fudge_s && t->time_s <= now_s + t->fudge_s;
}

static bool
is_long_enough(const struct tsig_key *key, size_t mac_len)
{
	size_t whole = tsig_mac_size((enum tsig_algorithm)key->algorithm);

	return mac_len >= (key->mac_min ? key->mac_min : whole);
}

int
tsig_check_request(struct tsig_chain *c, const uint8_t *msg, const struct tsig_rr *t,
    const struct tsig_key *key, uint64_t now_s)
{
	int rc;

	tsig_start(c, key);
	if (!key || t->algorithm != key->algorithm)
		return TSIG_BADKEY;
	c->request_time_s = t->time_s;
	c->request_fudge_s = t->fudge_s;
	rc = check_mac(c, msg, t);
	if (rc != TSIG_OK)
		return rc;
	if (!is_in_time(t, now_s))
		return TSIG_BADTIME;
	return is_long_enough(key, t->mac_len) ? TSIG_OK : TSIG_BADTRUNC;
}

/* Writes the record with the name and algorithm of t. */
static int
append(uint8_t *msg, size_t *len, size_t room, const struct tsig_rr *t)
{
	size_t rdata = t->algorithm_len + TIMERS + 2u + t->mac_len + 6u + t->other_len;
	uint8_t *p = msg + *len;

	if (room - *len < t->name_len + 10u + rdata)
		return -ERR_FULL;
	memcpy(p, t->name, t->name_len);
	p += t->name_len;
	put16(p, TYPE_TSIG);
	put16(p + 2, CLASS_ANY);
	put32(p + 4, 0);
	put16(p + 8, (uint16_t)rdata);
	memcpy(p + 10, t->algorithm_name, t->algorithm_len);
	p += 10 + t->algorithm_len;
	put48(p, t->time_s);
	put16(p + 6, t->fudge_s);
	put16(p + TIMERS, t->mac_len);
	memcpy(p + TIMERS + 2, t->mac, t->mac_len);
	p += TIMERS + 2 + t->mac_len;
	put16(p, t->original_id);
	put16(p + 2, t->error);
	put16(p + 4, t->other_len);
	memcpy(p + 6, t->other, t->other_len);
	*len = (size_t)(p + 6 + t->other_len - msg);
	put16(msg + 10, (uint16_t)(get16(msg + 10) + 1));
	return 0;
}

/* Fills in name, algorithm, ID and MAC, and adds the record. */
static int
sign(struct tsig_chain *c, uint8_t *msg, size_t *len, size_t room, struct tsig_rr *t)
{
	const struct algorithm *a = &algorithms[c->key->algorithm];
	uint8_t mac[TSIG_MAC_MAX];
	struct tsig_mac *m = begin(c);
	int n;

	add_message(m, msg, *len, get16(msg), false);
	add_variables(m, c->key, t, c->is_next);
	n = tsig_mac_end(m, mac);
	if (n < 0)
		return n;
	memcpy(t->name, c->key->name, c->key->name_len);
	t->name_len = c->key->name_len;
	memcpy(t->algorithm_name, a->wire, a->wire_len);
	t->algorithm_len = a->wire_len;
	t->original_id = get16(msg);
	t->mac = mac;
	t->mac_len = (uint16_t)n;
	n = append(msg, len, room, t);
	if (n == 0)
		remember(c, mac, t->mac_len);
	return n;
}

int
tsig_sign(struct tsig_chain *c, uint8_t *msg, size_t *len, size_t room, uint64_t now_s)
{
	struct tsig_rr t = {.time_s = now_s, .fudge_s = TSIG_FUDGE, .other = msg};
	bool is_request = c->mac_len == 0;
	int rc = sign(c, msg, len, room, &t);

	/* What follows a request is a first response, signed with all variables. */
	if (rc == 0)
		c->is_next = !is_request;
	return rc;
}

int
tsig_sign_error(struct tsig_chain *c, uint8_t *msg, size_t *len, size_t room,
    const struct tsig_rr *request, enum tsig_error error, uint64_t now_s)
{
	struct tsig_rr t = *request;
	uint8_t other[6];

	assert(error != TSIG_OK);
	t.error = (uint16_t)error;
	t.original_id = get16(msg);
	t.other = other;
	t.other_len = 0;
	t.mac_len = 0;
	if (error == TSIG_BADSIG || error == TSIG_BADKEY) /* RFC 8945 5.3.2 */
		return append(msg, len, room, &t);
	if (error == TSIG_BADTIME) { /* RFC 8945 5.2.3: the client's time and fudge, then ours */
		put48(other, now_s);
		t.other_len = sizeof(other);
	} else {
		t.time_s = now_s;
		t.fudge_s = TSIG_FUDGE;
	}
	return sign(c, msg, len, room, &t);
}

int
tsig_check_response(
    struct tsig_chain *c, const uint8_t *msg, const struct tsig_rr *t, uint64_t now_s)
{
	int rc;

	if (t->algorithm != c->key->algorithm || t->name_len != c->key->name_len ||
	    memcmp(t->name, c->key->name, t->name_len) != 0)
		return TSIG_BADKEY;
	rc = check_mac(c, msg, t);
	if (rc != TSIG_OK)
		return rc;
	c->is_next = true;
	if (!is_in_time(t, now_s))
		return TSIG_BADTIME;
	return is_long_enough(c->key, t->mac_len) ? TSIG_OK : TSIG_BADTRUNC;
}

int
tsig_skip(struct tsig_chain *c, const uint8_t *msg, size_t len)
{
	if (!c->is_next || c->skipped == TSIG_UNSIGNED_MAX)
		return -ERR_REFUSED;
	c->running = begin(c);
	if (!c->running)
		return -ERR_LIBRARY;
	add_message(c->running, msg, len, get16(msg), false);
	c->skipped++;
	return 0;
}

bool
tsig_is_complete(const struct tsig_chain *c)
{
	return c->is_next && c->skipped == 0;
}
