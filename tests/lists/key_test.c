#include "lists/key.h"

#include "base/err.h"
#include "tests/test.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* RFC 8080 6.1 (the key tag is its DS record's), and the ECDSA key of RFC 6605 6.1. */
#define ED_PRIVATE                                            \
	"Private-key-format: v1.2\nAlgorithm: 15 (ED25519)\n" \
	"PrivateKey: ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=\n"
#define ED_PUBLIC "example.com. IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="
#define EC_PRIVATE                                                    \
	"Private-key-format: v1.2\nAlgorithm: 13 (ECDSAP256SHA256)\n" \
	"PrivateKey: GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=\n"
#define EC_PUBLIC                               \
	"example.net. 3600 IN DNSKEY 257 3 13 " \
	"GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA=="

/* clang-format off */
static const struct {
	const char *about, *text;
	int want, tag;
} publics[] = {
	{"RFC 8080 6.1", ED_PUBLIC, 0, 3613},
	{"RFC 6605 6.1", EC_PUBLIC, 0, 55648},
	{"without class and TTL",
	    "a. DNSKEY 256 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=", 0, 3612},
	{"another algorithm", "a. DNSKEY 256 3 8 AwEAAbc=", -ERR_UNKNOWN, 0},
	{"another protocol",
	    "a. DNSKEY 256 2 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=", -ERR_RANGE, 0},
	{"no zone key", "a. DNSKEY 0 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=", -ERR_RANGE, 0},
	{"revoked", "a. DNSKEY 385 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=", -ERR_RANGE, 0},
	{"too short a key",
	    "a. DNSKEY 256 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA==", -ERR_RANGE, 0},
	{"another type", "a. A 192.0.2.1", -ERR_FORMAT, 0},
	{"nothing", "", -ERR_FORMAT, 0},
	{"two lines", "a. DNSKEY 256 3 15\nl02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=", -ERR_FORMAT, 0},
};

static const struct {
	const char *about, *text;
	int want;
} privates[] = {
	{"Ed25519", ED_PRIVATE, 0},
	{"ECDSA", EC_PRIVATE, 0},
	{"v1.3 with times and line ends of another system", "Private-key-format: v1.3\r\n"
	    "Algorithm: 15 (ED25519)\r\nPrivateKey: ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=\r\n"
	    "Created: 20261121000000\r\nPublish: 20261121000000\r\n", 0},
	{"an empty file", "", -ERR_FORMAT},
	{"another version", "Private-key-format: v2.0\nAlgorithm: 15\nPrivateKey: AA==\n", -ERR_FORMAT},
	{"RSA", "Private-key-format: v1.3\nAlgorithm: 8 (RSASHA256)\nModulus: AA==\n", -ERR_UNKNOWN},
	{"no algorithm", "Private-key-format: v1.3\nPrivateKey: AA==\n", -ERR_UNKNOWN},
	{"an algorithm of too many digits", "Private-key-format: v1.3\nAlgorithm: 1500\n", -ERR_UNKNOWN},
	{"no secret", "Private-key-format: v1.3\nAlgorithm: 15\n", -ERR_FORMAT},
	{"a secret that is too short",
	    "Private-key-format: v1.3\nAlgorithm: 15\nPrivateKey: AAAA\n", -ERR_FORMAT},
	{"a secret that is too long", "Private-key-format: v1.3\nAlgorithm: 15\n"
	    "PrivateKey: AAAAODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=\n", -ERR_FORMAT},
	{"two secrets",
	    ED_PRIVATE "PrivateKey: ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=\n", -ERR_FORMAT},
	{"a number that is no ECDSA key", "Private-key-format: v1.3\nAlgorithm: 13\n"
	    "PrivateKey: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", -ERR_FORMAT},
	{"an ECDSA key beyond the order", "Private-key-format: v1.3\nAlgorithm: 13\n"
	    "PrivateKey: //////////////////////////////////////////8=\n", -ERR_FORMAT},
};
/* clang-format on */

static void
test_public(void)
{
	char text[KEY_TEXT_MAX];
	struct public_key k, again;

	for (size_t i = 0; i < sizeof(publics) / sizeof(publics[0]); i++) {
		int rc = public_key_parse(&k, publics[i].text, strlen(publics[i].text));

		CHECK(rc == publics[i].want, "%s: %d", publics[i].about, rc);
		if (rc < 0)
			continue;
		CHECK(k.tag == publics[i].tag, "%s: key tag %u", publics[i].about, k.tag);
		rc = public_key_parse(&again, text, public_key_text(text, &k));
		CHECK(rc == 0 && public_key_same(&k, &again) && again.tag == k.tag &&
			  !strcmp(k.name, again.name),
		    "%s: reads again as written", publics[i].about);
	}
}

static int
read_text(struct private_key **k, const char *text)
{
	FILE *f = fmemopen((char *)(uintptr_t)text, strlen(text) + !*text, "r");
	char why[KEY_WHY_MAX] = "";
	int rc;

	if (!*text)
		fseek(f, 0, SEEK_END);
	rc = private_key_read(k, f, why);
	CHECK((rc < 0) == (why[0] != '\0'), "a mistake is said: %s", why);
	fclose(f);
	return rc;
}

static void
test_private(void)
{
	struct private_key *k;
	struct public_key want;

	for (size_t i = 0; i < sizeof(privates) / sizeof(privates[0]); i++) {
		int rc = read_text(&k, privates[i].text);

		CHECK(rc == privates[i].want && (rc == 0) == (k != NULL), "%s: %d",
		    privates[i].about, rc);
		private_key_close(k);
	}
	for (int i = 0; i < 2; i++) {
		public_key_parse(&want, publics[i].text, strlen(publics[i].text));
		read_text(&k, i ? EC_PRIVATE : ED_PRIVATE);
		CHECK(public_key_same(&want, private_key_public(k)), "%s: the public half",
		    publics[i].about);
		private_key_close(k);
	}
}

static void
test_sign(uint8_t algorithm)
{
	const uint8_t message[] = "what is signed";
	const char *word = key_algorithm_text(algorithm);
	uint8_t sig[KEY_SIGNATURE];
	struct private_key *k, *other;

	CHECK(private_key_generate(&k, algorithm) == 0, "%s: generate", word);
	private_key_generate(&other, algorithm);
	CHECK(private_key_sign(k, message, sizeof(message), sig) == 0, "%s: sign", word);
	CHECK(public_key_verify(private_key_public(k), message, sizeof(message), sig, sizeof(sig)),
	    "%s: verify", word);
	CHECK(!public_key_verify(
		  private_key_public(k), message, sizeof(message) - 1, sig, sizeof(sig)),
	    "%s: another message", word);
	CHECK(!public_key_verify(
		  private_key_public(k), message, sizeof(message), sig, sizeof(sig) - 1),
	    "%s: a signature cut short", word);
	CHECK(!public_key_verify(
		  private_key_public(other), message, sizeof(message), sig, sizeof(sig)),
	    "%s: another key", word);
	for (size_t i = 0; i < sizeof(sig); i += 7) {
		sig[i] ^= 1;
		CHECK(!public_key_verify(
			  private_key_public(k), message, sizeof(message), sig, sizeof(sig)),
		    "%s: one bit in byte %zu", word, i);
		sig[i] ^= 1;
	}
	memset(sig, 0, sizeof(sig));
	CHECK(!public_key_verify(private_key_public(k), message, sizeof(message), sig, sizeof(sig)),
	    "%s: a signature of zeros", word);
	private_key_close(k);
	private_key_close(other);
}

static void
test_file(void)
{
	char path[] = "/tmp/cordon-key-test.XXXXXX", why[KEY_WHY_MAX];
	int fd = mkstemp(path), rc;
	FILE *f = fdopen(fd, "w");
	struct private_key *k, *made;

	private_key_generate(&made, KEY_ED25519);
	CHECK(private_key_write(made, f) == 0 && fclose(f) == 0, "a key is written");
	CHECK(private_key_open(&k, path, why) == 0 &&
		  public_key_same(private_key_public(k), private_key_public(made)),
	    "and read again");
	private_key_close(k);
	for (int mode = 0640; mode; mode = mode == 0640 ? 0604 : mode == 0604 ? 0620 : 0) {
		chmod(path, (mode_t)mode);
		rc = private_key_open(&k, path, why);
		CHECK(rc == -EPERM && !k && strstr(why, "chmod 600"), "mode %o is refused: %s",
		    (unsigned)mode, why);
	}
	unlink(path);
	CHECK(private_key_open(&k, path, why) == -ENOENT, "a file that is not there: %s", why);
	CHECK(private_key_open(&k, "/dev/null", why) == -EPERM, "a device: %s", why);
	private_key_close(made);
	private_key_close(NULL);
}

static void
test_algorithms(void)
{
	CHECK(key_algorithm_parse("ed25519") == 15 && key_algorithm_parse("ED25519") == 15 &&
		  key_algorithm_parse("15") == 15,
	    "Ed25519 by its names");
	CHECK(
	    key_algorithm_parse("ecdsa-p256") == 13 && key_algorithm_parse("ECDSAP256SHA256") == 13,
	    "ECDSA by its names");
	CHECK(key_algorithm_parse("8") == -ERR_UNKNOWN && key_algorithm_parse("") == -ERR_UNKNOWN &&
		  !key_algorithm_text(8),
	    "no others");
}

int
main(void)
{
	test_public();
	test_private();
	test_sign(KEY_ED25519);
	test_sign(KEY_ECDSA256);
	test_file();
	test_algorithms();
	return test_end();
}
