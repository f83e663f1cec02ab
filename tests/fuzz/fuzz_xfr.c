/* Any request to the transfer process.  First byte: 1 signs what follows with a registry's key, so
 * that it gets past the MAC, 8 with a source's; 2 comes over TCP; 4 over TLS.  What is answered
 * must be a message that ldns reads, and a zone's record only for whom a key has proven. */

#include "base/err.h"
#include "control/xfr_reply.h"

#include <fcntl.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#define NOW 1795262400

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char text[] =
    "{\"version\":1,\"zones\":[],\"registries\":[{\"name\":\"r\",\"keys\":[{\"name\":\"k.\","
    "\"algorithm\":\"hmac-sha256\",\"secret\":\"MDEyMzQ1Njc4OWFiY2RlZg==\"}]}],\"catalogs\":[{"
    "\"origin\":\"c.z.\",\"serial\":7,\"reader\":\"r\",\"members\":[\"a.\",\"b.\"]}],\"sources\":[{"
    "\"name\":\"s\",\"keys\":[{\"name\":\"s.\",\"algorithm\":\"hmac-sha256\",\"secret\":"
    "\"MDEyMzQ1Njc4OWFiY2RlZw==\"}]}],\"pulled\":[\"a.\"]}";

static void
check_message(const uint8_t *msg, size_t len, bool is_signed)
{
	ldns_pkt *p = NULL;

	if (ldns_wire2pkt(&p, msg, len) != LDNS_STATUS_OK)
		abort();
	if (ldns_pkt_ancount(p) && (!is_signed || !ldns_pkt_tsig(p)))
		abort();
	ldns_pkt_free(p);
}

static void
run(struct book *b, const uint8_t *msg, size_t len, struct xfr_peer *peer)
{
	static struct message m;
	static struct xfr_replay replay;
	uint8_t bytes[XFR_MESSAGE_ROOM];
	struct xfr_request q;
	struct xfr_asked asked = {&q, msg, peer, NOW};
	struct xfr_reply_place at = {&m, bytes, 1232, b, AT_FDCWD, NOW};
	enum xfr_kind kind;
	struct xfr_answer a;

	if (!xfr_request_read(&q, msg, len))
		return;
	memset(&replay, 0, sizeof(replay));
	xfr_judge(&a, b, &replay, &asked);
	if ((a.rcode == XFR_NOERROR) != ((a.zone || a.pulled) && !a.why) ||
	    ((a.zone || a.pulled) && !a.registry) || (a.pulled && !q.is_notify))
		abort();
	if (xfr_reply_whole(&at, &q, &a, &kind) == 0)
		check_message(bytes, m.len, a.registry && a.tsig_error == TSIG_OK);
	tsig_end(&a.chain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct xfr_peer peer = {.port = 53};
	char error[BOOK_ERROR_MAX];
	struct tsig_chain c;
	uint8_t msg[XFR_REQUEST_MAX + TSIG_RR_MAX];
	struct book *b = NULL;
	size_t n = len - 1;

	if (len < 1 || n > XFR_REQUEST_MAX || book_parse(&b, text, sizeof(text) - 1, error) < 0)
		return 0;
	memcpy(msg, bytes + 1, n);
	peer.is_tcp = bytes[0] & 6;
	peer.is_tls = bytes[0] & 4;
	if ((bytes[0] & 1) && n >= MESSAGE_HEADER) {
		tsig_start(&c, bytes[0] & 8 ? &b->sources[0].keys[0] : b->by_key[0].key);
		tsig_sign(&c, msg, &n, sizeof(msg), NOW);
		tsig_end(&c);
	}
	run(b, msg, n, &peer);
	book_drop(b);
	return 0;
}
