#include "lists/name.h"

#include "base/err.h"
#include "lists/action.h"
#include "tests/test.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define W(s) (const uint8_t *)(s), sizeof(s) - 1
#define X63  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
	const char *about;
	const uint8_t *wire;
	size_t len;
	int want;
	const char *name; /* want bytes, when want > 0 */
} wires[] = {
    {"the root", W("\0"), 1, "\0"},
    {"folds A-Z only", W("\4A[z`\3cOm\0"), 10, "\4a[z`\3com\0"},
    {"folds every label", W("\1A\1B\0"), 5, "\1a\1b\0"},
    {"eight bytes", W("\6ABYZ@[\0"), 8, "\6abyz@[\0"},
    {"nine bytes", W("\7ABYZ@[Q\0"), 9, "\7abyz@[q\0"},
    {"sixteen bytes", W("\16ABCDEFGHIJKLMN\0"), 16, "\16abcdefghijklmn\0"},
    {"bytes from 128 stay", W("\6\301\332A\300\333\377\0"), 8, "\6\301\332a\300\333\377\0"},
    {"zero inside a label", W("\3a\0B\0"), 5, "\3a\0b\0"},
    {"stops at the root label", W("\1a\0\0\1\0\1"), 3, "\1a\0"},
    {"empty input", W(""), -ERR_SHORT, 0},
    {"no root label", W("\3com"), -ERR_SHORT, 0},
    {"label runs past the end", W("\77abc"), -ERR_SHORT, 0},
    {"compression pointer", W("\300\14"), -ERR_NAME, 0},
    {"pointer behind a label", W("\1a\300\14"), -ERR_NAME, 0},
    {"label of 64", W("\100"), -ERR_NAME, 0},
};

static const struct {
	const char *about, *text;
	int want;
	const char *name;
} texts[] = {
    {"two labels", "Example.COM", 13, "\7example\3com\0"},
    {"final dot", "a.b.", 5, "\1a\1b\0"},
    {"the root", ".", 1, "\0"},
    {"one label", "a", 3, "\1a\0"},
    {"underscore, hyphen, digits", "_x-9.b", 8, "\4_x-9\1b\0"},
    {"a wildcard is a name", "*.b", 5, "\1*\1b\0"},
    {"escaped dot", "a\\.b.c", 7, "\3a.b\1c\0"},
    {"escaped backslash", "a\\\\b", 5, "\3a\\b\0"},
    {"escaped letter is folded", "\\A", 3, "\1a\0"},
    {"decimal escape", "\\000\\255\\065", 5, "\3\0\377a\0"},
    {"decimal escape of a dot", "a\\046b", 5, "\3a.b\0"},
    {"label of 63", X63, 65, "\77" X63 "\0"},
    {"idn", "b\303\274cher.example", 23, "\15xn--bcher-kva\7example\0"},
    {"idn, decomposed and upper case", "BU\314\210CHER", 15, "\15xn--bcher-kva\0"},
    {"idn, non-transitional", "fa\303\237.de", 15, "\12xn--fa-hia\2de\0"},
    {"idn, final dot", "b\303\274cher.", 15, "\15xn--bcher-kva\0"},
    {"empty", "", -ERR_NAME, 0},
    {"label of 64", X63 "x", -ERR_NAME, 0},
    {"label of 64 before a dot", X63 "x.com", -ERR_NAME, 0},
    {"empty label", "a..b", -ERR_NAME, 0},
    {"leading dot", ".a", -ERR_NAME, 0},
    {"two dots", "..", -ERR_NAME, 0},
    {"space", "a b", -ERR_NAME, 0},
    {"control character", "a\tb", -ERR_NAME, 0},
    {"quote", "a\"b", -ERR_NAME, 0},
    {"comment sign", "a;b", -ERR_NAME, 0},
    {"escape at the end", "a\\", -ERR_NAME, 0},
    {"decimal escape over 255", "\\256", -ERR_NAME, 0},
    {"decimal escape cut short", "\\25", -ERR_NAME, 0},
    {"decimal escape with a letter", "\\25x", -ERR_NAME, 0},
    {"bytes that are no utf-8", "a\377b", -ERR_NAME, 0},
    {"idn beside an escape", "\303\274\\046", -ERR_NAME, 0},
};

static const struct {
	const uint8_t *name;
	const char *want;
} to_text[] = {
    {(const uint8_t *)"\0", "."},
    {(const uint8_t *)"\1a\3com\0", "a.com"},
    {(const uint8_t *)"\3a.b\0", "a\\.b"},
    {(const uint8_t *)"\7\"$();@\\\0", "\\\"\\$\\(\\)\\;\\@\\\\"},
    {(const uint8_t *)"\5\0 \t\177\377\0", "\\000\\032\\009\\127\\255"},
    {(const uint8_t *)"\5*_-!~\0", "*_-!~"},
};

static const struct {
	const char *name, *parent;
	bool want;
} under[] = {
    {"x\\003com", "com", false}, /* equal bytes, but within a label */
    {"a.com", "com", true},
    {"com", "com", true},
    {"a.com", ".", true},
    {"com", "a.com", false},
    {"acom", "com", false},
    {"a.comm", "com", false},
    {"x.a\\.com", "com", false},
    {"\\003com", "com", false}, /* the bytes of "com." stand inside the label */
    {"a.b.com.mx", "com.mx", true},
};

static void
longest_names(void)
{
	uint8_t wire[300], out[NAME_LEN_MAX], back[NAME_LEN_MAX];
	char text[NAME_TEXT_MAX];
	size_t n;

	memset(wire, 'x', sizeof(wire));
	wire[0] = wire[64] = wire[128] = 63;
	wire[192] = 61;
	wire[254] = 0; /* 3 * 64 + 62 + 1 = 255 */
	CHECK(name_canon(out, wire, sizeof(wire)) == 255, "wire of 255 bytes");
	n = name_to_text(text, out);
	CHECK(n == 253 && name_from_text(back, text, n) == 255, "text of 253 bytes");
	CHECK(!memcmp(out, back, 255), "comes back as it was");
	text[n++] = '.';
	CHECK(name_from_text(back, text, n) == 255, "with its final dot");
	memcpy(text + n - 1, "x.", 3);
	CHECK(name_from_text(back, text, n) == -ERR_NAME, "text one byte too long");
	CHECK(name_from_text(back, text, n + 1) == -ERR_NAME, "with its final dot");
	wire[192] = 62;
	wire[254] = 'x';
	wire[255] = 0;
	CHECK(name_canon(out, wire, sizeof(wire)) == -ERR_NAME, "wire of 256 bytes");
	memset(out + 1, 0xff, 254);
	out[0] = out[64] = out[128] = 63;
	out[192] = 61;
	out[254] = 0;
	CHECK(name_to_text(text, out) < NAME_TEXT_MAX, "every byte escaped fits");
}

/* Every length and every byte, against the definition. */
static void
canon_by_bytes(void)
{
	unsigned bad = 0;

	for (unsigned len = 1; len <= NAME_LABEL_MAX; len++) {
		for (unsigned c = 0; c < 256; c++) {
			uint8_t wire[66] = {0}, out[NAME_LEN_MAX];
			uint8_t want = c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : (uint8_t)c;

			wire[0] = (uint8_t)len;
			memset(wire + 1, (int)c, len);
			bad += name_canon(out, wire, sizeof(wire)) != (int)len + 2;
			for (unsigned i = 1; i <= len; i++)
				bad += out[i] != want;
			bad += out[len + 1] != 0;
		}
	}
	CHECK(bad == 0, "every byte in labels of every length: %u wrong", bad);
}

static void
actions(void)
{
	for (int a = ACTION_INHERIT + 1; a < ACTIONS; a++) {
		const char *t = action_text((enum action)a);

		CHECK(action_parse(t, strlen(t)) == a, "action %s", t);
	}
	CHECK(action_parse("inherit", 7) == -ERR_UNKNOWN, "inherit is not said");
	CHECK(action_parse("drops", 5) == -ERR_UNKNOWN, "longer word");
	CHECK(action_parse("dro", 3) == -ERR_UNKNOWN, "shorter word");
}

int
main(void)
{
	uint8_t out[NAME_LEN_MAX], parent[NAME_LEN_MAX];
	char text[NAME_TEXT_MAX];

	for (size_t i = 0; i < N(wires); i++) {
		int got = name_canon(out, wires[i].wire, wires[i].len);

		CHECK(got == wires[i].want && (got < 0 || !memcmp(out, wires[i].name, (size_t)got)),
		    "wire: %s: %d", wires[i].about, got);
	}
	for (size_t i = 0; i < N(texts); i++) {
		int got = name_from_text(out, texts[i].text, strlen(texts[i].text));

		CHECK(got == texts[i].want && (got < 0 || !memcmp(out, texts[i].name, (size_t)got)),
		    "text: %s: %d", texts[i].about, got);
	}
	for (size_t i = 0; i < N(to_text); i++) {
		size_t n = name_to_text(text, to_text[i].name);

		CHECK(!strcmp(text, to_text[i].want) && n == strlen(text), "to text: %s",
		    to_text[i].want);
	}
	for (size_t i = 0; i < N(under); i++) {
		int n = name_from_text(out, under[i].name, strlen(under[i].name));
		int m = name_from_text(parent, under[i].parent, strlen(under[i].parent));

		CHECK(name_is_under(out, (size_t)n, parent, (size_t)m) == under[i].want,
		    "%s under %s", under[i].name, under[i].parent);
	}
	CHECK(name_labels((const uint8_t *)"\0") == 0, "the root has no labels");
	CHECK(name_labels((const uint8_t *)"\1a\2bc\0") == 2, "two labels");
	longest_names();
	canon_by_bytes();
	actions();
	return test_end();
}
