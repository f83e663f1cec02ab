/* receipt_test.c - receipts: what is signed is what is read, and nothing else is taken. */
#include "control/receipt.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#define DIGEST                                         \
	"000102030405060708090a0b0c0d0e0f101112131415" \
	"161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
#define SIGNATURE                                                                          \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
	"AAAAAA=="
#define BODY(registry, zone, serial, digest, time, handed, signature)                   \
	"{\"version\":1,\"registry\":" registry ",\"zone\":" zone ",\"serial\":" serial \
	",\"digest\":\"" digest "\",\"time\":" time ",\"handed\":" handed               \
	",\"signature\":\"" signature "\"}"
#define GOOD BODY("\"r\"", "\"ag.f.h\"", "5", DIGEST, "9", "[]", SIGNATURE)
#define ONE  "{\"to\":\"list\",\"ok\":true}"
#define FOUR ONE "," ONE "," ONE "," ONE

static const struct {
	const char *about, *text;
	int error;
} cases[] = {
    {"as it is to be", GOOD, 0},
    {"handed to somebody",
	BODY("\"r\"", "\"ag.f.h\"", "5", DIGEST, "9",
	    "[" ONE ",{\"to\":\"responder 1\",\"ok\":false}]", SIGNATURE),
	0},
    {"as many as may be",
	BODY("\"r\"", "\"a\"", "5", DIGEST, "9",
	    "[" FOUR "," FOUR "," FOUR "," FOUR "," FOUR "," FOUR "]", SIGNATURE),
	0},
    {"one more",
	BODY("\"r\"", "\"a\"", "5", DIGEST, "9",
	    "[" FOUR "," FOUR "," FOUR "," FOUR "," FOUR "," FOUR "," ONE "]", SIGNATURE),
	-ERR_FORMAT},
    {"no JSON", "x", -ERR_FORMAT},
    {"nothing", "", -ERR_FORMAT},
    {"a list", "[1]", -ERR_FORMAT},
    {"a member twice", "{\"version\":1,\"version\":1}", -ERR_FORMAT},
    {"no version", "{}", -ERR_FORMAT},
    {"version 2", "{\"version\":2}", -ERR_FORMAT},
    {"serial over 32 bits", BODY("\"r\"", "\"a\"", "4294967296", DIGEST, "9", "[]", SIGNATURE),
	-ERR_FORMAT},
    {"serial as text", BODY("\"r\"", "\"a\"", "\"5\"", DIGEST, "9", "[]", SIGNATURE), -ERR_FORMAT},
    {"negative time", BODY("\"r\"", "\"a\"", "5", DIGEST, "-9", "[]", SIGNATURE), -ERR_FORMAT},
    {"a line end in the registry's name",
	BODY("\"r\\nzone x\"", "\"a\"", "5", DIGEST, "9", "[]", SIGNATURE), -ERR_FORMAT},
    {"a NUL in the zone's name", BODY("\"r\"", "\"a\\u0000b\"", "5", DIGEST, "9", "[]", SIGNATURE),
	-ERR_FORMAT},
    {"zone with capitals", BODY("\"r\"", "\"AG\"", "5", DIGEST, "9", "[]", SIGNATURE), -ERR_FORMAT},
    {"no registry", BODY("\"\"", "\"a\"", "5", DIGEST, "9", "[]", SIGNATURE), -ERR_FORMAT},
    {"digest too short", BODY("\"r\"", "\"a\"", "5", "00", "9", "[]", SIGNATURE), -ERR_FORMAT},
    {"handed to a line end",
	BODY("\"r\"", "\"a\"", "5", DIGEST, "9", "[{\"to\":\"a\\n\",\"ok\":true}]", SIGNATURE),
	-ERR_FORMAT},
    {"handed without success",
	BODY("\"r\"", "\"a\"", "5", DIGEST, "9", "[{\"to\":\"a\"}]", SIGNATURE), -ERR_FORMAT},
    {"signature too short", BODY("\"r\"", "\"a\"", "5", DIGEST, "9", "[]", "AAAA"), -ERR_FORMAT},
};

static void
test_forms(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t sig[KEY_SIGNATURE];
		struct receipt r;
		int rc = receipt_parse(&r, sig, cases[i].text, strlen(cases[i].text));

		CHECK(rc == cases[i].error, "%s: %d", cases[i].about, rc);
	}
}

static void
test_size(void)
{
	static char text[RECEIPT_BYTES_MAX + 1];
	uint8_t sig[KEY_SIGNATURE];
	struct receipt r;

	memset(text, ' ', sizeof(text));
	memcpy(text, GOOD, strlen(GOOD));
	CHECK(receipt_parse(&r, sig, text, RECEIPT_BYTES_MAX) == 0, "as long as may be");
	CHECK(receipt_parse(&r, sig, text, sizeof(text)) == -ERR_LIMIT, "one byte more");
}

/* Each member counts for the signature. */
static void
test_signature(void)
{
	struct private_key *key = NULL;
	struct receipt r = {"r", "ag.f.h", 5, DIGEST, 9, 1, {{"list", true}}}, back, other;
	char text[RECEIPT_TEXT_MAX];
	uint8_t sig[KEY_SIGNATURE];
	json_t *o;

	CHECK(private_key_generate(&key, KEY_ED25519) == 0, "a key");
	CHECK(private_key_sign(key, (uint8_t *)text, receipt_text(text, &r), sig) == 0, "signs");
	CHECK(!strcmp(text, "cordon receipt 1\nregistry r\nzone ag.f.h\nserial 5\ndigest " DIGEST
			    "\ntime 9\nhanded list\n"),
	    "what is signed");
	o = receipt_json(&r, sig);
	CHECK(
	    receipt_read(&back, sig, o) == 0 && receipt_verify(&back, sig, private_key_public(key)),
	    "there and back");
	json_decref(o);
	for (int i = 0; i < 7; i++) {
		other = r;
		other.registry[0] += i == 0;
		other.zone[0] = (char)(other.zone[0] + (i == 1));
		other.serial += i == 2;
		other.digest[0] += i == 3;
		other.time += i == 4;
		other.handed[0].ok ^= i == 5;
		other.handed_n -= i == 6;
		CHECK(!receipt_verify(&other, sig, private_key_public(key)), "member %d", i);
	}
	private_key_close(key);
}

int
main(void)
{
	test_forms();
	test_size();
	test_signature();
	return test_end();
}
