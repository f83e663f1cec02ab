#include "tests/fuzz/answer.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
must(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "answer: %s\n", what);
	abort();
}

static size_t
question_len(const uint8_t *msg)
{
	size_t pos = 12;

	while (msg[pos])
		pos += msg[pos] + 1u;
	return pos + 5 - 12;
}

void
answer_must_hold(
    const uint8_t *query, size_t query_len, const uint8_t *answer, size_t answer_len, size_t limit)
{
	ldns_pkt *p = NULL;

	must(query_len >= 12 && answer_len >= 12, "header");
	must(answer_len <= limit, "longer than its limit");
	must(memcmp(query, answer, 2) == 0, "ID");
	must((answer[2] & 0xf8) == (0x80 | (query[2] & 0x78)), "QR and opcode");
	must(!(query[2] & 0x80), "a response was answered");
	must(ldns_wire2pkt(&p, answer, answer_len) == LDNS_STATUS_OK, "ldns cannot parse it");
	if (ldns_pkt_qdcount(p) > 0) {
		size_t n = question_len(answer);

		must(12 + n <= query_len && memcmp(query + 12, answer + 12, n) == 0, "question");
	}
	ldns_pkt_free(p);
}
