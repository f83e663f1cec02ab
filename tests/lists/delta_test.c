#include "lists/delta.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD   "$ORIGIN com.f.lists.example.\n$TTL 3600\n"
#define SOA(n) "@ SOA . . " #n " 0 0 0 0\n"
#define TXT(n) #n " TXT \"2009-04-01/2009-04-02\"\n"
#define ALL(x) HEAD SOA(12) SOA(11) x SOA(12)
#define KDIG(n)                                                                   \
	"com.f.lists.example. 3600 IN SOA ns.lists.example. h.lists.example. " #n \
	" 3600 900 9 3600\n"

static const struct {
	const char *about, *text;
	int rc;
	const char *want; /* "-name" and "+name", then what begin got, then the first mistake */
} cases[] = {
    {"what goes and what comes", ALL(TXT(a) TXT(b.c) SOA(12) TXT(d)), 0,
	"11-12 -a.com -b.c.com +d.com"},
    {"nothing goes", ALL(SOA(12) TXT(d)), 0, "11-12 +d.com"},
    {"nothing comes", ALL(TXT(a) SOA(12)), 0, "11-12 -a.com"},
    {"nothing changes but the serial", ALL(SOA(12)), 0, "11-12"},
    {"two steps", HEAD SOA(13) SOA(11) TXT(a) SOA(12) TXT(b) SOA(12) TXT(b) SOA(13) TXT(c) SOA(13),
	0, "11-13 -a.com +b.com -b.com +c.com"},
    {"serials wrap", HEAD SOA(1) SOA(4294967295) TXT(a) SOA(1) SOA(1), 0, "4294967295-1 -a.com"},
    {"as kdig prints it",
	";; ->>HEADER<<- opcode: QUERY\n" KDIG(12)
	    KDIG(11) "a.com.f.lists.example. 3600 IN TXT \"/\"\n" KDIG(
		12) "b.com.f.lists.example. 3600 IN TXT \"/\" \"why=x\"\n" KDIG(12) ";; Received 1 "
										    "B\n",
	0, "11-12 -a.com +b.com"},
    {"NS, ZONEMD and RRSIG at the apex are read over",
	ALL("@ NS a.\n@ ZONEMD 11 1 1 "
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaa\n" SOA(12)),
	0, "11-12"},
    {"the same window again and again", ALL(TXT(a) "b TXT \"2009-04-01/\"\n" TXT(c) SOA(12)), 0,
	"11-12 -a.com -b.com -c.com"},
    {"refused by begin", HEAD SOA(99) SOA(98) SOA(99) SOA(99), -ERR_STALE, "98-99"},
    {"an empty file", "", -ERR_FORMAT, "! no SOA record"},
    {"one SOA alone", HEAD SOA(12), -ERR_FORMAT, "! one SOA alone"},
    {"a whole zone", HEAD SOA(12) TXT(a), -ERR_FORMAT, "! the second record is not an SOA"},
    {"a whole zone by ldns", HEAD SOA(12) "A TXT \"/\"\n", -ERR_FORMAT,
	"! the second record is not an SOA"},
    {"it leads back", HEAD SOA(11) SOA(12) SOA(11) SOA(11), -ERR_FORMAT, "! the second SOA"},
    {"a step leads back", HEAD SOA(13) SOA(11) SOA(10), -ERR_FORMAT,
	"11-13! this SOA is not newer"},
    {"the SOA behind what comes is another", HEAD SOA(13) SOA(11) SOA(12) SOA(13), -ERR_FORMAT,
	"11-13! an SOA behind what comes"},
    {"cut behind what goes", HEAD SOA(12) SOA(11) TXT(a), -ERR_FORMAT,
	"11-12 -a.com! file ends before"},
    {"cut behind what comes", HEAD SOA(12) SOA(11) SOA(12) TXT(a), -ERR_FORMAT,
	"11-12 +a.com! file ends before"},
    {"cut behind a step", HEAD SOA(13) SOA(11) SOA(12) SOA(12), -ERR_FORMAT,
	"11-13! file ends before"},
    {"cut in a record", ALL(SOA(12)) "a TXT", -ERR_FORMAT, "11-12! file ends in the middle"},
    {"more behind the end", ALL(SOA(12)) TXT(a), -ERR_FORMAT, "11-12! something stands behind"},
    {"another SOA behind the end", ALL(SOA(12)) SOA(12), -ERR_FORMAT,
	"11-12! something stands behind"},
    {"metadata cannot change", ALL("@ TXT \"v=cordon1\"\n" SOA(12)), -ERR_FORMAT,
	"11-12! TXT record at the apex"},
    {"only TXT below the apex", ALL("a A 192.0.2.1\n" SOA(12)), -ERR_FORMAT,
	"11-12! A record; only TXT"},
    {"not below the zone", ALL("a.example. TXT \"/\"\n" SOA(12)), -ERR_FORMAT,
	"11-12! owner is not below"},
    {"a bad window", ALL("a TXT \"2009-04-02/2009-04-01\"\n" SOA(12)), -ERR_FORMAT,
	"11-12! window is empty"},
    {"too many changes", ALL(TXT(a) TXT(b) TXT(c) TXT(d) TXT(e) SOA(12)), -ERR_LIMIT,
	"11-12 -a.com -b.com -c.com -d.com!"},
};

struct got {
	char text[1024];
	bool said;
};

static int
on_begin(void *ctx, const struct list_delta *d, struct list_meta *meta)
{
	struct got *g = ctx;
	size_t n = strlen(g->text);

	snprintf(g->text + n, sizeof(g->text) - n, "%u-%u", d->from, d->to);
	meta->suffix_len = (uint8_t)name_from_text(meta->suffix, "com", 3);
	return d->to == 99 ? -ERR_STALE : 0;
}

static int
on_change(void *ctx, const struct entry *e, bool remove)
{
	struct got *g = ctx;
	size_t n = strlen(g->text);
	char name[NAME_TEXT_MAX];

	name_to_text(name, e->name);
	snprintf(g->text + n, sizeof(g->text) - n, " %c%s", remove ? '-' : '+', name);
	return 0;
}

static void
on_error(void *ctx, const struct list_error *e)
{
	struct got *g = ctx;
	size_t n = strlen(g->text);

	if (!g->said)
		snprintf(g->text + n, sizeof(g->text) - n, "! %s", e->text);
	g->said = true;
}

int
main(void)
{
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct got g = {0};
		struct delta_sink sink = {&g, on_begin, on_change, on_error};
		struct list_limits limits = {.entries_max = 4};
		size_t len = strlen(cases[i].text);
		FILE *f = len ? fmemopen((void *)(uintptr_t)cases[i].text, len, "r")
			      : fopen("/dev/null", "r");
		int rc = delta_read(f, "x.delta", &limits, &sink);
		bool exact = rc == 0;

		CHECK(rc == cases[i].rc, "%s: returns %d", cases[i].about, rc);
		CHECK(exact ? !strcmp(g.text, cases[i].want)
			    : !strncmp(g.text, cases[i].want, strlen(cases[i].want)),
		    "%s: %s", cases[i].about, g.text);
		fclose(f);
	}
	return test_end();
}
