/* notified_test.c - what a NOTIFY that comes to a node is answered, and what it tells. */
#include "control/xfr_reply.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define NOW    1795262400
#define SECRET "MDEyMzQ1Njc4OWFiY2RlZg=="
#define SOURCES                                                                            \
	",\"sources\":[{\"name\":\"hub\",\"keys\":[{\"name\":\"k.\",\"algorithm\":\"hmac-" \
	"sha256\","                                                                        \
	"\"secret\":\"" SECRET "\"}],\"addresses\":[\"192.0.2.53\"]}],\"pulled\":[\"ag.f.h.\"]"
#define READERS                                                                            \
	"\"registries\":[{\"name\":\"r\",\"keys\":[{\"name\":\"r.\",\"algorithm\":\"hmac-" \
	"sha256\","                                                                        \
	"\"secret\":\"" SECRET "\"}]}]"

enum { UNSIGNED = 1, BAD_MAC = 2, READERS_KEY = 4, HINT = 8, HUB = 16, TRAILING = 32 };

static const struct {
	const char *about;
	unsigned how;
	uint64_t late_s;
	const char *from, *zone; /* zone: wire form */
	uint16_t type;
	enum xfr_rcode rcode;
	const char *why; /* NULL: taken */
} cases[] = {
    {"of a zone that is fetched", 0, 0, "::ffff:192.0.2.53", "\2ag\1f\1h", 6, XFR_NOERROR, NULL},
    {"name in other letters", 0, 0, "::ffff:192.0.2.53", "\2AG\1f\1H", 6, XFR_NOERROR, NULL},
    {"with a serial", HINT, 0, "::ffff:192.0.2.53", "\2ag\1f\1h", 6, XFR_NOERROR, NULL},
    {"of another zone", 0, 0, "::ffff:192.0.2.53", "\2bo\1f\1h", 6, XFR_NOTAUTH,
	"no zone that is fetched here"},
    {"from another address", 0, 0, "::ffff:192.0.2.54", "\2ag\1f\1h", 6, XFR_REFUSED,
	"not from this address"},
    {"not signed", UNSIGNED, 0, "::ffff:192.0.2.53", "\2ag\1f\1h", 6, XFR_REFUSED, "not signed"},
    {"a wrong MAC", BAD_MAC, 0, "::ffff:192.0.2.53", "\2ag\1f\1h", 6, XFR_NOTAUTH, "BADSIG"},
    {"the key of who fetches from us", READERS_KEY, 0, "::ffff:192.0.2.53", "\2ag\1f\1h", 6,
	XFR_NOTAUTH, "BADKEY"},
    {"too late", 0, 301, "::ffff:192.0.2.53", "\2ag\1f\1h", 6, XFR_NOTAUTH, "BADTIME"},
    {"of another type", 0, 0, "::ffff:192.0.2.53", "\2ag\1f\1h", 16, XFR_REFUSED,
	"type or class is not served"},
    {"bytes behind the end", TRAILING, 0, "::ffff:192.0.2.53", "\2ag\1f\1h", 6, XFR_FORMERR,
	"malformed"},
    {"to a hub, which fetches nothing", HUB, 0, "::ffff:192.0.2.53", "\2ag\1f\1h", 6, XFR_NOTIMP,
	"opcode"},
};

static size_t
make(uint8_t *msg, const struct book *b, size_t i)
{
	static const uint8_t soa[22] = {[5] = 9};
	const uint8_t *zone = (const uint8_t *)cases[i].zone;
	struct message_record rr = {zone, 8, 6, 1, 0, soa, sizeof(soa)};
	struct tsig_key stranger = {.name = "\1k", .name_len = 3, .secret_len = 16};
	struct tsig_chain c;
	struct message m;
	size_t len;

	message_start(&m, msg, 1024, 7, 4u << MESSAGE_OPCODE_SHIFT | MESSAGE_AA);
	message_question(&m, zone, strlen(cases[i].zone) + 1, cases[i].type, 1);
	if (cases[i].how & HINT)
		message_add(&m, MESSAGE_ANSWER, &rr);
	len = m.len;
	tsig_start(&c, cases[i].how & BAD_MAC               ? &stranger
		       : cases[i].how & (READERS_KEY | HUB) ? b->registries[0].keys
							    : b->sources[0].keys);
	if (!(cases[i].how & UNSIGNED))
		tsig_sign(&c, msg, &len, 1024, NOW - cases[i].late_s);
	tsig_end(&c);
	if (cases[i].how & TRAILING)
		msg[len++] = 0;
	return len;
}

static void
test_one(size_t i)
{
	static const char node[] = "{\"version\":1," READERS SOURCES "}";
	static const char hub[] = "{\"version\":1," READERS "}";
	const char *text = cases[i].how & HUB ? hub : node;
	char error[BOOK_ERROR_MAX] = "";
	struct xfr_peer peer = {.port = 53};
	uint8_t msg[1024], out[XFR_MESSAGE_ROOM];
	struct message m;
	struct xfr_request q;
	struct xfr_asked asked = {&q, msg, &peer, NOW};
	struct xfr_answer a;
	struct book *b = NULL;
	enum xfr_kind kind;
	size_t len;

	CHECK(book_parse(&b, text, strlen(text), error) == 0, "%s", error);
	inet_pton(AF_INET6, cases[i].from, &peer.address);
	len = make(msg, b, i);
	CHECK(xfr_request_read(&q, msg, len), "%s: is to be answered", cases[i].about);
	xfr_judge(&a, b, NULL, &asked);
	CHECK(a.rcode == cases[i].rcode &&
		  (a.why ? cases[i].why && !strcmp(a.why, cases[i].why) : !cases[i].why),
	    "%s: %d, %s", cases[i].about, a.rcode, a.why ? a.why : "taken");
	CHECK((a.pulled != NULL) == !cases[i].why, "%s: the zone", cases[i].about);
	CHECK(!(cases[i].how & HINT) || (q.has_serial && q.serial == 9), "%s", cases[i].about);
	CHECK(xfr_reply_whole(
		  &(struct xfr_reply_place){&m, out, 512, b, AT_FDCWD, NOW}, &q, &a, &kind) == 0,
	    "%s: an answer", cases[i].about);
	/* RFC 1996 4.7: the header comes back with QR, and the question. */
	CHECK(get16(out) == 7 &&
		  (get16(out + 2) & (MESSAGE_QR | MESSAGE_OPCODE)) ==
		      (MESSAGE_QR | 4u << MESSAGE_OPCODE_SHIFT) &&
		  (get16(out + 2) & MESSAGE_RCODE) == (unsigned)cases[i].rcode &&
		  get16(out + 6) == 0,
	    "%s: header", cases[i].about);
	CHECK(
	    (get16(out + 10) == 1) == (a.chain.key || a.tsig_error), "%s: signed", cases[i].about);
	tsig_end(&a.chain);
	book_drop(b);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		test_one(i);
	return test_end();
}
