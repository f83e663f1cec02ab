#include "lists/read.h"

#include "base/date.h"
#include "base/err.h"
#include "lists/read_impl.h"
#include "tests/test.h"

#include <errno.h>
#include <stdlib.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* What a reading gave, one line an entry or error, as text to be compared. */
struct got {
	char text[16384];
	size_t n;
	struct list_meta meta;
	unsigned metas;
	int stop_after; /* entries; 0: never */
};

static void
say(struct got *g, const char *text)
{
	g->n += (size_t)snprintf(g->text + g->n, sizeof(g->text) - g->n, "%s", text);
	if (g->n >= sizeof(g->text))
		g->n = sizeof(g->text) - 1;
}

static void
say_day(struct got *g, int32_t day, int32_t open)
{
	char text[DATE_TEXT_MAX] = "";

	if (day != open)
		date_format(text, day);
	say(g, text);
}

static int
take_entry(void *ctx, const struct entry *e)
{
	struct got *g = ctx;
	char name[NAME_TEXT_MAX], comment[512];

	name_to_text(name, e->name);
	say(g, name);
	if (e->from != DAY_FIRST || e->until != DAY_NEVER) {
		say(g, " ");
		say_day(g, e->from, DAY_FIRST);
		say(g, "/");
		say_day(g, e->until, DAY_NEVER);
	}
	if (e->action != ACTION_INHERIT) {
		say(g, " ");
		say(g, action_text((enum action)e->action));
	}
	if (e->comment_len) {
		snprintf(comment, sizeof(comment), " [%.*s]", (int)e->comment_len, e->comment);
		say(g, comment);
	}
	say(g, "\n");
	return g->stop_after && --g->stop_after == 0 ? -ECANCELED : 0;
}

static int
take_meta(void *ctx, const struct list_meta *m)
{
	struct got *g = ctx;

	g->meta = *m;
	g->metas++;
	return 0;
}

static void
take_error(void *ctx, const struct list_error *e)
{
	char text[600];

	snprintf(
	    text, sizeof(text), "!%llu:%u %s\n", (unsigned long long)e->line, e->column, e->text);
	say(ctx, text);
}

static int
read_text(struct got *g, enum list_form form, const struct list_limits *limits, const char *text,
    size_t len)
{
	const struct list_sink sink = {g, take_entry, take_meta, take_error};
	char *copy = malloc(len + 1);
	FILE *f;
	int rc;

	memcpy(copy, text, len);
	f = len ? fmemopen(copy, len, "r") : fopen("/dev/null", "r");
	memset(g, 0, offsetof(struct got, stop_after));
	rc = list_read(f, "test", form, limits, &sink);
	fclose(f);
	free(copy);
	return rc;
}

#define T(s) s, sizeof(s) - 1

#define HEAD                                                           \
	"$ORIGIN mx.f.hub.\n$TTL 1h\n@ SOA ns.hub. h.hub. 7 1 1 1 1\n" \
	"@ NS ns.hub.\n@ TXT \"v=cordon1\" \"feed=f\" \"suffix=mx\"\n"
#define RPZ "$TTL 60\n@ SOA a. b. 1 1 1 1 1\n@ NS a.\n"

/* want: the entries; a line `!line:column text` is an error of which the text's begin is given.
 * Whether there are errors decides what list_read is expected to return. */
static const struct {
	const char *about;
	enum list_form form;
	const char *input;
	size_t len;
	const char *want;
} cases[] = {
    {"names", LIST_NAMES, T("A.com\n b.org. # why\n\n# c\n\t#d\nc"), "a.com\nb.org\nc\n"},
    {"names: CRLF", LIST_NAMES, T("a.com\r\n\r\nb.org\r\n"), "a.com\nb.org\n"},
    {"names: byte order mark", LIST_NAMES, T("\357\273\277a.com\n"), "a.com\n"},
    {"names: empty", LIST_NAMES, T(""), ""},
    {"names: utf-8", LIST_NAMES, T("b\303\274cher.de\n"), "xn--bcher-kva.de\n"},
    {"names: two on a line", LIST_NAMES, T("a b\n"), "!1:3 one name a line"},
    {"names: every mistake", LIST_NAMES, T("a..b\nok.com\n x/y\n"),
	"!1:1 not a DNS\n!3:3 byte 0x2f"},
    {"names: wildcard", LIST_NAMES, T("*.a.com\n"), "!1:1 wildcard"},
    {"names: the root", LIST_NAMES, T(".\n"), "!1:1 the root"},
    {"names: NUL", LIST_NAMES, T("a.com\nb\0c\n"), "a.com\n!2:2 control character 0x00"},
    {"names: control character in a comment", LIST_NAMES, T("# \033[2J\n"), "!1:3 control char"},
    {"names: CR inside a line", LIST_NAMES, T("a\rb\n"), "!1:2 control character 0x0d"},
    {"names: no utf-8", LIST_NAMES, T("b\374cher.de\n"), "!1:1 not a DNS name"},

    {"hosts", LIST_HOSTS, T("0.0.0.0 a.com b.org # c\n::1 c.net#x\n\n127.0.0.1\td.de\n"),
	"a.com\nb.org\nc.net\nd.de\n"},
    {"hosts: furniture", LIST_HOSTS,
	T("127.0.0.1 localhost LOCALHOST.localdomain\n255.255.255.255 broadcasthost\n"
	  "fe80::1%lo0 localhost\n0.0.0.0 0.0.0.0\n"),
	""},
    {"hosts: a real address", LIST_HOSTS, T("10.0.0.1 nas\n"),
	"!1:1 an address that blocks nothing"},
    {"hosts: no address", LIST_HOSTS, T("a.com\n"), "!1:1 not an address"},
    {"hosts: no name", LIST_HOSTS, T("0.0.0.0 # x\n"), "!1:9 no name behind"},
    {"hosts: bad name", LIST_HOSTS, T("0.0.0.0 a.com b@c\n"), "a.com\n!1:16 byte 0x40"},

    {"csv", LIST_CSV, T("a.com\nb.com,2009-04-01,2009-04-02,drop,why not\nc.com,,2009-04-02\n"),
	"a.com\nb.com 2009-04-01/2009-04-02 drop [why not]\nc.com /2009-04-02\n"},
    {"csv: header", LIST_CSV, T("Name,From,Until\r\na.com,2009-04-01,\r\n"), "a.com 2009-04-01/\n"},
    {"csv: header alone is a name's place", LIST_CSV, T("a.com\nname\n"), "a.com\nname\n"},
    {"csv: quotes", LIST_CSV, T("\"a.com\",,,\"pass\",\"say \"\"no\"\", twice\"\n"),
	"a.com pass [say \"no\", twice]\n"},
    {"csv: line end in quotes", LIST_CSV, T("a.com,,,,\"one\r\ntwo\"\nb.com\n"),
	"a.com [one  two]\nb.com\n"},
    {"csv: last line without an end", LIST_CSV, T("a.com,,,,\"x\""), "a.com [x]\n"},
    {"csv: blank and # lines", LIST_CSV, T("\n# x,y\na.com\n"), "a.com\n"},
    {"csv: other header", LIST_CSV, T("name,until\n"), "!1:6 column 2 is expected to be `from`"},
    {"csv: six columns", LIST_CSV, T("a.com,,,,,x\n"), "!1:11 more than 5 columns"},
    {"csv: no name", LIST_CSV, T(",2009-04-01\n"), "!1:1 no name"},
    {"csv: bad date", LIST_CSV, T("a.com,2009-02-29\n"), "!1:7 from: not a date"},
    {"csv: date with a time", LIST_CSV, T("a.com,,2009-02-28T00:00\n"), "!1:8 until: not a date"},
    {"csv: empty window", LIST_CSV, T("a.com,2009-04-01,2009-04-01\n"), "!1:18 window is empty"},
    {"csv: window backwards", LIST_CSV, T("a.com,2009-04-02,2009-04-01\n"),
	"!1:18 window is empty"},
    {"csv: bad action", LIST_CSV, T("a.com,,,deny\n"), "!1:9 unknown action"},
    {"csv: quote inside a field", LIST_CSV, T("a\"b\"\"c,x\nb.com,x\n"),
	"!1:2 quote inside\n!2:7 from: not a date"},
    {"csv: text behind a quoted field", LIST_CSV, T("\"a\"b\n"), "!1:4 expected a comma"},
    {"csv: quote never closed", LIST_CSV, T("a.com\n\"b.com\nc.com\n"),
	"a.com\n!2:0 file ends inside a quoted field"},
    {"csv: mistake behind a line end", LIST_CSV, T("a.com,,,,\"x\ny\",z\n"),
	"!2:4 more than 5 columns"},
    {"csv: comment is no utf-8", LIST_CSV, T("a.com,,,,\374\n"), "!1:10 comment is not"},

    {"rpz: actions", LIST_RPZ,
	T(RPZ "a.com CNAME .\nb.com CNAME *.\nc.com CNAME rpz-passthru.\nd.com CNAME rpz-drop.\n"
	      "e.com A 192.0.2.1\nf.com AAAA 2001:db8::1\ng.com TXT \"x\"\nh.com CNAME walled.\n"),
	"a.com nxdomain\nb.com nodata\nc.com pass\nd.com drop\ne.com sinkhole\nf.com sinkhole\n"
	"g.com sinkhole\nh.com sinkhole\n"},
    {"rpz: wildcard beside its name", LIST_RPZ,
	T(RPZ "a.com CNAME .\n*.a.com CNAME .\n*.b.com CNAME .\nb.com CNAME .\n"),
	"a.com nxdomain\nb.com nxdomain\n"},
    {"rpz: an RRset is one entry", LIST_RPZ,
	T(RPZ "a.com A 192.0.2.1\n\tA 192.0.2.2\n\tAAAA 2001:db8::1\n*.a.com A 192.0.2.1\n"),
	"a.com sinkhole\n"},
    {"rpz: exception as of old", LIST_RPZ, T(RPZ "a.com CNAME a.com.\n"), "a.com pass\n"},
    {"rpz: origin by $ORIGIN", LIST_RPZ,
	T("$ORIGIN rpz.\n$TTL 60\n@ SOA a. b. 1 1 1 1 1\na.com CNAME .\nb.com.rpz. CNAME .\n"),
	"a.com nxdomain\nb.com nxdomain\n"},
    {"rpz: origin by the SOA", LIST_RPZ, T("rpz. 60 IN SOA a. b. 1 1 1 1 1\na.com CNAME .\n"),
	"a.com nxdomain\n"},
    {"rpz: tcp-only", LIST_RPZ, T(RPZ "a.com CNAME rpz-tcp-only.\n"), "!4:1 action not supported"},
    {"rpz: address trigger", LIST_RPZ,
	T("r. 1 SOA a. b. 1 1 1 1 1\n32.1.2.0.192.rpz-ip CNAME .\n24.0.2.0.192.rpz-client-ip "
	  "CNAME .\nns.x.rpz-nsdname CNAME .\n32.1.2.0.192.rpz-nsip CNAME .\nrpz-ip.com CNAME .\n"),
	"!2:1 trigger not\n!3:1 trigger not\n!4:1 trigger not\n!5:1 trigger not"},
    {"rpz: every name", LIST_RPZ, T(RPZ "* CNAME .\n"), "!4:1 `*` would list every name"},
    {"rpz: other types", LIST_RPZ, T(RPZ "a.com MX 1 b.\n"), "!4:1 MX record; only CNAME"},
    {"rpz: outside the zone", LIST_RPZ, T("r. 1 SOA a. b. 1 1 1 1 1\na.com. CNAME .\n"),
	"!2:1 owner is not below"},
    {"rpz: no SOA", LIST_RPZ, T("a.com CNAME .\n"), "!1:0 the first record is not the SOA"},
    {"rpz: empty", LIST_RPZ, T(""), "!0:0 no SOA record"},
    {"rpz: cut", LIST_RPZ, T(RPZ "a.com CNAME ."), "!4:0 file ends in the middle"},

    {"auto: names", LIST_AUTO, T("# x, y\na.com\nb.com\n"), "a.com\nb.com\n"},
    {"auto: csv", LIST_AUTO, T("a.com,2009-04-01,\n"), "a.com 2009-04-01/\n"},
    {"auto: csv, first line without a comma", LIST_AUTO, T("a.com\nb.com,2009-04-01\n"),
	"a.com\nb.com 2009-04-01/\n"},
    {"auto: names with a comma in a comment", LIST_AUTO, T("a.com\n# b, c\nd.com\n"),
	"a.com\nd.com\n"},
    {"auto: hosts", LIST_AUTO, T("# x\n0.0.0.0 a.com\n"), "a.com\n"},
    {"auto: rpz", LIST_AUTO, T("; x\n" RPZ "a.com CNAME .\n"), "a.com nxdomain\n"},
    {"auto: zone", LIST_AUTO, T(HEAD "a TXT \"/\"\n"), "a.mx\n"},
    {"auto: empty", LIST_AUTO, T(""), ""},
};

/* Whether each line of got begins with the same line of want, and none is left. */
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
check_text(const char *about, int rc, const struct got *g, const char *want)
{
	bool mistake = *want == '!' || strstr(want, "\n!");

	CHECK(rc == (mistake ? -ERR_FORMAT : 0) && lines_match(g->text, want), "%s", about);
	if (!lines_match(g->text, want))
		printf("# got %d\n%s# want\n%s\n", rc, g->text, want);
}

static void
limits(void)
{
	static struct got g;
	struct list_limits l = {.entries_max = 2};
	char *big = malloc(10 << 20);

	CHECK(read_text(&g, LIST_NAMES, &l, T("a\nb\n")) == 0, "as many entries as allowed");
	CHECK(read_text(&g, LIST_NAMES, &l, T("a\nb\nc\nd\n")) == -ERR_LIMIT, "one entry too many");
	CHECK(lines_match(g.text, "a\nb\n!3:0 more than 2 entries"), "is said once");
	l = (struct list_limits){.errors_max = 2};
	CHECK(read_text(&g, LIST_NAMES, &l, T("/\n/\n/\n")) == -ERR_FORMAT &&
		  lines_match(g.text, "!1:1 byte\n!2:1 byte"),
	    "stops at the limit of errors");
	l = (struct list_limits){.line_max = 5};
	CHECK(read_text(&g, LIST_NAMES, &l, T("a.com\nab.com\nb.com\n")) == -ERR_FORMAT &&
		  lines_match(g.text, "a.com\n!2:0 longer than 5 bytes"),
	    "a line one byte too long");
	memset(big, 'x', 10 << 20);
	memcpy(big + (10 << 20) - 7, "\na.com/\n", 7);
	CHECK(read_text(&g, LIST_NAMES, NULL, big, 10 << 20) == -ERR_FORMAT &&
		  lines_match(g.text, "!1:0 longer than 65536 bytes\n!2:6 byte 0x2f"),
	    "a line of 10 MB is one mistake, and the next is read");
	CHECK(read_text(&g, LIST_CSV, NULL, big, 10 << 20) == -ERR_FORMAT, "in csv");
	memset(big, '\n', 10 << 20);
	memcpy(big, "a,,,,\"", 6);
	CHECK(read_text(&g, LIST_CSV, NULL, big, 10 << 20) == -ERR_FORMAT &&
		  lines_match(g.text, "!1:0 record longer than 65536 bytes"),
	    "a record of 10 MB");
	free(big);
}

static void
sinks(void)
{
	static const struct list_sink silent;
	static struct got g;
	FILE *f = fmemopen((char[]){"a\n/\n"}, 4, "r");

	CHECK(list_read(f, "x", LIST_NAMES, NULL, &silent) == -ERR_FORMAT, "a sink of NULLs");
	fclose(f);
	g.stop_after = 2;
	CHECK(read_text(&g, LIST_NAMES, NULL, T("a\nb\nc\n")) == -ECANCELED, "the sink stops it");
	CHECK(!strcmp(g.text, "a\nb\n"), "at once");
	f = fopen("/", "r");
	CHECK(list_read(f, "/", LIST_NAMES, NULL, &silent) == -EISDIR, "a read error is its errno");
	fclose(f);
}

/* Files larger than a block: lines lie across the border of blocks. */
static void
many_lines(void)
{
	const size_t n = 100000;
	const struct list_sink silent = {0};
	char *text = malloc(n * 32);
	size_t len = 0;
	FILE *f;

	for (size_t i = 0; i < n; i++)
		len += (size_t)sprintf(text + len, "n%zu.example\n", i * 7919);
	f = fmemopen(text, len, "r");
	CHECK(list_read(f, "x", LIST_NAMES, NULL, &silent) == 0, "blocks meet inside lines");
	fclose(f);
	free(text);
}

static void
forms(void)
{
	static struct got g;
	const struct list_sink sink = {&g, take_entry, NULL, NULL};
	FILE *f = fmemopen((char[]){"name\na.com\n"}, 11, "r");

	memset(&g, 0, sizeof(g));
	CHECK(list_read(f, "X.CSV", LIST_AUTO, NULL, &sink) == 0 && !strcmp(g.text, "a.com\n"),
	    "the path tells csv from names");
	fclose(f);
	for (int form = 0; form < LIST_FORMS; form++)
		CHECK(list_form_parse(list_form_text((enum list_form)form)) == form, "form %s",
		    list_form_text((enum list_form)form));
	CHECK(list_form_parse("xml") == -ERR_UNKNOWN, "unknown form");
}

static void
utf8(void)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {{"", true}, {"a \303\274 \342\202\254 \360\237\230\200", true},
	    {"\300\200", false}, {"\340\200\200", false}, {"\355\240\200", false},
	    {"\364\220\200\200", false}, {"\303", false}, {"\200", false}, {"\376", false},
	    {"a\tb", false}, {"a\nb", false}};

	for (size_t i = 0; i < N(rows); i++)
		CHECK(is_utf8(rows[i].text, strlen(rows[i].text)) == rows[i].want, "utf-8, row %zu",
		    i);
}

int
main(void)
{
	static struct got g;

	for (size_t i = 0; i < N(cases); i++) {
		int rc = read_text(&g, cases[i].form, NULL, cases[i].input, cases[i].len);

		check_text(cases[i].about, rc, &g, cases[i].want);
	}
	limits();
	sinks();
	many_lines();
	forms();
	utf8();
	return test_end();
}
