#include "lists/allow.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdlib.h>

static const struct row {
	const char *about, *text, *want; /* names with a blank behind each */
	int rc;
	uint64_t bad, bad_line;
} rows[] = {
    {"ranks", "1,google.com\n2,Example.ORG\n", "google.com example.org ", 0, 0, 0},
    {"ranks of four columns", "GlobalRank,TldRank,Domain,TLD\n1,1,google.com,com\n", "google.com ",
	0, 0, 0},
    {"quoted", "\"1\",\"google.com\"\r\n", "google.com ", 0, 0, 0},
    {"an address is no name", "a.com,192.0.2.1\n192.0.2.1,b.com\n", "a.com b.com ", 0, 0, 0},
    {"names", "# mine\ngoogle.com\n\nb.org # theirs\n", "google.com b.org ", 0, 0, 0},
    {"wildcards", "*.google.com\n.b.org\n", "google.com b.org ", 0, 0, 0},
    {"no final LF", "google.com", "google.com ", 0, 0, 0},
    {"internationalised", "b\303\274cher.example\n", "xn--bcher-kva.example ", 0, 0, 0},
    {"a bad line among good ones", "a.com\na..com\nb.com\n", "a.com b.com ", 0, 1, 2},
    {"nothing but bad lines", "a..com\nb..com\n", "", -ERR_FORMAT, 2, 1},
    {"empty", "", "", 0, 0, 0},
    {"the root", ".\n", "", -ERR_FORMAT, 1, 1},
    {"absolute owners",
	"com.\t900\tin\tsoa\ta. b. 1 2 3 4 5\nexample.com.\t172800\tin\tns\tns.example.net.\n"
	"example.com.\t172800\tin\tns\tns2.example.net.\nb.com. IN 86400 A 192.0.2.1\n",
	"example.com b.com ", 0, 0, 0},
    {"relative owners",
	"$TTL 900\n$ORIGIN com.\n@ IN SOA a. b. (\n 1 2 ; )\nx NS 4 5 )\n NS a.\nEXAMPLE NS b\n",
	"com example.com ", 0, 0, 0},
    {"origin below an origin", "$ORIGIN uk.\n$ORIGIN co\na NS b\n", "a.co.uk ", 0, 0, 0},
    {"owners of other records",
	"0p9.com. 900 IN NSEC3 1 0 0 - ABC NS\na.com. 900 IN TXT \"( NS\"\nb.com. NS c.\n",
	"b.com ", 0, 0, 0},
    {"an owner used by its second record", "a.com. 900 IN RRSIG NS 8\n 900 IN NS b.\n", "a.com ", 0,
	0, 0},
    {"no origin", "example 900 IN NS b.\nb.com. 900 IN NS b.\n", "b.com ", 0, 1, 1},
    {"another file", "$INCLUDE x\na.com. NS b.\n", "a.com ", 0, 1, 1},
};

struct seen {
	char text[4096];
	int stop;
};

static int
take(void *ctx, const uint8_t *name, size_t len)
{
	struct seen *s = ctx;
	char text[NAME_TEXT_MAX];

	if (len < 2 || name[len - 1])
		return -ERR_NAME;
	name_to_text(text, name);
	strcat(strcat(s->text, text), " ");
	return s->stop;
}

static int
read_text(const char *text, size_t len, struct seen *s, struct allow_counts *counts)
{
	FILE *f = fmemopen((void *)(uintptr_t)text, len ? len : 1, "r");
	int rc;

	if (len == 0)
		getc(f);
	rc = allow_read(f, take, s, counts);
	fclose(f);
	return rc;
}

static void
forms(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct seen s = {.text = ""};
		struct allow_counts counts;
		int rc = read_text(r->text, strlen(r->text), &s, &counts);

		CHECK(rc == r->rc, "%s: %d", r->about, rc);
		CHECK(!strcmp(s.text, r->want), "%s: '%s'", r->about, s.text);
		CHECK(counts.bad == r->bad && counts.bad_line == r->bad_line, "%s: bad lines",
		    r->about);
	}
}

static void
long_lines(void)
{
	size_t room = 200000;
	char *text = malloc(room);
	struct seen s = {.text = ""};
	struct allow_counts counts;
	int rc;

	memset(text, 'a', room);
	memcpy(text, "a.com\n", 6);
	memcpy(text + room - 7, "\nb.com\n", 7);
	rc = read_text(text, room, &s, &counts);
	CHECK(rc == 0 && !strcmp(s.text, "a.com b.com "), "a line of 200 kB: '%s'", s.text);
	CHECK(counts.bad == 1 && counts.bad_line == 2, "is bad");
	free(text);
}

static void
stops(void)
{
	struct seen s = {.stop = -ERR_FULL};
	struct allow_counts counts;

	CHECK(
	    read_text("a.com\nb.com\n", 12, &s, &counts) == -ERR_FULL && !strcmp(s.text, "a.com "),
	    "the taker stops the reading");
}

int
main(void)
{
	forms();
	long_lines();
	stops();
	return test_end();
}
