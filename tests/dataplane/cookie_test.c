/* DNS cookies: the vectors of RFC 9018 appendix A, what is good for how long, and the answers. */
#include "dataplane/cookie.h"

#include "base/err.h"
#include "dataplane/cookie_file.h"
#include "dataplane/engine.h"
#include "tests/dataplane/world.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

#define SECRET "e5e973e5a6b2a43f48e7dc849e37bfcf"
#define NEW    "445536bcd2513298075a5d379663c962"
#define OLD    "dd3bdf9344b678b185a6f5cb60fca715"
#define CLIENT "2464c4abcf10c957"
#define SERVER "010000005cf79f111f8130c3eee29480"
#define MADE_S 0x5cf79f11
#define FROM   "198.51.100.100"

static const struct {
	const char *about, *secret, *second, *from, *option;
	uint32_t unix_s;
	enum cookie want;
	const char *reply;
} cases[] = {
    {"A.1: a new cookie", SECRET, NULL, FROM, CLIENT, 1559731985, COOKIE_CLIENT, CLIENT SERVER},
    {"A.2: renewed", SECRET, NULL, FROM, CLIENT SERVER, 1559734385, COOKIE_GOOD,
	CLIENT "010000005cf7a871d4a564a1442aca77"},
    {"A.3: another client, reserved bytes not zero", SECRET, NULL, "203.0.113.203",
	"fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", 0x5cf78f71 + 60, COOKIE_GOOD,
	"fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5"},
    {"A.4: IPv6, the secret rolled over", NEW, OLD, "2001:db8:220:1:59de:d0f4:8769:82b8",
	"22681ab97d52c298010000005cf7c57926556bd0934c72f8", 1559741961, COOKIE_GOOD,
	"22681ab97d52c298010000005cf7c609a6bb79d16625507a"},
    {"young: comes back", SECRET, NULL, FROM, CLIENT SERVER, MADE_S + 1800, COOKIE_GOOD,
	CLIENT SERVER},
    {"over half an hour: renewed", SECRET, NULL, FROM, CLIENT SERVER, MADE_S + 1801, COOKIE_GOOD,
	NULL},
    {"an hour old", SECRET, NULL, FROM, CLIENT SERVER, MADE_S + 3600, COOKIE_GOOD, NULL},
    {"over an hour", SECRET, NULL, FROM, CLIENT SERVER, MADE_S + 3601, COOKIE_BAD, NULL},
    {"five minutes ahead", SECRET, NULL, FROM, CLIENT SERVER, MADE_S - 300, COOKIE_GOOD,
	CLIENT SERVER},
    {"further ahead", SECRET, NULL, FROM, CLIENT SERVER, MADE_S - 301, COOKIE_BAD, NULL},
    {"another client's", SECRET, NULL, "198.51.100.101", CLIENT SERVER, MADE_S, COOKIE_BAD, NULL},
    {"another client cookie", SECRET, NULL, FROM, "2464c4abcf10c958" SERVER, MADE_S, COOKIE_BAD,
	NULL},
    {"another secret", NEW, OLD, FROM, CLIENT SERVER, MADE_S, COOKIE_BAD, NULL},
    {"the second secret", NEW, SECRET, FROM, CLIENT SERVER, MADE_S, COOKIE_GOOD, NULL},
    {"version 2", SECRET, NULL, FROM, CLIENT "020000005cf79f111f8130c3eee29480", MADE_S, COOKIE_BAD,
	NULL},
    {"a bit of the hash", SECRET, NULL, FROM, CLIENT "010000005cf79f111f8130c3eee29481", MADE_S,
	COOKIE_BAD, NULL},
    {"shorter than ours", SECRET, NULL, FROM, CLIENT "010000005cf79f11", MADE_S, COOKIE_BAD, NULL},
    {"longer than ours", SECRET, NULL, FROM, CLIENT SERVER "00", MADE_S, COOKIE_BAD, NULL},
};

static unsigned
bytes(uint8_t *out, const char *hex)
{
	unsigned n = 0;

	for (; hex[2 * n]; n++)
		sscanf(hex + 2 * n, "%2hhx", &out[n]);
	return n;
}

static struct cookie_secrets
secrets(const char *first, const char *second)
{
	struct cookie_secrets s = {COOKIES_ON, second ? 2 : 1, {{0}}};

	bytes(s.secret[0], first);
	if (second)
		bytes(s.secret[1], second);
	return s;
}

static void
address(uint8_t out[VEC_CLIENT_LEN], const char *text)
{
	char mapped[INET6_ADDRSTRLEN];

	snprintf(mapped, sizeof(mapped), "%s%s", strchr(text, ':') ? "" : "::ffff:", text);
	inet_pton(AF_INET6, mapped, out);
}

static void
check_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cookie_secrets s = secrets(cases[i].secret, cases[i].second);
		uint8_t option[64], from[VEC_CLIENT_LEN], out[COOKIE_LEN], want[64],
		    again[COOKIE_LEN];
		unsigned len = bytes(option, cases[i].option);

		address(from, cases[i].from);
		CHECK(cookie_check(out, &s, option, len, from, cases[i].unix_s) == cases[i].want,
		    "%s", cases[i].about);
		if (cases[i].reply)
			bytes(want, cases[i].reply);
		else /* a fresh one, which is good itself */
			memcpy(want, out, COOKIE_LEN);
		CHECK(memcmp(out, want, COOKIE_LEN) == 0 &&
			  cookie_check(again, &s, out, COOKIE_LEN, from, cases[i].unix_s) ==
			      COOKIE_GOOD,
		    "%s: the reply", cases[i].about);
	}
}

/* Questions: a listed name, and names of a static zone. */
#define LISTED "0473696e6b03636f6d0000010001"
#define ZONE   "046d61696c04686f6d6504746573740000010001"
#define LARGE  "056c6172676504686f6d6504746573740000100001"

/* A question with an OPT of these options. */
static unsigned
query(uint8_t *out, const char *question, const char *options)
{
	unsigned n = bytes(out, "000101000001000000000001"), len;

	n += bytes(out + n, question);
	n += bytes(out + n, "0000291000000000000000");
	len = bytes(out + n, options);

	out[n - 1] = (uint8_t)len;
	return n + len;
}

#define COOKIE(len, hex) "000a" len hex

static const struct {
	const char *about, *options;
	enum cookie_mode mode;
	int tcp;
	enum way way;
	const char *ends; /* the answer's OPT, from RDLENGTH on */
} answers[] = {
    {"no cookie", "", COOKIES_ON, 0, WAY_SINKHOLE, "0000"},
    {"the client's", COOKIE("0008", CLIENT), COOKIES_ON, 0, WAY_SINKHOLE,
	"001c000a0018" CLIENT SERVER},
    {"off: unknown", COOKIE("0008", CLIENT), COOKIES_OFF, 0, WAY_SINKHOLE, "0000"},
    {"off: whatever its length", COOKIE("0003", "010203"), COOKIES_OFF, 0, WAY_SINKHOLE, "0000"},
    {"7 bytes", COOKIE("0007", "00000000000000"), COOKIES_ON, 0, WAY_FORMERR, "0000"},
    {"9 bytes", COOKIE("0009", CLIENT "00"), COOKIES_ON, 0, WAY_FORMERR, "0000"},
    {"none", COOKIE("0000", ""), COOKIES_ON, 1, WAY_FORMERR, "0000"},
    {"15 bytes", COOKIE("000f", CLIENT "00000000000000"), COOKIES_ON, 0, WAY_FORMERR, "0000"},
    {"41 bytes", COOKIE("0029", CLIENT SERVER SERVER "00"), COOKIES_ON, 0, WAY_FORMERR, "0000"},
    {"40 bytes", COOKIE("0028", CLIENT SERVER SERVER), COOKIES_ON, 0, WAY_SINKHOLE,
	"001c000a0018" CLIENT SERVER},
    {"the first counts", COOKIE("0008", CLIENT) COOKIE("0003", "010203"), COOKIES_ON, 0,
	WAY_SINKHOLE, "001c000a0018" CLIENT SERVER},
    {"beside NSID", "00030000" COOKIE("0008", CLIENT), COOKIES_ON, 0, WAY_SINKHOLE,
	"0025000a0018" CLIENT SERVER "000300056e6f646537"},
    {"required and good", COOKIE("0018", CLIENT SERVER), COOKIES_REQUIRE, 0, WAY_SINKHOLE,
	"001c000a0018" CLIENT SERVER},
    {"required, the client's alone", COOKIE("0008", CLIENT), COOKIES_REQUIRE, 0, WAY_BADCOOKIE,
	"001c000a0018" CLIENT SERVER},
    {"required and bad", COOKIE("0010", CLIENT CLIENT), COOKIES_REQUIRE, 0, WAY_BADCOOKIE,
	"001c000a0018" CLIENT SERVER},
    {"required, none", "", COOKIES_REQUIRE, 0, WAY_NO_COOKIE, "0000"},
    {"required, over TCP", "", COOKIES_REQUIRE, 1, WAY_SINKHOLE, "0000"},
    {"required, over TCP, the client's alone", COOKIE("0008", CLIENT), COOKIES_REQUIRE, 1,
	WAY_SINKHOLE, "001c000a0018" CLIENT SERVER},
};

static struct vec vec;
static uint8_t buffer[VEC_ROOM + VEC_SLACK];

static void
ask(const struct image *img, enum cookie_mode mode, const char *question, const char *options,
    unsigned limit)
{
	static struct counters counters;
	struct cookie_secrets s = secrets(SECRET, NULL);
	struct engine e = {
	    .counters = &counters, .cookies = &s, .day = WORLD_DAY, .unix_s = MADE_S};

	s.mode = (uint8_t)mode;
	vec.n = 1;
	vec.msg[0] = buffer;
	vec.len[0] = (uint16_t)query(buffer, question, options);
	vec.limit[0] = (uint16_t)limit;
	vec.way[0] = WAY_NONE;
	address(vec.client[0], FROM);
	engine_answer(&e, img, &vec);
}

/* For a static zone the same cookies: only the way is another where there is an answer. */
static void
check_answers(const struct image *img, const char *question, enum way sound)
{
	unsigned question_len = (unsigned)strlen(question) / 2;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		enum way want = answers[i].way == WAY_SINKHOLE ? sound : answers[i].way;
		uint8_t ends[128];
		unsigned n = bytes(ends, answers[i].ends);

		vec.tcp[0] = (uint8_t)answers[i].tcp;
		ask(img, answers[i].mode, question, answers[i].options, ENGINE_UDP_MAX);
		CHECK(vec.way[0] == want, "%s, %s: %s", way_text(sound), answers[i].about,
		    way_text(vec.way[0]));
		CHECK(memcmp(buffer + vec.len[0] - n, ends, n) == 0, "%s: OPT", answers[i].about);
		CHECK(!!(buffer[2] & 2) == (answers[i].way == WAY_NO_COOKIE), "%s: TC",
		    answers[i].about);
		if (answers[i].way == WAY_BADCOOKIE)
			CHECK((buffer[3] & 15) == 7 && buffer[12 + question_len + 5] == 1 &&
				  vec.len[0] == 12 + question_len + 11 + 28,
			    "%s: RCODE 23", answers[i].about);
	}
}

/* In an answer of a static zone: records stay out where the cookie and the NSID have no room. */
static void
check_room(const struct image *img)
{
	static const char both[] = "00030000" COOKIE("0018", CLIENT SERVER);
	const unsigned options = 28 + 9;
	unsigned whole;

	vec.tcp[0] = 0;
	ask(img, COOKIES_ON, LARGE, "", ENGINE_UDP_MAX);
	whole = vec.len[0];
	CHECK(!(buffer[2] & 2) && whole > 600, "no options: whole");
	ask(img, COOKIES_ON, LARGE, "", whole);
	CHECK(!(buffer[2] & 2) && vec.len[0] == whole, "just its room");
	ask(img, COOKIES_ON, LARGE, both, whole + options);
	CHECK(!(buffer[2] & 2) && vec.len[0] == whole + options, "cookie and NSID: just the room");
	ask(img, COOKIES_ON, LARGE, both, whole + options - 1);
	CHECK((buffer[2] & 2) && vec.len[0] == 12 + sizeof(LARGE) / 2 + 11 + options,
	    "a byte less: TC, with cookie and NSID");
	CHECK(buffer[7] == 0 && buffer[11] == 1, "and no records but OPT");
}

static const struct {
	const char *about, *text;
	int want;
	unsigned line, n;
} files[] = {
    {"one", SECRET "\n", 0, 1, 1},
    {"two, without the last line feed", SECRET "\n" NEW, 0, 2, 2},
    {"comments, space, CR", "# ours\r\n\r\n \t" SECRET " # since May\r\n", 0, 3, 1},
    {"capitals", "E5E973E5A6B2A43F48E7DC849E37BFCF", 0, 1, 1},
    {"empty", "", -ERR_FORMAT, 0, 0},
    {"comments alone", "#\n\n", -ERR_FORMAT, 0, 0},
    {"a digit too few", SECRET "\n\ne5e973e5a6b2a43f48e7dc849e37bfc\n", -ERR_FORMAT, 3, 1},
    {"a digit too many", SECRET "0", -ERR_FORMAT, 1, 0},
    {"no digit", "g5e973e5a6b2a43f48e7dc849e37bfcf", -ERR_FORMAT, 1, 0},
    {"three", SECRET "\n" NEW "\n" OLD "\n", -ERR_LIMIT, 3, 2},
};

static void
check_files(void)
{
	struct cookie_secrets s, again;
	char path[] = "/tmp/cordon-cookie-XXXXXX";
	unsigned line;
	int fd = mkstemp(path);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int rc = cookie_secrets_parse(&s, files[i].text, strlen(files[i].text), &line);

		CHECK(rc == files[i].want && line == files[i].line && s.n == files[i].n,
		    "secrets, %s: %d, line %u, %u", files[i].about, rc, line, s.n);
	}
	close(fd);
	s = secrets(NEW, OLD);
	CHECK(cookie_file_write(&s, path) == 0 && cookie_file_read(&again, path, &line) == 0 &&
		  again.n == 2 && memcmp(s.secret, again.secret, sizeof(s.secret)) == 0,
	    "a file is read as it was written");
	unlink(path);
	CHECK(cookie_file_write(&s, "/nowhere/secrets") < 0, "a file that cannot be written");
	CHECK(cookie_file_read(&s, "/nowhere/secrets", &line) < 0, "a file that is not there");
}

int
main(void)
{
	struct image *img = world_new();

	CHECK(img != NULL, "image made");
	if (!img)
		return test_end();
	check_cases();
	check_answers(img, LISTED, WAY_SINKHOLE);
	check_answers(img, ZONE, WAY_ZONE);
	check_room(img);
	check_files();
	image_free(img);
	return test_end();
}
