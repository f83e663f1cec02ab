#include "lists/zone.h"

#include "base/date.h"
#include "base/err.h"
#include "tests/lists/zone_tools.h"
#include "tests/test.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

#define SOA  "@ 60 SOA ns.hub. h.hub. 7 1 1 1 1\n"
#define META "@ TXT \"v=cordon1\" \"feed=f\" \"suffix=com.mx\"\n"
#define TOP  "$ORIGIN com.mx.f.hub.\n$TTL 1h\n" SOA
#define HEAD TOP META
#define MARK "; cordon1 list\n"
#define X63  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define OPEN " 0 2147483647 inherit "

static const struct {
	const char *about, *input, *want; /* want: as in read_test.c */
} cases[] = {
    {"entries", HEAD "a TXT \"2009-04-01/2009-04-02\"\nb.c TXT \"/\" \"action=drop\" \"why=x y\"\n",
	"a.com.mx 14335 14336 inherit \nb.c.com.mx 0 2147483647 drop x y\n"},
    {"one open side", HEAD "a TXT \"2009-04-01/\"\nb TXT \"/2009-04-02\"\n",
	"a.com.mx 14335 2147483647 inherit \nb.com.mx 0 14336 inherit \n"},
    {"two windows of a name", HEAD "a TXT \"/2009-04-01\"\n  TXT \"2009-04-02/\"\n",
	"a.com.mx 0 14335 inherit \na.com.mx 14336 2147483647 inherit \n"},
    {"several lines", HEAD "a ( 60 ; one ( two\n IN TXT\n \"/\" ; \"\n )\nb TXT \"/\"\n",
	"a.com.mx" OPEN "\nb.com.mx" OPEN "\n"},
    {"absolute owner, ttl, class, type in any case", HEAD "A.com.MX.f.HUB. 1h in Txt \"/\"\n",
	"a.com.mx" OPEN "\n"},
    {"escapes", HEAD "a\\.b TXT \"\\050/\"\nc TXT \"/\" \"why=\\\"\\195\\188\\\\\"\n",
	"!5:10 not a window"},
    {"escapes in why", HEAD "c\\046d TXT \"\\047\" \"why=\\\"\\195\\188\\\\\"\n",
	"c\\.d.com.mx" OPEN "\"\303\274\\\n"},
    {"\\# inside a string", HEAD "a TXT \"/\" \"why=\\#\" \"\\#\"\n",
	"a.com.mx 0 2147483647 inherit #\n"},
    {"unquoted strings", HEAD "a TXT / action=pass\n", "a.com.mx 0 2147483647 pass \n"},
    {"generic record (RFC 3597)", HEAD "a TYPE16 ( \\# 2 012f )\n", "!5:1 generic record data"},
    {"unknown keys", HEAD "a TXT \"/\" \"later=x\" \"\" \"odd\"\n", "a.com.mx" OPEN "\n"},
    {"$ORIGIN below the apex", HEAD "$ORIGIN z\na TXT \"/\"\n", "a.z.com.mx" OPEN "\n"},
    {"$ORIGIN elsewhere", HEAD "$ORIGIN z.\na TXT \"/\"\n", "!6:1 owner is not below"},
    {"owner of a record before, by either path",
	HEAD "a TXT \"/\"\n TXT \"/\"\nb\tTXT \"/\"\n TXT /\n",
	"a.com.mx" OPEN "\na.com.mx" OPEN "\nb.com.mx" OPEN "\nb.com.mx" OPEN "\n"},
    {"no $ORIGIN: the SOA's owner", "com.mx.f.hub. 60 SOA a. b. 7 1 1 1 1\n" META "a TXT \"/\"\n",
	"a.com.mx" OPEN "\n"},
    {"records that are read over at the apex",
	HEAD "@ NS a.\n@ ZONEMD 7 1 1 (\n"
	     "c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9"
	     "a9713b3c9ae5cc27777f98b8e730044c )\n"
	     "@ RRSIG ZONEMD 15 4 3600 20300101000000 20200101000000 1 com.mx.f.hub. AAAA\n"
	     "a TXT \"/\"\n",
	"a.com.mx" OPEN "\n"},
    {"CRLF and blanks", TOP "\r\n" META "; x\r\n   \t\r\na TXT \"/\"\r\n", "a.com.mx" OPEN "\n"},
    {"whole feed",
	"$ORIGIN f.hub.\n" SOA "@ TXT \"v=cordon1\" \"feed=f\" \"suffix=.\"\na.b TXT \"/\"\n",
	"a.b" OPEN "\n"},
    {"both marks", MARK HEAD "a TXT \"/\"\nb TXT \"/\"\n; end of zone, entries: 2\n",
	"a.com.mx" OPEN "\nb.com.mx" OPEN "\n"},
    {"marks and no entries", MARK HEAD "; end of zone, entries: 0\n", ""},
    {"an end mark without a head mark is a comment", HEAD "; end of zone, entries: 9\n", ""},

    {"empty file", "\n", "!0:0 no SOA"},
    {"no SOA", "$ORIGIN com.mx.f.hub.\n$TTL 1\n" META, "!3:0 the first record is not the SOA"},
    {"no metadata", TOP, "!0:0 no metadata"},
    {"entry before the metadata", TOP "a TXT \"/\"\n" META, "!4:0 no metadata"},
    {"second SOA", HEAD SOA "a TXT \"/\"\n", "!5:0 second SOA"},
    {"SOA below the apex", HEAD "a SOA a. b. 1 1 1 1 1\n", "!5:1 SOA record; only TXT"},
    {"metadata twice", HEAD META, "!5:7 metadata (`v=cordon1`) said twice"},
    {"the suffix as an entry", HEAD "@ TXT \"/\"\n", "!5:7 TXT at the apex"},
    {"other version", TOP "@ TXT \"v=cordon2\"\n", "!4:7 TXT at the apex"},
    {"no feed", TOP "@ TXT \"v=cordon1\" \"suffix=com.mx\"\n", "!4:7 metadata lacks `feed=`"},
    {"feed not of its letters", TOP "@ TXT \"v=cordon1\" \"feed=F\" \"suffix=com.mx\"\n",
	"!4:7 metadata lacks `feed=`"},
    {"no suffix", TOP "@ TXT \"v=cordon1\" \"feed=f\"\n", "!4:7 metadata lacks `suffix=`"},
    {"bad suffix", TOP "@ TXT \"v=cordon1\" \"feed=f\" \"suffix=a..b\"\n", "!4:28 suffix: not a"},
    {"wrong origin", TOP "@ TXT \"v=cordon1\" \"feed=f\" \"suffix=mx\"\n",
	"!4:7 the zone's own name"},
    {"wrong feed", TOP "@ TXT \"v=cordon1\" \"feed=g\" \"suffix=com.mx\"\n", "!4:7 the zone's own"},
    {"no hub", "$ORIGIN com.mx.f.\n" SOA META, "!3:7 the zone's own name"},
    {"key twice", TOP "@ TXT \"v=cordon1\" \"feed=f\" \"feed=f\" \"suffix=com.mx\"\n",
	"!4:28 said twice"},
    {"drill neither 0 nor 1", TOP "@ TXT \"v=cordon1\" \"drill=yes\"\n", "!4:19 drill: expected"},
    {"bad action of the feed", TOP "@ TXT \"v=cordon1\" \"action=no\"\n", "!4:19 unknown action"},
    {"feed longer than its field", TOP "@ TXT \"v=cordon1\" \"feed=" X63 "x\"\n",
	"!4:19 expected plain"},
    {"other types below the apex", HEAD "a A 192.0.2.1\n", "!5:1 A record; only TXT"},
    {"signature below the apex",
	HEAD "a RRSIG TXT 15 4 1 20300101000000 20200101000000 1 hub. AAAA\n", "!5:1 RRSIG record"},
    {"NSEC", HEAD "a NSEC b TXT\n", "!5:1 NSEC record"},
    {"DNSKEY at the apex", HEAD "@ DNSKEY 257 3 15 AAAA\n", "!5:1 DNSKEY record at the apex"},
    {"owner outside", HEAD "a.org. TXT \"/\"\n", "!5:1 owner is not below"},
    {"wildcard", HEAD "*.a TXT \"/\"\n", "!5:1 wildcard"},
    {"no window", HEAD "a TXT \"action=drop\"\n", "!5:7 not a window"},
    {"empty string", HEAD "a TXT \"\"\n", "!5:7 not a window"},
    {"bad date", HEAD "a TXT \"2009-13-01/\"\n", "!5:7 not a window"},
    {"two slashes", HEAD "a TXT \"2009-04-01/2009-04-02/\"\n", "!5:7 not a window"},
    {"empty window", HEAD "a TXT \"2009-04-01/2009-04-01\"\n", "!5:7 window is empty"},
    {"bad action", HEAD "a  60 TXT \"/\" ; x\nb TXT \"/\" \"action=deny\"\n",
	"a.com.mx" OPEN "\n!6:11 unknown action"},
    {"bad action in a record of lines", HEAD "a ( TXT ; (\n \"/\"\n  \"action=deny\" )\n",
	"!7:3 unknown action"},
    {"action twice", HEAD "a TXT \"/\" \"action=drop\" \"action=pass\"\n", "!5:25 said twice"},
    {"string of 255 bytes", HEAD "a TXT \"/\" \"" X63 X63 X63 X63 "xxx\"\n", "a.com.mx" OPEN "\n"},
    {"string of 256 bytes", HEAD "a TXT \"/\" \"" X63 X63 X63 X63 "xxxx\"\n",
	"!5:1 not a DNS record"},
    {"why is no utf-8", HEAD "a TXT \"/\" \"why=\\255\"\n", "!5:11 why: not plain"},
    {"why with a control character", HEAD "a TXT \"/\" \"why=\\007\"\n", "!5:11 why: not plain"},
    {"empty label", HEAD "a..b TXT \"/\"\n", "!5:1 not a DNS record"},
    {"label of 64", HEAD X63 "x TXT \"/\"\n", "!5:1 not a DNS record"},
    {"name over 255 under the origin",
	HEAD X63 "." X63 "." X63
		 ".xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx TXT \"/\"\n",
	"!5:1 owner longer than 255 bytes"},
    {"unknown type", HEAD "a BOGUS x\n", "!5:1 not a DNS record"},
    {"class CH", HEAD "a CH TXT \"/\"\n", "!5:1 record of a class"},
    {"quote without an end", HEAD "a TXT \"/\nb TXT \"/\"\n", "!5:7 quoted string without"},
    {"parenthesis without a beginning", HEAD "a TXT \"/\" )\n", "!5:11 `)` without"},
    {"binary junk", HEAD "a TXT \"/\001\"\n", "!5:9 control character 0x01"},
    {"$INCLUDE", HEAD "$INCLUDE x\n", "!5:1 directive other than"},
    {"$TTL that is none", HEAD "$TTL x\n", "!5:1 $TTL: not a time"},
    {"$ORIGIN that is none", HEAD "$ORIGIN a..b\n", "!5:1 $ORIGIN: not a DNS name"},
    {"no owner", " TXT \"/\"\n", "!1:1 the first record has no owner\n!0:0 no SOA"},

    {"cut inside a record", HEAD "a TXT \"/\"\nb TXT \"2009-0",
	"a.com.mx" OPEN "\n!6:0 file ends in the middle"},
    {"last line without an end", HEAD "a TXT \"/\"", "!5:0 file ends in the middle"},
    {"cut inside parentheses", HEAD "a TXT (\n\"/\"\n", "!5:0 file ends in the middle"},
    {"cut at a line's end", MARK HEAD "a TXT \"/\"\n",
	"a.com.mx" OPEN "\n!0:0 file ends before its end"},
    {"an entry is missing", MARK HEAD "a TXT \"/\"\n; end of zone, entries: 2\n",
	"a.com.mx" OPEN "\n!7:0 the end mark counts 2 entries, the file has 1"},
    {"text behind the end mark", MARK HEAD "; end of zone, entries: 0\na TXT \"/\"\n",
	"!7:0 something stands behind"},
    {"end mark without a count", MARK HEAD "; end of zone, entries: x\n",
	"!6:25 end mark: not a count"},
};

static bool
lines_match(const char *got, const char *want)
{
	while (*got || *want) {
		size_t g = strcspn(got, "\n"), w = strcspn(want, "\n");

		if (g < w || strncmp(got, want, w) != 0 || (*want != '!' && g != w))
			return false;
		got += g + (got[g] == '\n');
		want += w + (want[w] == '\n');
	}
	return true;
}

static void
check_case(size_t i, bool by_ldns)
{
	static struct got g;
	int rc = read_zone_text(&g, cases[i].input, strlen(cases[i].input), by_ldns);
	bool mistake = strchr(cases[i].want, '!');
	bool good = rc == (mistake ? -ERR_FORMAT : 0) && lines_match(g.text, cases[i].want);

	CHECK(good, "%s%s", cases[i].about, by_ldns ? ", by ldns" : "");
	if (!good)
		printf("# got %d\n%s# want\n%s\n", rc, g.text, cases[i].want);
}

static void
metadata(void)
{
	static struct got g;
	static const char text[] =
	    TOP "@ TXT \"v=cordon1\" ( \"feed=f\" \"suffix=Com.MX.\" \"tlp=amber\"\n"
		"\"family=x-1\" \"action=sinkhole\" \"contact=a@b\" \"why=\\195\\188\"\n"
		"\"drill=1\" \"new=x\" )\n";

	CHECK(read_zone_text(&g, text, sizeof(text) - 1, false) == 0 && g.metas == 1, "metadata");
	CHECK(
	    g.meta.serial == 7 && g.meta.drill == 1 && g.meta.action == ACTION_SINKHOLE, "numbers");
	CHECK(!strcmp(g.meta.feed, "f") && !strcmp(g.meta.family, "x-1") &&
		  !strcmp(g.meta.tlp, "amber") && !strcmp(g.meta.contact, "a@b") &&
		  !strcmp(g.meta.why, "\303\274"),
	    "texts");
	CHECK(g.meta.suffix_len == 8 && !memcmp(g.meta.suffix, "\3com\2mx", 8), "suffix");
	CHECK(g.meta.origin_len == 14 && !memcmp(g.meta.origin, "\3com\2mx\1f\3hub", 14), "origin");
}

static uint64_t seed = 1;

static unsigned
dice(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* A line of the form that takes the fast path, good or bad. */
static size_t
random_line(char *p)
{
	static const char *const owners[] = {"a", "b-c", "_x.y", "3600", "in", "txt", "a..b", ".a",
	    "-", "a.b.c.d", X63, X63 "x",
	    X63 "." X63 "." X63 ".abcdefghijklmnopqrstuvwxyz0123456789abcdef",
	    X63 "." X63 "." X63 ".abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmno"};
	static const char *const windows[] = {"/", "2009-04-01/", "/2009-04-02",
	    "2009-04-01/2009-04-09", "2009-02-29/", "2009-04-09/2009-04-01", "", "x", "//",
	    "9999-12-31/", "1970-01-01/1970-01-02", "1969-01-01/", "2009-04-01/2009-04-02/"};
	static const char *const more[] = {"action=drop", "action=", "action=inherit",
	    "why=", "why=a b;c(d)", "new=1", "", "x", "why=~!@#$", "actions=drop", "why"};
	size_t n =
	    (size_t)sprintf(p, "%s TXT \"%s\"", owners[dice(N(owners))], windows[dice(N(windows))]);

	for (unsigned k = dice(4); k; k--)
		n += (size_t)sprintf(p + n, " \"%s\"", more[dice(N(more))]);
	if (dice(8) == 0) /* one byte that is not as it should be */
		p[dice((unsigned)n)] = " \"\\/(;)@$Aa0\t"[dice(13)];
	p[n++] = '\n';
	return n;
}

/* Every line reads alike by either path: entries, and mistakes with their places. */
static void
paths_agree(void)
{
	static struct got fast, slow;
	unsigned taken = 0, bad = 0;

	for (int i = 0; i < 20000; i++) {
		char text[2048] = HEAD;
		size_t head = strlen(text), len = head, owner_len;
		struct rr_texts texts;
		int a, b;

		len += random_line(text + len);
		taken += zone_line_split(text + head, len - head - 1, &owner_len, &texts);
		len +=
		    (size_t)sprintf(text + len, "%s", dice(2) ? " TXT \"/\"\n" : "z TXT \"/\"\n");
		a = read_zone_text(&fast, text, len, false);
		b = read_zone_text(&slow, text, len, true);
		if (a != b || strcmp(fast.text, slow.text) != 0) {
			bad++;
			printf("# %s# fast %d\n%s# ldns %d\n%s", text + head, a, fast.text, b,
			    slow.text);
		}
	}
	CHECK(bad == 0, "both paths agree on 20000 lines, %u differ", bad);
	CHECK(taken > 15000, "most of them took the fast path: %u", taken);
}

int
main(void)
{
	for (size_t i = 0; i < N(cases); i++) {
		check_case(i, false);
		check_case(i, true);
	}
	metadata();
	paths_agree();
	return test_end();
}
