#include "control/book.h"

#include "base/err.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <stdlib.h>

#define SECRET     "\"MDEyMzQ1Njc4OWFiY2RlZg==\""
#define KEY(name)  "{\"name\":\"" name "\",\"algorithm\":\"hmac-sha256\",\"secret\":" SECRET "}"
#define ZONE(more) "{\"origin\":\"tw.f.hub.\",\"serial\":5,\"file\":\"zones/a\"" more "}"
#define BOOK(zones, registries) \
	"{\"version\":1,\"zones\":[" zones "],\"registries\":[" registries "]}"
#define TW(more) "{\"name\":\"tw\",\"keys\":[" KEY("tw.") "]" more "}"

static const struct {
	const char *about, *text, *error; /* error: a part of it; NULL: a good book */
} cases[] = {
    {"empty", "{\"version\":1}", NULL},
    {"zone and registry", BOOK(ZONE(",\"readers\":[\"tw\"]"), TW("")), NULL},
    {"unknown keys are read over", BOOK(ZONE(",\"kind\":\"part\""), ""), NULL},
    {"no JSON", "{\"version\":", "no JSON object: line 1"},
    {"an array", "[]", "no JSON object"},
    {"a key twice", "{\"version\":1,\"version\":1}", "no JSON object"},
    {"another version", "{\"version\":2}", "version 2"},
    {"no version", "{}", "needs \"version\""},
    {"zone without origin", BOOK("{\"serial\":5,\"file\":\"a\"}", ""),
	"zones[0]: needs \"origin\""},
    {"origin is no name", BOOK("{\"origin\":\"a..b\",\"serial\":5,\"file\":\"a\"}", ""),
	"no domain name"},
    {"serial over 32 bits", BOOK("{\"origin\":\"a.\",\"serial\":4294967296,\"file\":\"a\"}", ""),
	"needs \"serial\""},
    {"file above the folder", BOOK("{\"origin\":\"a.\",\"serial\":5,\"file\":\"z/../../k\"}", ""),
	"leaves the state directory"},
    {"file from the root", BOOK("{\"origin\":\"a.\",\"serial\":5,\"file\":\"/etc/passwd\"}", ""),
	"leaves the state directory"},
    {"two zones of one name", BOOK(ZONE("") "," ZONE(""), ""), "two zones"},
    {"unknown reader", BOOK(ZONE(",\"readers\":[\"mx\"]"), TW("")), "no such registry"},
    {"history without file", BOOK(ZONE(",\"history\":[{\"serial\":4}]"), ""),
	"zones[0].history[0]: needs \"file\""},
    {"registry's name", BOOK("", "{\"name\":\"a b\"}"), "\"name\" is"},
    {"algorithm",
	BOOK("", "{\"name\":\"a\",\"keys\":[{\"name\":\"k\",\"algorithm\":\"hmac-md5\","
		 "\"secret\":" SECRET "}]}"),
	"\"algorithm\" is"},
    {"short secret",
	BOOK("", "{\"name\":\"a\",\"keys\":[{\"name\":\"k\",\"algorithm\":\"hmac-sha256\","
		 "\"secret\":\"MDEy\"}]}"),
	"\"secret\""},
    {"secret is no base64",
	BOOK("", "{\"name\":\"a\",\"keys\":[{\"name\":\"k\",\"algorithm\":\"hmac-sha256\","
		 "\"secret\":\"MDEyMzQ1Njc4OWFiY2RlZg=!\"}]}"),
	"\"secret\""},
    {"one key of two registries", BOOK("", TW("") ",{\"name\":\"mx\",\"keys\":[" KEY("TW") "]}"),
	"have a key of one name"},
    {"address", BOOK("", TW(",\"addresses\":[\"192.0.2.0/33\"]")), "no address or network"},
    {"address without bits", BOOK("", TW(",\"addresses\":[\"192.0.2.0/\"]")),
	"no address or network"},
    {"notify port", BOOK("", TW(",\"notify\":[{\"address\":\"192.0.2.1\",\"port\":0}]")),
	"no address and port"},
    {"tls", BOOK("", TW(",\"tls\":\"maybe\"")), "\"tls\" is"},
    {"pin", BOOK("", TW(",\"pins\":[\"00\"]")), "SHA-256"},
    {"catalog of nobody",
	"{\"version\":1,\"catalogs\":[{\"origin\":\"c.\",\"serial\":1,\"reader\":\"x\",\"members\":"
	"[]}]}",
	"no such registry"},
    {"source's address", "{\"version\":1,\"sources\":[" TW(",\"addresses\":[\"x\"]") "]}",
	"no address or network"},
    {"source with the key of a registry",
	"{\"version\":1,\"registries\":[" TW("") "],\"sources\":[" TW("") "]}", NULL},
    {"pulled zone", "{\"version\":1,\"pulled\":[\"a..b\"]}", "no domain name"},
    {"pulled zone is no text", "{\"version\":1,\"pulled\":[1]}", "\"pulled\""},
    {"catalog's member",
	"{\"version\":1,\"registries\":[" TW("") "],\"catalogs\":[{\"origin\":\"c.\",\"serial\":1,"
						 "\"reader\":\"tw\",\"members\":[\"a..b\"]}]}",
	"member 0"},
};

static void
test_find(void)
{
	static const char text[] = BOOK(
	    ZONE(",\"readers\":[\"mx\"]") ",{\"origin\":\"Mx.f.hub\",\"serial\":6,\"file\":\"b\"}",
	    TW(",\"addresses\":[\"192.0.2.0/25\",\"2001:db8::/33\"]") ",{\"name\":\"mx\"}");
	char error[BOOK_ERROR_MAX] = "";
	struct in6_addr a;
	struct book *b = NULL;

	CHECK(book_parse(&b, text, strlen(text), error) == 0, "a book of two zones %s", error);
	if (!b)
		return;
	CHECK(book_zone(b, (const uint8_t *)"\2mx\1f\3hub", 10), "name is folded and found");
	CHECK(!book_zone(b, (const uint8_t *)"\2xx\1f\3hub", 10), "another is not");
	CHECK(book_key(b, (const uint8_t *)"\2tw", 4, TSIG_SHA256), "key by name and algorithm");
	CHECK(!book_key(b, (const uint8_t *)"\2tw", 4, TSIG_SHA512), "not with another algorithm");
	CHECK(book_may_read(book_zone(b, (const uint8_t *)"\2tw\1f\3hub", 10), 1), "reader reads");
	CHECK(!book_may_read(book_zone(b, (const uint8_t *)"\2tw\1f\3hub", 10), 0),
	    "who is no reader does not");
	inet_pton(AF_INET6, "::ffff:192.0.2.127", &a);
	CHECK(book_may_come_from(&b->registries[0], &a), "address inside");
	inet_pton(AF_INET6, "::ffff:192.0.2.128", &a);
	CHECK(!book_may_come_from(&b->registries[0], &a), "address outside");
	inet_pton(AF_INET6, "2001:db8:8000::1", &a);
	CHECK(!book_may_come_from(&b->registries[0], &a), "IPv6 outside by the 33rd bit");
	CHECK(book_may_come_from(&b->registries[1], &a), "no addresses: from anywhere");
	book_drop(b);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char error[BOOK_ERROR_MAX] = "";
		struct book *b = NULL;
		int rc = book_parse(&b, cases[i].text, strlen(cases[i].text), error);

		CHECK(cases[i].error ? rc < 0 && strstr(error, cases[i].error) : rc == 0, "%s: %s",
		    cases[i].about, error);
		book_drop(b);
	}
	test_find();
	return test_end();
}
