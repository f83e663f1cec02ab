/* tsig_test.c - RFC 8945: messages that dnspython 2.3.0 signed at NOW, and what must be refused. */
#include "control/tsig.h"

#include "base/err.h"
#include "control/message.h"
#include "tests/test.h"

#include <stdlib.h>

#define NOW UINT64_C(1795262400)

/* clang-format off */
static const struct vector {
	const char *about;
	uint8_t algorithm;
	const char *hex[3]; /* request, first and second message of the response */
} vectors[] = {
    {"hmac-sha256", TSIG_SHA256,
     {"123400000001000000000001027477076578616d706c650000fc0001016bc00f00fa00ff00000000003d"
     "0b686d61632d7368613235360000006b0187c0012c0020554d47be399a1383593c04533210f977bfc1e7"
     "b91c6bc92114aab42ea73dd7a7123400000000",
     "123480000001000000000001027477076578616d706c650000fc0001016bc00f00fa00ff00000000003d"
     "0b686d61632d7368613235360000006b0187c0012c00204f4d955a74e4d76ee2995c9328268846b56aaf"
     "5d3e9c686bf10ecf98ff91ea29123400000000",
     "123484000000000000000001016b076578616d706c650000fa00ff00000000003d0b686d61632d736861"
     "3235360000006b0187c0012c0020d172ea8569ee989ce9ceaa11be9b8b592d4da2c29e5d608a3a7aad33"
     "ae1fb1f3123400000000"}},
    {"hmac-sha384", TSIG_SHA384,
     {"123400000001000000000001027477076578616d706c650000fc0001016bc00f00fa00ff00000000004d"
     "0b686d61632d7368613338340000006b0187c0012c0030cbed1c36b9e9f3e0e09e64f0331440b03b570e"
     "df9358b1aa9012aaaebb7405e8751f27a7a18b338e333ef26c117ea789123400000000",
     "123480000001000000000001027477076578616d706c650000fc0001016bc00f00fa00ff00000000004d"
     "0b686d61632d7368613338340000006b0187c0012c00303527e85028e28c1785fc519673d4446edd59a1"
     "a8e49a10748978f0684e8bffa626a77dd6d599e1cd72e66a3768176394123400000000",
     "123484000000000000000001016b076578616d706c650000fa00ff00000000004d0b686d61632d736861"
     "3338340000006b0187c0012c003099bccc422f7038f1b9e6e0668ba83ff53218d56bd3f907658822f456"
     "63dc2b232f14eb305bd0c36e30a60e881258b62f123400000000"}},
    {"hmac-sha512", TSIG_SHA512,
     {"123400000001000000000001027477076578616d706c650000fc0001016bc00f00fa00ff00000000005d"
     "0b686d61632d7368613531320000006b0187c0012c0040ef7e312dc989a68961f8fb09414ce45cbe2c2d"
     "e9ba02e7e439cca5cf6d0422135333421eeb438918ac6a45e7f520c42e6d6ddbcdfd745ae91fa84d1f4a"
     "da6115123400000000",
     "123480000001000000000001027477076578616d706c650000fc0001016bc00f00fa00ff00000000005d"
     "0b686d61632d7368613531320000006b0187c0012c0040ec7b1038397b8a12c77f308124490f8efde21b"
     "2de9370156935821b2371360145d38facbf380f093e4990e9e5b86994555738de93d3d60370f009dc550"
     "bc361c123400000000",
     "123484000000000000000001016b076578616d706c650000fa00ff00000000005d0b686d61632d736861"
     "3531320000006b0187c0012c00404925761e804dab30830600229cff6bebe9396122655fdec8ff5262d0"
     "24171e8c8cf153edca8e2459ea53c307c69a602e8006f50113247f90f1ea693bd7067411123400000000"}},
};
/* clang-format on */

static struct tsig_key
make_key(uint8_t algorithm)
{
	struct tsig_key key = {.name = "\1k\7example", .name_len = 11, .algorithm = algorithm};

	memcpy(key.secret, "0123456789abcdef0123456789abcdef", 32);
	key.secret_len = 32;
	return key;
}

static size_t
unhex(uint8_t *out, const char *hex)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		unsigned byte;

		sscanf(hex + 2 * i, "%2x", &byte);
		out[i] = (uint8_t)byte;
	}
	return n;
}

/* Finds the TSIG, behind a question or none. */
static int
read_tsig(struct tsig_rr *t, const uint8_t *msg, size_t len)
{
	struct message_rr rr;
	size_t at = MESSAGE_HEADER;

	if (get16(msg + 4) && message_question_read(&rr, msg, len, &at) < 0)
		return -ERR_FORMAT;
	return tsig_read(t, msg, len, at);
}

/* Takes the TSIG off, signs again, compares the MACs. */
static bool
signs_alike(struct tsig_chain *c, const uint8_t *msg, const struct tsig_rr *want)
{
	uint8_t copy[1024];
	size_t len = want->at;
	struct tsig_rr got;

	memcpy(copy, msg, len);
	copy[11]--;
	return tsig_sign(c, copy, &len, sizeof(copy), NOW) == 0 &&
	       read_tsig(&got, copy, len) == 0 && got.mac_len == want->mac_len &&
	       memcmp(got.mac, want->mac, got.mac_len) == 0;
}

static void
test_vector(const struct vector *v)
{
	struct tsig_key key = make_key(v->algorithm);
	struct tsig_chain asks, answers;
	uint8_t msg[3][1024];
	struct tsig_rr t[3];
	size_t len;
	int bad = 0;

	for (int i = 0; i < 3; i++) {
		len = unhex(msg[i], v->hex[i]);
		bad += read_tsig(&t[i], msg[i], len) != 0;
	}
	CHECK(!bad, "%s: records are read", v->about);
	tsig_start(&asks, &key);
	CHECK(signs_alike(&asks, msg[0], &t[0]), "%s: same MAC of a request", v->about);
	CHECK(tsig_check_request(&answers, msg[0], &t[0], &key, NOW) == TSIG_OK,
	    "%s: a request is taken", v->about);
	CHECK(signs_alike(&answers, msg[1], &t[1]), "%s: same MAC of a response", v->about);
	CHECK(signs_alike(&answers, msg[2], &t[2]), "%s: same MAC of what follows", v->about);
	CHECK(tsig_check_response(&asks, msg[1], &t[1], NOW) == TSIG_OK, "%s: a response is taken",
	    v->about);
	CHECK(tsig_check_response(&asks, msg[2], &t[2], NOW) == TSIG_OK && tsig_is_complete(&asks),
	    "%s: what follows is taken", v->about);
	tsig_end(&asks);
	tsig_end(&answers);
}

static const struct refusal {
	const char *about;
	int64_t now;     /* relative to NOW */
	uint8_t mac_min; /* of the key */
	uint8_t mac_len; /* cut to; 0: whole */
	int flip;        /* this byte of the message, from 0; -1: none */
	bool has_key;
	int want;
} refusals[] = {
    {"in time to the last second", 300, 0, 0, -1, true, TSIG_OK},
    {"fast clock to the last second", -300, 0, 0, -1, true, TSIG_OK},
    {"a second too old", 301, 0, 0, -1, true, TSIG_BADTIME},
    {"a second too new", -301, 0, 0, -1, true, TSIG_BADTIME},
    {"unknown key", 0, 0, 0, -1, false, TSIG_BADKEY},
    {"a bit of the question", 0, 0, 0, 13, true, TSIG_BADSIG},
    {"a bit of the flags", 0, 0, 0, 2, true, TSIG_BADSIG},
    {"wrong MAC goes before bad time", 301, 0, 0, 13, true, TSIG_BADSIG},
    {"cut MAC, whole one demanded", 0, 0, 16, -1, true, TSIG_BADTRUNC},
    {"cut MAC, as the key allows", 0, 16, 16, -1, true, TSIG_OK},
    {"cut MAC, shorter than the key allows", 0, 20, 16, -1, true, TSIG_BADTRUNC},
    {"bad time goes before bad truncation", 301, 0, 16, -1, true, TSIG_BADTIME},
    {"MAC under half", 0, 10, 15, -1, true, -ERR_FORMAT},
    {"MAC under ten bytes", 0, 1, 9, -1, true, -ERR_FORMAT},
};

/* Makes the TSIG at t->at have a MAC of n bytes. */
static size_t
cut_mac(uint8_t *msg, size_t len, const struct tsig_rr *t, uint8_t n)
{
	size_t mac = (size_t)(t->mac - msg), gone = t->mac_len - n;
	size_t rdata = mac - 2 - 8 - t->algorithm_len;

	put16(msg + mac - 2, n);
	put16(msg + rdata - 2, (uint16_t)(get16(msg + rdata - 2) - gone));
	memmove(msg + mac + n, msg + mac + t->mac_len, len - mac - t->mac_len);
	return len - gone;
}

static void
test_refusal(const struct refusal *r)
{
	struct tsig_key key = make_key(TSIG_SHA256);
	struct tsig_chain c;
	uint8_t msg[1024];
	size_t len = unhex(msg, vectors[0].hex[0]);
	struct tsig_rr t;

	key.mac_min = r->mac_min;
	read_tsig(&t, msg, len);
	if (r->mac_len)
		len = cut_mac(msg, len, &t, r->mac_len);
	if (r->flip >= 0)
		msg[r->flip] ^= 1;
	CHECK(read_tsig(&t, msg, len) == 0 &&
		  tsig_check_request(&c, msg, &t, r->has_key ? &key : NULL,
		      (uint64_t)((int64_t)NOW + r->now)) == r->want,
	    "%s: %s", r->about, r->want < 0 ? "format" : tsig_error_text(r->want));
	tsig_end(&c);
}

/* BADTIME is signed, with the client's time and ours behind it (RFC 8945 5.2.3). */
static void
test_badtime_answer(void)
{
	struct tsig_key key = make_key(TSIG_SHA256);
	struct tsig_chain asks, answers;
	uint8_t msg[1024], reply[1024] = {0x12, 0x34, 0x80};
	size_t len = unhex(msg, vectors[0].hex[0]), n = MESSAGE_HEADER;
	struct tsig_rr t, got;

	read_tsig(&t, msg, len);
	tsig_start(&asks, &key);
	signs_alike(&asks, msg, &t);
	CHECK(tsig_check_request(&answers, msg, &t, &key, NOW + 1000) == TSIG_BADTIME &&
		  tsig_sign_error(
		      &answers, reply, &n, sizeof(reply), &t, TSIG_BADTIME, NOW + 1000) == 0 &&
		  read_tsig(&got, reply, n) == 0,
	    "BADTIME is answered");
	CHECK(got.error == TSIG_BADTIME && got.time_s == NOW && got.other_len == 6 &&
		  get32(got.other + 2) == NOW + 1000,
	    "BADTIME has both times");
	CHECK(tsig_check_response(&asks, reply, &got, NOW) == TSIG_OK, "BADTIME is signed");
	tsig_end(&asks);
	tsig_end(&answers);
}

/* A response of n messages of which the last and the first are signed.  Returns what the
 * first mistake was, or 0. */
static int
run_chain(unsigned n, bool sign_last, unsigned change)
{
	struct tsig_key key = make_key(TSIG_SHA256);
	uint8_t request[1024], msg[64];
	size_t len = unhex(request, vectors[0].hex[0]);
	struct tsig_chain asks, answers;
	struct tsig_rr t;
	int rc;

	read_tsig(&t, request, len);
	tsig_start(&asks, &key);
	signs_alike(&asks, request, &t);
	rc = tsig_check_request(&answers, request, &t, &key, NOW);
	for (unsigned i = 0; i < n && rc == 0; i++) {
		uint8_t whole[512] = {0x12, 0x34, 0x84};

		len = MESSAGE_HEADER;
		whole[3] = (uint8_t)(i % 16);
		if (i == 0 || (i == n - 1 && sign_last)) {
			rc = tsig_sign(&answers, whole, &len, sizeof(whole), NOW);
			read_tsig(&t, whole, len);
			rc = rc < 0 ? rc : tsig_check_response(&asks, whole, &t, NOW);
			continue;
		}
		tsig_skip(&answers, whole, len);
		memcpy(msg, whole, len);
		msg[3] ^= i == change;
		rc = tsig_skip(&asks, msg, len);
	}
	if (rc == 0 && !tsig_is_complete(&asks))
		rc = -ERR_SHORT;
	tsig_end(&asks);
	tsig_end(&answers);
	return rc;
}

int
main(void)
{
	struct tsig_chain c;
	struct tsig_key key = make_key(TSIG_SHA256);
	uint8_t header[MESSAGE_HEADER] = {0};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		test_vector(&vectors[i]);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		test_refusal(&refusals[i]);
	test_badtime_answer();
	CHECK(run_chain(101, true, 0) == 0, "99 messages without a TSIG between two with");
	CHECK(run_chain(102, true, 0) == -ERR_REFUSED, "100 are too many");
	CHECK(run_chain(5, true, 3) == TSIG_BADSIG, "one of them changed");
	CHECK(run_chain(5, false, 0) == -ERR_SHORT, "last MAC stripped");
	tsig_start(&c, &key);
	CHECK(
	    tsig_skip(&c, header, sizeof(header)) == -ERR_REFUSED, "first message without a TSIG");
	CHECK(tsig_algorithm_parse("hmac-sha384") == TSIG_SHA384, "algorithm by name");
	CHECK(tsig_algorithm_parse("hmac-md5") == -ERR_UNKNOWN, "no HMAC-MD5");
	return test_end();
}
