#include "control/notify.h"

#include "base/err.h"
#include "control/message.h"
#include "tests/test.h"

#include <stdlib.h>

#define NOW 1795262400
#define S   INT64_C(1000000000)

#define BOOK(serial) BOOK_OF("z.", serial)
#define BOOK_OF(zone, serial)                                                                      \
	"{\"version\":1,\"zones\":[{\"origin\":\"" zone "\",\"serial\":" serial ",\"file\":\"a\"," \
	"\"readers\":[\"r\"]}],\"registries\":[{\"name\":\"r\",\"notify\":[{\"address\":"          \
	"\"192.0.2.1\"}],\"keys\":[{\"name\":\"k.\",\"algorithm\":\"hmac-sha256\",\"secret\":"     \
	"\"MDEyMzQ1Njc4OWFiY2RlZg==\"}]}]}"

struct rig {
	struct notify *n;
	struct book *b;
	uint8_t msg[NOTIFY_ROOM];
	size_t len; /* of the last message */
	const struct sockaddr_in6 *to;
	struct notify_news news;
};

static void
take_book(struct rig *r, const char *text, int64_t now_ns)
{
	char error[BOOK_ERROR_MAX];

	book_drop(r->b);
	r->b = NULL;
	if (book_parse(&r->b, text, strlen(text), error) < 0 || notify_book(r->n, r->b, now_ns) < 0)
		abort();
}

static bool
sends(struct rig *r, int64_t now_ns)
{
	r->len = notify_next(r->n, r->msg, &r->to, &r->news, now_ns, NOW);
	return r->len > 0;
}

/* Answers the last message: sign 0: not; 1: with the key; 2: with the key, then a bit changed. */
static bool
answer(struct rig *r, int sign, uint16_t port)
{
	const struct tsig_key *key = r->b->by_key[0].key;
	struct sockaddr_in6 from = *r->to;
	uint8_t msg[NOTIFY_ROOM];
	struct message_rr rr;
	struct tsig_chain c;
	struct tsig_rr t;
	size_t len = MESSAGE_HEADER;
	bool got;

	from.sin6_port = htons(port);
	message_question_read(&rr, r->msg, r->len, &len);
	tsig_read(&t, r->msg, r->len, len);
	tsig_check_request(&c, r->msg, &t, key, NOW);
	memcpy(msg, r->msg, len);
	msg[2] |= 0x80;
	msg[11] = 0;
	if (sign)
		tsig_sign(&c, msg, &len, sizeof(msg), NOW);
	if (sign == 2)
		msg[3] ^= 1;
	got = notify_answer(r->n, msg, len, &from, &r->news, NOW);
	tsig_end(&c);
	return got;
}

static void
test_retries(struct rig *r)
{
	int64_t at = 0, wait[] = {1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60};
	int bad = 0;

	for (size_t i = 0; i < sizeof(wait) / sizeof(wait[0]); i++) {
		bad += !sends(r, at);
		bad += sends(r, at + wait[i] * S - 1);
		at += wait[i] * S;
	}
	CHECK(!bad, "sent 12 times, after 1, 2, 4 ... 60 s");
	CHECK(!sends(r, at) && r->news.registry && r->news.end == NOTIFY_GIVEN_UP, "then given up");
	CHECK(!sends(r, at + 3600 * S) && !r->news.registry && notify_due(r->n) == INT64_MAX,
	    "for good");
}

static void
test_answers(struct rig *r)
{
	take_book(r, BOOK("2"), 0);
	CHECK(sends(r, 0) && (r->msg[2] & 0x78) == 0x20, "a new serial is told");
	CHECK(!answer(r, 1, 5353), "answer from another port");
	CHECK(answer(r, 0, 53) && r->news.end == NOTIFY_UNSIGNED, "answer without a signature");
	CHECK(!answer(r, 1, 53), "a second answer to one message");
	CHECK(sends(r, S), "and it is told again");
	CHECK(answer(r, 2, 53) && r->news.end == NOTIFY_UNSIGNED, "answer with a wrong MAC");
	CHECK(sends(r, 3 * S), "and it is told again");
	CHECK(answer(r, 1, 53) && r->news.end == NOTIFY_ACKNOWLEDGED, "answer with a good one");
	CHECK(!sends(r, 100 * S) && notify_due(r->n) == INT64_MAX, "and it is done");
	take_book(r, BOOK("2"), 100 * S);
	CHECK(!sends(r, 100 * S), "the same serial in a new book is not told again");
	take_book(r, BOOK("3"), 100 * S);
	CHECK(sends(r, 100 * S), "the next is");
	notify_settle(r->n, 0, &r->b->zones[0]);
	CHECK(!sends(r, 200 * S), "who has asked for it is not told again");
	take_book(r, BOOK_OF("_keys-2.z.", "2"), 200 * S);
	CHECK(!sends(r, 200 * S), "a key change is not told");
	take_book(r, BOOK_OF("_update.z.", "2"), 200 * S);
	CHECK(sends(r, 200 * S), "a manifest is");
}

int
main(void)
{
	struct rig r = {0};

	if (notify_new(&r.n) < 0)
		return 1;
	take_book(&r, BOOK("1"), 0);
	test_retries(&r);
	test_answers(&r);
	notify_free(r.n);
	book_drop(r.b);
	return test_end();
}
