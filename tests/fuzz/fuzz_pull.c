/* Any messages from a server that we asked for a zone.  First byte: 1 asks by IXFR, 2 leaves the
 * messages as they are; otherwise each is signed with the right key, so that it gets past the MAC.
 * 4 asks for a catalog.  Then the messages, each behind its length.  What is taken must end with a
 * signature, and its text must be lines. */

#include "base/err.h"
#include "control/pull_catalog.h"
#include "control/pull_zone.h"

#include <stdlib.h>
#include <string.h>

#define NOW 1795262400

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char held[] = "$ORIGIN z.\n$TTL 60\n@ SOA . . 7 1 1 1 1\n@ NS ns\na TXT \"1\"\n";

static void
begin(struct pull_stream *p, struct tsig_chain *server, const struct tsig_key *key)
{
	uint8_t ask[PULL_ASK_ROOM];
	size_t at = MESSAGE_HEADER;
	struct message_rr rr;
	struct tsig_rr t;
	int n = pull_ask(p, ask, 1, NOW);

	if (n < 0 || message_question_read(&rr, ask, (size_t)n, &at) < 0)
		abort();
	if (p->is_ixfr && message_rr_read(&rr, ask, (size_t)n, &at) < 0)
		abort();
	if (tsig_read(&t, ask, (size_t)n, at) < 0 ||
	    tsig_check_request(server, ask, &t, key, NOW) != TSIG_OK)
		abort();
}

static int
take_all(struct pull_stream *p, struct tsig_chain *server, const uint8_t *bytes, size_t len)
{
	static uint8_t msg[MESSAGE_MAX];
	bool is_bare = bytes[0] & 2;
	int rc = 0;

	for (size_t at = 1; rc == 0 && len - at >= 2;) {
		size_t n = get16(bytes + at);

		at += 2;
		n = n < len - at ? n : len - at;
		if (n > sizeof(msg) - TSIG_RR_MAX)
			return -ERR_LIMIT;
		memcpy(msg, bytes + at, n);
		at += n;
		if (!is_bare && n >= MESSAGE_HEADER)
			tsig_sign(server, msg, &n, sizeof(msg), NOW);
		rc = pull_take(p, msg, n, NOW);
	}
	if (rc == 1 && (is_bare || !tsig_is_complete(&p->chain)))
		abort();
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const struct tsig_key key = {.name = "\1k", .name_len = 3, .secret_len = 32};
	struct pull_catalog catalog = {
	    .origin = (const uint8_t *)"\1z", .origin_len = 3, .max = 50};
	struct pull_zone z = {0};
	static struct pull_stream p;
	struct tsig_chain server;
	char *text = NULL;
	size_t size = 0;
	int rc;

	if (len < 1)
		return 0;
	z.to = open_memstream(&text, &size);
	zone_file_open_text(&z.old, held, sizeof(held) - 1);
	p = (struct pull_stream){.origin = (const uint8_t *)"\1z",
	    .origin_len = 3,
	    .key = &key,
	    .has_serial = bytes[0] & 1,
	    .serial = 7,
	    .is_ixfr = bytes[0] & 1,
	    .bytes_max = 1 << 20,
	    .records_max = 10000,
	    .ctx = &z,
	    .record = pull_zone_record};
	if (bytes[0] & 4) {
		p.ctx = &catalog;
		p.record = pull_catalog_record;
	}
	begin(&p, &server, &key);
	rc = take_all(&p, &server, bytes, len);
	if (catalog.n > catalog.max)
		abort();
	if (rc == 1 && !(bytes[0] & 4) && p.kind != PULL_CURRENT &&
	    pull_zone_finish(&z, p.kind) == 0)
		rc = 2;
	fclose(z.to);
	if (rc == 2 && (!size || text[size - 1] != '\n'))
		abort();
	free(text);
	pull_catalog_free(&catalog);
	pull_zone_free(&z);
	zone_file_close(z.old);
	pull_stream_end(&p);
	tsig_end(&server);
	return 0;
}
