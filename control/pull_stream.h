/* pull_stream.h - the messages of a zone transfer that we asked for, checked and taken apart
 * (RFC 5936, RFC 1995, RFC 8945).
 *
 * A message is looked into once its MAC is known to be right, or once it was taken into the digest
 * of the MAC to come (RFC 8945 5.3.1); what came of it counts only when pull_take has returned 1,
 * which needs a signature on the last message.  Pure: no socket, the time is an argument. */
#pragma once

#include "control/message.h"
#include "control/tsig.h"
#include "control/zone_file.h"

#define PULL_ASK_ROOM  1024 /* bytes of a request */
#define PULL_WHY_MAX   160
#define PULL_BYTES_MAX (UINT64_C(1) << 40)

enum pull_kind {
	PULL_UNKNOWN, /* too early to say */
	PULL_AXFR,
	PULL_IXFR,
	PULL_CURRENT, /* nothing newer than what we have */
};

enum pull_side {
	PULL_SOA,    /* the new SOA; first of all, before the kind is known */
	PULL_WHOLE,  /* a record of the whole zone */
	PULL_DELETE, /* IXFR */
	PULL_INSERT,
};

struct pull_stream {
	/* Set by the caller; borrowed. */
	const uint8_t *origin; /* canonical */
	size_t origin_len;
	const struct tsig_key *key;
	bool has_serial; /* we have the zone: */
	uint32_t serial; /* its serial */
	bool is_ixfr;    /* ask for the difference to it */
	uint64_t bytes_max, records_max;
	void *ctx;
	int (*record)(void *ctx, enum pull_side side, const struct zone_rr *rr);

	/* Result. */
	enum pull_kind kind;
	uint32_t new_serial;
	uint64_t bytes, records;
	char why[PULL_WHY_MAX]; /* after an error */

	/* Ours. */
	struct tsig_chain chain;
	uint16_t id;
	enum { PULL_FIRST, PULL_SECOND, PULL_BODY, PULL_DELETING, PULL_INSERTING, PULL_DONE } at;
	uint32_t step; /* IXFR: serial that the part under way leads to */
	uint16_t soa_len;
	uint8_t soa[2 * NAME_LEN_MAX + 20];
	struct zone_rr rr;
};

/* Makes the request, with id, which nobody may be able to guess.  Returns its length, or -ERR_FULL,
 * -ERR_LIBRARY.  pull_stream_end in each case. */
int pull_ask(struct pull_stream *p, uint8_t msg[PULL_ASK_ROOM], uint16_t id, uint64_t now_s);

/* Takes the next message.  Returns 0 when more is to come, 1 at the end, or with a text in why
 *   -ERR_REFUSED  the server said no, or the MAC is missing or wrong
 *   -ERR_FORMAT   not a transfer of that zone
 *   -ERR_STALE    of a serial that is not newer than ours
 *   -ERR_LIMIT    too many bytes or records
 *   -ERR_LIBRARY, and what record returned. */
int pull_take(struct pull_stream *p, const uint8_t *msg, size_t len, uint64_t now_s);

void pull_stream_end(struct pull_stream *p);
