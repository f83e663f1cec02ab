/* Any two zone texts, with a NUL between them, as old and new version: every message of the AXFR
 * and the IXFR is one that ldns reads, and what is sent begins and ends with the SOA. */

#include "control/xfr_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Returns whether the message's last record is an SOA. */
static bool
check_message(const struct message *m)
{
	ldns_pkt *p = NULL;
	bool is_soa;
	size_t n;

	if (ldns_wire2pkt(&p, m->bytes, m->len) != LDNS_STATUS_OK)
		abort();
	n = ldns_pkt_ancount(p);
	if (n != message_count(m, MESSAGE_ANSWER))
		abort();
	is_soa =
	    n && ldns_rr_get_type(ldns_rr_list_rr(ldns_pkt_answer(p), n - 1)) == LDNS_RR_TYPE_SOA;
	ldns_pkt_free(p);
	return is_soa;
}

static void
run(const struct xfr_want *want, size_t room)
{
	static struct message m;
	uint8_t bytes[16384];
	struct xfr_stream *s = NULL;
	bool ends = false;
	int rc = xfr_stream_new(&s, want) < 0 ? -1 : 1;

	while (rc == 1 || rc == -EAGAIN) {
		message_start(&m, bytes, room, 0, 0);
		rc = xfr_stream_fill(s, &m);
		if (rc >= 0 && message_count(&m, MESSAGE_ANSWER))
			ends = check_message(&m);
	}
	if (rc == 0 && !ends)
		abort();
	xfr_stream_free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const uint8_t *cut = len ? memchr(bytes, 0, len) : NULL;
	struct book_version old = {.serial = 1};
	struct book_zone zone = {.origin = "\1z", .origin_len = 3, .history = &old, .history_n = 1};
	struct book book = {.holders = 1};
	struct xfr_want want = {&book, &zone, AT_FDCWD, XFR_AXFR, 1};

	if (!cut)
		return 0;
	old.len = (size_t)(cut - bytes);
	zone.now.len = len - old.len - 1;
	zone.now.serial = 2;
	old.bytes = malloc(old.len + 1);
	zone.now.bytes = malloc(zone.now.len + 1);
	memcpy(old.bytes, bytes, old.len);
	memcpy(zone.now.bytes, cut + 1, zone.now.len);
	run(&want, sizeof(uint8_t[16384]));
	want.kind = XFR_IXFR;
	run(&want, 600);
	free(old.bytes);
	free(zone.now.bytes);
	return 0;
}
