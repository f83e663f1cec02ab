/* xfr_request.h - a request to the transfer process, taken apart and judged.  Pure. */
#pragma once

#include "control/book.h"
#include "control/message.h"
#include "control/xfr_replay.h"
#include "control/xfr_stream.h"

#define XFR_REQUEST_MAX 4096 /* bytes */

enum xfr_rcode {
	XFR_NOERROR = 0,
	XFR_FORMERR = 1,
	XFR_SERVFAIL = 2,
	XFR_NOTIMP = 4,
	XFR_REFUSED = 5,
	XFR_NOTAUTH = 9,
	XFR_BADVERS = 16, /* RFC 6891 6.1.3 */
};

struct xfr_request {
	uint16_t id, flags, type, class;
	uint8_t name[NAME_LEN_MAX], name_len; /* canonical */
	uint8_t asked[NAME_LEN_MAX];          /* the same in the letters of the question */
	bool is_notify;                       /* RFC 1996 */
	bool has_question, has_serial, has_tsig, has_opt;
	uint16_t udp_size; /* RFC 6891 6.2.5: at least 512 */
	uint32_t serial;   /* of the SOA in an IXFR's authority, in a NOTIFY's answer section */
	struct tsig_rr tsig;
	enum xfr_rcode rcode; /* what is wrong with its form */
};

struct xfr_peer {
	struct in6_addr address; /* IPv4 as ::ffff:a.b.c.d */
	uint16_t port;           /* host's order */
	bool is_tcp, is_tls;
	bool has_pin; /* TLS: pin is the SHA-256 of the key that it has shown */
	uint8_t pin[BOOK_PIN_BYTES];
};

struct xfr_asked {
	const struct xfr_request *request;
	const uint8_t *msg;
	const struct xfr_peer *peer;
	uint64_t now_s; /* Unix time */
};

struct xfr_answer {
	enum xfr_rcode rcode;
	int tsig_error;                       /* enum tsig_error */
	const struct book_registry *registry; /* whose key it is; NULL: a stranger's */
	uint32_t registry_no;
	const struct book_zone *zone;   /* NULL: none, or not the registry's */
	const struct book_name *pulled; /* NOTIFY: what there is something new of; registry is
					   then a source */
	enum xfr_kind kind;
	bool is_current; /* IXFR: the peer says that it holds the present serial */
	const char *why; /* static: the reason of a refusal, NULL when there is none */
	struct tsig_chain chain;
};

/* Takes a request apart.  Returns whether it is to be answered: responses and what is
 * shorter than a header are not.  What tsig points to is borrowed from msg. */
bool xfr_request_read(struct xfr_request *q, const uint8_t *msg, size_t len);

/* Decides, in this order: form, key, MAC, time, address, TLS, type, zone, replay.  A NOTIFY
 * that comes twice does no harm: it is no more than a reason to ask.
 *   replay  notes a transfer's MAC; NULL: no replay is looked for
 * a->chain is to be ended by tsig_end. */
void xfr_judge(struct xfr_answer *a, const struct book *b, struct xfr_replay *replay,
    const struct xfr_asked *asked);
