/* xfr_stream_test.c - what is sent for two versions of a zone: the records, in order. */
#include "control/xfr_stream.h"

#include "base/err.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define HEAD(serial) "$ORIGIN z.\n$TTL 60\n@ SOA n. h. " serial " 1 1 1 1\n@ NS n.\n"
#define PAD                                                                         \
	"p1 TXT \"............................................................\"\n" \
	"p2 TXT \"............................................................\"\n" \
	"p3 TXT \"............................................................\"\n"

static const struct {
	const char *about;
	const char *old, *now; /* serials 1 and 2 */
	enum xfr_kind kind;
	uint32_t serial;
	const char *want; /* S and the serial for an SOA, else the first letter of the owner */
} cases[] = {
    {"AXFR", HEAD("1"), HEAD("2") "a A 192.0.2.1\n", XFR_AXFR, 0, "S2 z a S2"},
    {"SOA alone", HEAD("1"), HEAD("2") "a A 192.0.2.1\n", XFR_SOA, 0, "S2"},
    {"IXFR, one comes", HEAD("1") PAD, HEAD("2") "a A 192.0.2.1\n" PAD, XFR_IXFR, 1,
	"S2 S1 S2 a S2"},
    {"IXFR, one goes", HEAD("1") "a A 192.0.2.1\n" PAD, HEAD("2") PAD, XFR_IXFR, 1,
	"S2 S1 a S2 S2"},
    {"IXFR, one changes", HEAD("1") "a A 192.0.2.1\n" PAD, HEAD("2") "a A 192.0.2.2\n" PAD,
	XFR_IXFR, 1, "S2 S1 a S2 a S2"},
    {"IXFR, TTL changes", HEAD("1") "a A 192.0.2.1\n" PAD, HEAD("2") "a 61 A 192.0.2.1\n" PAD,
	XFR_IXFR, 1, "S2 S1 a S2 a S2"},
    {"IXFR, of several records of one owner", HEAD("1") "a TXT \"1\"\na TXT \"2\"\n" PAD,
	HEAD("2") "a TXT \"2\"\na TXT \"3\"\n" PAD, XFR_IXFR, 1, "S2 S1 a S2 a S2"},
    {"IXFR, same record in other words", HEAD("1") "a TXT \"x\"\n" PAD,
	HEAD("2") "A IN TXT \\120\n" PAD, XFR_IXFR, 1, "S2 S1 S2 S2"},
    {"IXFR, deeper names follow", HEAD("1") "a A 192.0.2.1\nb A 192.0.2.1\n" PAD,
	HEAD("2") "a A 192.0.2.1\nx.a A 192.0.2.1\nb A 192.0.2.1\n" PAD, XFR_IXFR, 1,
	"S2 S1 S2 x S2"},
    {"up to date", HEAD("1"), HEAD("2"), XFR_IXFR, 2, "S2"},
    {"newer than we are", HEAD("1"), HEAD("2"), XFR_IXFR, 3, "S2"},
    {"too old", HEAD("1"), HEAD("2") "a A 192.0.2.1\n", XFR_IXFR, 0xfffffff0, "S2 z a S2"},
    {"half the circle away", HEAD("1"), HEAD("2"), XFR_IXFR, 0x80000002, "S2 z S2"},
    {"difference larger than the zone", HEAD("1") PAD, HEAD("2"), XFR_IXFR, 1, "S2 z S2"},
    {"old file not in order", HEAD("1") "c A 192.0.2.1\nb A 192.0.2.1\n" PAD,
	HEAD("2") "d A 192.0.2.1\n" PAD, XFR_IXFR, 1, "S2 z d p p p S2"},
    {"serial of the file is another", HEAD("1"), HEAD("3"), XFR_AXFR, 0, "error 1009"},
    {"zone of another name", HEAD("1"), "$ORIGIN y.\n$TTL 1\n@ SOA n. h. 2 1 1 1 1\n", XFR_AXFR, 0,
	"error 1009"},
    {"SOA is not first", HEAD("1"), "$ORIGIN z.\n$TTL 1\na A 192.0.2.1\n", XFR_AXFR, 0,
	"error 1003"},
    {"broken record", HEAD("1"), HEAD("2") "a A 192.0.2\n", XFR_AXFR, 0, "S2 z error 1003"},
    {"record without owner", HEAD("1"), HEAD("2") " A 192.0.2.1\n", XFR_AXFR, 0, "S2 z error 1003"},
    {"directive of others", HEAD("1"), HEAD("2") "$INCLUDE /etc/passwd\n", XFR_AXFR, 0,
	"S2 z error 1003"},
    {"empty file", HEAD("1"), "", XFR_AXFR, 0, "error 1003"},
};

/* Adds what the message holds to text. */
static void
list(char *text, const struct message *m)
{
	size_t at = MESSAGE_HEADER;

	for (unsigned n = message_count(m, MESSAGE_ANSWER); n; n--) {
		struct message_rr rr;

		if (message_rr_read(&rr, m->bytes, m->len, &at) < 0) {
			strcat(text, "unreadable ");
			return;
		}
		if (rr.type == 6)
			sprintf(text + strlen(text), "S%u ",
			    get32(m->bytes + rr.rdata_at + rr.rdata_len - 20));
		else
			sprintf(text + strlen(text), "%c ", rr.owner[1]);
	}
}

static void
run(char *text, struct xfr_stream *s, size_t room)
{
	static struct message m;
	uint8_t bytes[16384];
	int rc = 1;

	while (rc == 1 || rc == -EAGAIN) {
		message_start(&m, bytes, room, 0, 0);
		rc = xfr_stream_fill(s, &m);
		list(text, &m);
	}
	if (rc < 0)
		sprintf(text + strlen(text), "error %d ", -rc);
}

static void
test(size_t i, size_t room)
{
	struct book_version old = {.serial = 1, .len = strlen(cases[i].old)};
	struct book_zone zone = {.origin = "\1z", .origin_len = 3, .history = &old, .history_n = 1};
	struct book book = {.holders = 1};
	struct xfr_want want = {&book, &zone, AT_FDCWD, cases[i].kind, cases[i].serial};
	struct xfr_stream *s = NULL;
	char text[512] = "";
	int rc;

	zone.now = (struct book_version){2, NULL, strdup(cases[i].now), strlen(cases[i].now)};
	old.bytes = strdup(cases[i].old);
	rc = xfr_stream_new(&s, &want);
	if (rc == 0)
		run(text, s, room);
	else
		sprintf(text, "error %d ", -rc);
	xfr_stream_free(s);
	free(zone.now.bytes);
	free(old.bytes);
	text[strlen(text) - 1] = '\0';
	CHECK(!strcmp(text, cases[i].want), "%s, %zu bytes a message: %s", cases[i].about, room,
	    text);
}

#define NAMES 64 /* of a random zone: one bit each */

static void
make_random(struct book_version *v, uint64_t names)
{
	size_t len;
	FILE *f = open_memstream(&v->bytes, &len);

	fprintf(f, "$ORIGIN z.\n$TTL 60\n@ SOA n. h. %u 1 1 1 1\n@ NS n.\n", v->serial);
	for (unsigned i = 0; i < NAMES; i++)
		if (names >> i & 1)
			fprintf(f, "n%02u TXT \"a text that is as long as others\"\n", i);
	fclose(f);
	v->len = len;
}

/* What the peer has after it has applied the IXFR, or taken the AXFR. */
static uint64_t
apply(uint64_t names, struct xfr_stream *s)
{
	static struct message m;
	uint8_t bytes[400];
	unsigned soas = 0;
	int rc = 1;

	while (rc == 1 || rc == -EAGAIN) {
		size_t at = MESSAGE_HEADER;

		message_start(&m, bytes, sizeof(bytes), 0, 0);
		rc = xfr_stream_fill(s, &m);
		if (xfr_stream_kind(s) == XFR_AXFR && !soas)
			names = 0;
		for (unsigned n = message_count(&m, MESSAGE_ANSWER); n; n--) {
			struct message_rr rr;

			message_rr_read(&rr, m.bytes, m.len, &at);
			soas += rr.type == 6;
			if (rr.type == 16)
				names ^= UINT64_C(1)
					 << ((rr.owner[2] - '0') * 10 + rr.owner[3] - '0');
		}
	}
	return rc == 0 ? names : ~names;
}

/* However a zone changes, what the peer makes of the answer is the new zone. */
static void
test_random(void)
{
	struct book_version old = {.serial = 1};
	struct book_zone zone = {.origin = "\1z",
	    .origin_len = 3,
	    .history = &old,
	    .history_n = 1,
	    .now = {.serial = 2}};
	struct book book = {.holders = 1};
	struct xfr_want want = {&book, &zone, AT_FDCWD, XFR_IXFR, 1};
	uint64_t random = 88172645463325252, names = 0, next;
	unsigned bad = 0, ixfrs = 0;

	for (int i = 0; i < 1000; i++, names = next) {
		struct xfr_stream *s = NULL;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		next = i % 3 ? names ^ (UINT64_C(1) << random % NAMES) : random;
		make_random(&old, names);
		make_random(&zone.now, next);
		bad += xfr_stream_new(&s, &want) < 0 || apply(names, s) != next;
		ixfrs += s && xfr_stream_kind(s) == XFR_IXFR;
		xfr_stream_free(s);
		free(old.bytes);
		free(zone.now.bytes);
	}
	CHECK(bad == 0 && ixfrs > 600, "1000 random changes, %u as IXFR, %u wrong", ixfrs, bad);
}

int
main(void)
{
	test_random();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		test(i, 16384);
		test(i, 110);
	}
	return test_end();
}
