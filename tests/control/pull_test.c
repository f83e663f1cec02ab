/* pull_test.c - transfers that come in: good ones, and streams that must be refused. */
#include "control/pull_zone.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdlib.h>

#define NOW  UINT64_C(1795262400)
#define ZONE "\1z"
#define OLD  7

static struct tsig_key key = {.name = "\1k", .name_len = 3, .secret_len = 32};

/* A record: 'S' SOA of serial n, 'T' TXT with one byte n, 'N' an NS; capitals at the apex, 't' at
 * n.z., 'o' outside of the zone, 's' an SOA below the apex, 'x' an SOA of serial n that differs
 * otherwise, 'c' class CH, 'l' cut rdata of an SOA.  '/' ends a message, '-' in front of that one
 * leaves it unsigned, '!' breaks its MAC, '+' makes it that of another question, '#' gives it an
 * RCODE, '?' another ID, '%' sets TC. */
static const struct row {
	const char *about, *stream;
	bool is_ixfr;
	int want; /* of the last pull_take */
	enum pull_kind kind;
} rows[] = {
    {"AXFR in one message", "S9N1t1t2S9", false, 1, PULL_AXFR},
    {"AXFR in three", "S9/N1t1/t2S9", false, 1, PULL_AXFR},
    {"AXFR to a question for IXFR", "S9N1t1S9", true, 1, PULL_AXFR},
    {"AXFR, a message in between unsigned", "S9/N1-/t2S9", false, 1, PULL_AXFR},
    {"IXFR", "S9S7t1S9t2S9", true, 1, PULL_IXFR},
    {"IXFR of two steps", "S9S7t1S8t2S8t2S9t3S9", true, 1, PULL_IXFR},
    {"IXFR that changes the SOA alone", "S9S7S9S9", true, 1, PULL_IXFR},
    {"nothing newer", "S7", true, 1, PULL_CURRENT},
    {"the end is missing: waits", "S9N1t1", false, 0, PULL_AXFR},
    {"one SOA that is newer: waits", "S9", true, 0, PULL_UNKNOWN},
    {"the last message unsigned", "S9/N1t1S9-", false, -ERR_REFUSED, PULL_AXFR},
    {"the only message unsigned", "S9N1S9-", false, -ERR_REFUSED, PULL_UNKNOWN},
    {"the first unsigned", "S9-/N1S9", false, -ERR_REFUSED, PULL_UNKNOWN},
    {"a broken MAC", "S9/N1!/S9", false, -ERR_REFUSED, PULL_UNKNOWN},
    {"a record changed behind the MAC of an unsigned one", "S9/N1-!/S9", false, -ERR_REFUSED,
	PULL_AXFR},
    {"another SOA at the end", "S9N1x9", false, -ERR_FORMAT, PULL_AXFR},
    {"an SOA of another serial at the end", "S9N1S8", false, -ERR_FORMAT, PULL_AXFR},
    {"a record behind the end", "S9N1S9t1", false, -ERR_FORMAT, PULL_AXFR},
    {"no SOA in front", "N1S9", false, -ERR_FORMAT, PULL_UNKNOWN},
    {"an SOA and nothing", "S9S9", false, -ERR_FORMAT, PULL_UNKNOWN},
    {"a difference that nobody asked for", "S9S7t1S9S9", false, -ERR_FORMAT, PULL_UNKNOWN},
    {"a difference from another serial", "S9S8t1S9S9", true, -ERR_FORMAT, PULL_UNKNOWN},
    {"a difference that goes back", "S9S7t1S6S6", true, -ERR_FORMAT, PULL_IXFR},
    {"differences that do not join", "S9S7t1S8t2S7t2S9S9", true, -ERR_FORMAT, PULL_IXFR},
    {"an SOA as old as ours", "S7N1S7", true, -ERR_STALE, PULL_UNKNOWN},
    {"an older SOA", "S6", true, -ERR_STALE, PULL_UNKNOWN},
    {"an older zone", "S6N1S6", true, -ERR_STALE, PULL_UNKNOWN},
    {"a serial without an order", "S2147483655N1S2147483655", true, -ERR_STALE, PULL_UNKNOWN},
    {"a record outside the zone", "S9N1o1S9", false, -ERR_FORMAT, PULL_AXFR},
    {"another class", "S9c1S9", false, -ERR_FORMAT, PULL_UNKNOWN},
    {"an SOA below the apex", "S9N1s9S9", false, -ERR_FORMAT, PULL_AXFR},
    {"an SOA without its numbers", "l9", false, -ERR_FORMAT, PULL_UNKNOWN},
    {"a message without records", "S9/", false, -ERR_FORMAT, PULL_UNKNOWN},
    {"the answer to another question", "S9N1S9+", false, -ERR_FORMAT, PULL_UNKNOWN},
    {"another ID", "S9N1S9?", false, -ERR_FORMAT, PULL_UNKNOWN},
    {"truncated", "S9N1S9%", false, -ERR_FORMAT, PULL_UNKNOWN},
    {"a refusal", "S9#", false, -ERR_REFUSED, PULL_UNKNOWN},
    {"more records than allowed", "S9N1t1t2t3t4t5t6t7t8t9t1t2t3t4t5t6t7t8t9t1t2t3t4t5t6S9", false,
	-ERR_LIMIT, PULL_AXFR},
};

static void
add_record(struct message *m, char what, uint32_t n)
{
	static const uint8_t ns[] = "\2ns\1z";
	uint8_t below[] = {1, 'a', 1, 'z', 0}, soa[24] = {0}, txt[2] = {1, (uint8_t)('0' + n % 10)};
	struct message_record r = {(const uint8_t *)ZONE, 3, 16, 1, 60, txt, sizeof(txt)};

	below[1] = (uint8_t)('0' + n % 10);
	if (strchr("Sxsl", what)) {
		r.type = 6;
		r.rdata = soa;
		r.rdata_len = what == 'l' ? 10 : 22;
		put32(soa + 2, n);
		soa[21] = what == 'x';
	}
	if (what == 'N') {
		r.type = 2;
		r.rdata = ns;
		r.rdata_len = sizeof(ns);
	}
	if (what == 't' || what == 's' || what == 'o') {
		r.owner = below;
		r.owner_len = sizeof(below);
	}
	if (what == 'o')
		below[3] = 'y';
	if (what == 'c')
		r.class = 3;
	message_add(m, MESSAGE_ANSWER, &r);
}

/* Reads one message of a row; returns what follows its '/', or NULL. */
static const char *
make_message(struct message *m, uint8_t *bytes, const char *at, bool is_ixfr, char *flags)
{
	message_start(m, bytes, PULL_ASK_ROOM, 1, MESSAGE_QR | MESSAGE_AA);
	message_question(
	    m, (const uint8_t *)(strchr(at, '+') ? "\1y" : ZONE), 3, is_ixfr ? 251 : 252, 1);
	*flags = '\0';
	for (; *at && *at != '/'; at++) {
		char *end;

		if (strchr("-!+#?%", *at)) {
			*flags = *flags == '-' ? '=' : *at; /* '=': unsigned and broken */
			continue;
		}
		add_record(m, *at, (uint32_t)strtoul(at + 1, &end, 10));
		at = end - 1;
	}
	if (*flags == '#')
		put16(bytes + 2, MESSAGE_QR | 5);
	if (*flags == '%')
		put16(bytes + 2, MESSAGE_QR | MESSAGE_TC);
	return *at ? at + 1 : NULL;
}

/* The server's side of a message: signs it or takes it into the chain, then breaks it. */
static void
sign_message(struct tsig_chain *server, uint8_t *bytes, size_t *len, char flags)
{
	if (flags == '-' || flags == '=')
		tsig_skip(server, bytes, *len);
	else
		tsig_sign(server, bytes, len, PULL_ASK_ROOM, NOW);
	if (flags == '!' || flags == '=')
		bytes[MESSAGE_HEADER + 7 + 14] ^= 1; /* TTL of its first record */
	if (flags == '?')
		bytes[0] ^= 1;
}

static int
take_nothing(void *ctx, enum pull_side side, const struct zone_rr *rr)
{
	(void)ctx;
	(void)side;
	(void)rr;
	return 0;
}

static size_t
find_tsig(const uint8_t *msg, size_t len)
{
	size_t at = MESSAGE_HEADER, last = 0;
	struct message_rr rr;

	message_question_read(&rr, msg, len, &at);
	while (at < len && message_rr_read(&rr, msg, len, &at) == 0)
		last = rr.at;
	return last;
}

static void
begin(struct pull_stream *p, struct tsig_chain *server, bool is_ixfr)
{
	uint8_t ask[PULL_ASK_ROOM];
	struct tsig_rr t;
	int n;

	*p = (struct pull_stream){.origin = (const uint8_t *)ZONE,
	    .origin_len = 3,
	    .key = &key,
	    .has_serial = is_ixfr,
	    .serial = OLD,
	    .is_ixfr = is_ixfr,
	    .bytes_max = 10000,
	    .records_max = 24,
	    .record = take_nothing};
	n = pull_ask(p, ask, 1, NOW);
	if (n < 0 || tsig_read(&t, ask, (size_t)n, find_tsig(ask, (size_t)n)) < 0 ||
	    tsig_check_request(server, ask, &t, &key, NOW) != TSIG_OK)
		abort();
}

static void
test_rows(void)
{
	static struct message m;
	static struct pull_stream p;
	uint8_t bytes[PULL_ASK_ROOM];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		const char *at = r->stream;
		struct tsig_chain server;
		int rc = 0;

		begin(&p, &server, r->is_ixfr);
		while (at && rc == 0) {
			char flags;
			size_t len;

			at = make_message(&m, bytes, at, r->is_ixfr, &flags);
			len = m.len;
			sign_message(&server, bytes, &len, flags);
			rc = pull_take(&p, bytes, len, NOW);
		}
		CHECK(rc == r->want && (rc < 1 || p.kind == r->kind) && !p.why[0] == (rc >= 0),
		    "%s: %d (%s)", r->about, rc, p.why);
		pull_stream_end(&p);
		tsig_end(&server);
	}
}

static void
test_cut(void)
{
	static struct message m;
	static struct pull_stream p;
	uint8_t bytes[PULL_ASK_ROOM];
	struct tsig_chain server;
	unsigned taken = 0;
	size_t len;
	char flags;

	begin(&p, &server, false);
	make_message(&m, bytes, "S9N1t1S9", false, &flags);
	len = m.len;
	tsig_sign(&server, bytes, &len, sizeof(bytes), NOW);
	for (size_t cut = 0; cut < len; cut++) {
		struct pull_stream copy = p;

		taken += pull_take(&copy, bytes, cut, NOW) >= 0;
	}
	CHECK(taken == 0, "a message cut at any byte is refused");
	CHECK(pull_take(&p, bytes, len, NOW + TSIG_FUDGE + 1) == -ERR_REFUSED, "too late");
	pull_stream_end(&p);
	tsig_end(&server);
}

static const char old_text[] = "$ORIGIN z.\n$TTL 60\n@ SOA . . 7 1 1 1 1\n@ NS ns\n@ TXT \"v=1\"\n"
			       "a TXT \"q\\\"\\\\\\007\"\nb 30 TXT \"2\" \"3\"\n";

static const struct apply {
	const char *about, *stream, *want; /* NULL: refused */
} applies[] = {
    {"one goes, one comes", "dAcC", "a gone, b, c"},
    {"what goes and comes again is kept", "dAcA", "a, b"},
    {"what comes and goes again never was", "cCdC", "a, b"},
    {"nothing changes but the SOA", "", "a, b"},
    {"what is not there cannot go", "dC", NULL},
    {"nor with another TTL", "dB", NULL},
};

static void
change(struct pull_zone *z, char side, char which)
{
	struct zone_rr rr = {.owner = "\1a\1z", .owner_len = 5, .type = 16, .ttl = 60};

	rr.owner[1] = (uint8_t)(which - 'A' + 'a');
	rr.rdata_len = which == 'A' ? 5 : 2;
	memcpy(rr.rdata, which == 'A' ? "\4q\"\\\7" : "\1n", rr.rdata_len);
	pull_zone_record(z, side == 'd' ? PULL_DELETE : PULL_INSERT, &rr);
}

static void
test_apply(void)
{
	for (size_t i = 0; i < sizeof(applies) / sizeof(applies[0]); i++) {
		const struct apply *a = &applies[i];
		char *text = NULL;
		size_t len;
		FILE *to = open_memstream(&text, &len);
		struct pull_zone z = {.to = to};
		bool has_a, has_c;
		int rc;

		zone_file_open_text(&z.old, old_text, sizeof(old_text) - 1);
		for (const char *at = a->stream; *at; at += 2)
			change(&z, at[0], at[1]);
		rc = pull_zone_finish(&z, PULL_IXFR);
		fclose(to);
		has_a = strstr(text, "a.z. 60 IN TXT \"q\\\"\\\\\\007\"\n") != NULL;
		has_c = strstr(text, "c.z.") != NULL;
		CHECK(a->want ? rc == 0 && has_a == !strstr(a->want, "gone") &&
				    has_c == (strchr(a->want, 'c') != NULL) &&
				    strstr(text, "b.z. 30 IN TXT \"2\" \"3\"\n") &&
				    strstr(text, "ns.z.") && !strstr(text, "SOA")
			      : rc == -ERR_RANGE,
		    "%s: %d", a->about, rc);
		pull_zone_free(&z);
		zone_file_close(z.old);
		free(text);
	}
}

int
main(void)
{
	struct pull_zone z = {0};
	struct zone_rr rr = {.owner = ZONE, .owner_len = 3, .type = 16};

	memset(key.secret, 'x', key.secret_len);
	test_rows();
	test_cut();
	test_apply();
	CHECK(pull_zone_record(&z, PULL_DELETE, &rr) == -ERR_FORMAT,
	    "a difference without a zone to put it into");
	return test_end();
}
