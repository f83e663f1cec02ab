/* Zone files of our own: what is taken, and the first report on what is not. */
#include "lists/szone.h"

#include "tests/test.h"

#include <stdlib.h>

#define HEAD "$TTL 3600\n@ SOA ns hostmaster 7 3600 900 604800 300\n@ NS ns\nns A 192.0.2.1\n"

static const struct {
	const char *about, *text;
	const char *want; /* "line: text" of the first report, its beginning; NULL: taken */
} cases[] = {
    {"the least", HEAD, NULL},
    {"absolute names, $ORIGIN", HEAD "$ORIGIN sub.home.test.\nx A 192.0.2.2\nX.home.test. TXT a\n",
	NULL},
    {"twice the same record", HEAD "a A 192.0.2.2\na A 192.0.2.2\n", NULL},
    {"empty", "", "0: no record"},
    {"no SOA", "@ NS ns\nns A 192.0.2.1\n", "0: no SOA"},
    {"no NS", "@ SOA ns hostmaster 7 3600 900 604800 300\n", "0: no NS"},
    {"two SOA", HEAD "@ SOA ns2 hostmaster 7 3600 900 604800 300\n", "2: there is another SOA"},
    {"SOA below the apex", HEAD "a SOA ns hostmaster 7 3600 900 604800 300\n", "5: SOA below"},
    {"outside of the zone", HEAD "a.example. A 192.0.2.2\n", "5: record outside"},
    {"a name that only ends alike", HEAD "xhome.test. A 192.0.2.2\n", "5: record outside"},
    {"cut short", HEAD "a A 192.0.2.2", "5: file ends"},
    {"not a record", HEAD "a A 192.0.2\n", "5: not a DNS record"},
    {"generic record", HEAD "a TYPE1 \\# 4 c0000202\n", "5: generic record"},
    {"another class", HEAD "a CH A 192.0.2.2\n", "5: "},
    {"$INCLUDE", HEAD "$INCLUDE /etc/passwd\n", "5: directive"},
    {"DNAME", HEAD "a DNAME b\n", "5: DNAME: DNAME is not supported"},
    {"signed", HEAD "a NSEC b A\n", "5: NSEC: signed zones"},
    {"two TTLs", HEAD "a 60 A 192.0.2.2\na 61 A 192.0.2.3\n", "6: TTL 61, and 60 in line 5"},
    {"CNAME and data", HEAD "a CNAME ns\na TXT x\n", "5: CNAME beside"},
    {"two CNAMEs", HEAD "a CNAME ns\na CNAME b\n", "5: more than one CNAME"},
    {"CNAME to itself", HEAD "a CNAME a\n", "5: CNAME in a ring"},
    {"ring of CNAMEs", HEAD "a CNAME b\nb CNAME a\n", "5: CNAME in a ring"},
    {"ring over a wildcard", HEAD "*.a CNAME b.a\n", "5: CNAME in a ring"},
    {"eight CNAMEs",
	HEAD "a CNAME b\nb CNAME c\nc CNAME d\nd CNAME e\ne CNAME f\nf CNAME g\n"
	     "g CNAME h\nh CNAME ns\n",
	NULL},
    {"nine CNAMEs",
	HEAD "a CNAME b\nb CNAME c\nc CNAME d\nd CNAME e\ne CNAME f\nf CNAME g\n"
	     "g CNAME h\nh CNAME i\ni CNAME ns\n",
	"5: CNAME in a ring"},
    {"NS at a wildcard", HEAD "*.a NS ns\n", "5: NS at a wildcard"},
    {"glue", HEAD "a NS ns.a\nns.a A 192.0.2.2\n", NULL},
    {"glue is missing", HEAD "a NS ns.a\n", "5: ns.a.home.test needs its address here"},
    {"glue without an address", HEAD "a NS a\n", "5: a.home.test needs its address here"},
    {"another delegation's name", HEAD "a NS ns\nb NS x.a\n", NULL},
    {"data below a delegation", HEAD "a NS ns\nb.a TXT x\n",
	"6: never answered, as a.home.test is delegated"},
    {"data at a delegation", HEAD "a NS ns\na TXT x\n",
	"6: never answered, as a.home.test is delegated"},
    {"MX to no name", HEAD "@ MX 10 mail\n", "5: mail.home.test does not exist"},
    {"MX to a name without address", HEAD "@ MX 10 mail\nmail TXT x\n",
	"5: mail.home.test has no address"},
    {"MX to a CNAME", HEAD "@ MX 10 mail\nmail CNAME ns\n", "5: mail.home.test is a CNAME"},
    {"MX to a wildcard's name", HEAD "@ MX 10 x.mail\n*.mail A 192.0.2.2\n", NULL},
    {"null MX", HEAD "@ MX 0 .\n", NULL},
    {"SRV to no name", HEAD "_x._tcp SRV 0 0 1 b\n", "5: b.home.test does not exist"},
    {"case does not matter", HEAD "@ MX 10 NS.Home.TEST.\n", NULL},
    {"too large a set", HEAD "a A 192.0.2.1\n$GENERATE\n", "6: directive"},
    {"over the limit",
	HEAD "a A 192.0.2.1\nb A 192.0.2.1\nc A 192.0.2.1\nd A 192.0.2.1\n"
	     "e A 192.0.2.1\nf A 192.0.2.1\ng A 192.0.2.1\nh A 192.0.2.1\n"
	     "i A 192.0.2.1\nj A 192.0.2.1\nk A 192.0.2.1\n",
	"15: more than 13 records"},
};

static void
on_error(void *ctx, const struct list_error *e)
{
	char *first = ctx;

	if (!*first)
		snprintf(first, 256, "%u: %s", (unsigned)e->line, e->text);
}

static int
read_text(struct szone **z, const char *text, size_t len, char first[256])
{
	static const uint8_t origin[] = "\4home\4test";
	const struct list_sink sink = {.ctx = first, .error = on_error};
	FILE *f = len ? fmemopen((char *)(uintptr_t)text, len, "r") : fopen("/dev/null", "r");
	int rc;

	*z = NULL;
	*first = '\0';
	rc = szone_read(z, f, "zone", origin, sizeof(origin), 13, &sink);
	fclose(f);
	return rc;
}

static void
test_large_set(void)
{
	char text[4096] = HEAD, first[256];
	struct szone *z;

	for (unsigned i = 0; i < 6; i++)
		snprintf(text + strlen(text), 300, "a TXT %u%0210u\n", i, 0);
	read_text(&z, text, strlen(text), first);
	CHECK(strncmp(first, "10: RRset of over 1200 bytes", 28) == 0,
	    "a set of over 1200 bytes: %s", first);
	szone_free(z);
}

static void
test_find(void)
{
	static const char text[] = HEAD "*.wild A 192.0.2.2\na.b.c TXT x\n";
	static const struct {
		const char *name, *node;
		bool exact;
	} finds[] = {
	    {"home.test", "home.test", true},
	    {"ns.home.test", "ns.home.test", true},
	    {"b.c.home.test", "b.c.home.test", true},
	    {"x.b.c.home.test", "b.c.home.test", false},
	    {"a.home.test", "home.test", false},
	    {"zzz.home.test", "home.test", false},
	    {"x.y.wild.home.test", "wild.home.test", false},
	    {"*.wild.home.test", "*.wild.home.test", true},
	    {"x.*.wild.home.test", "*.wild.home.test", false},
	};
	char first[256];
	struct szone *z;

	CHECK(read_text(&z, text, sizeof(text) - 1, first) == 0 && z->serial == 7 &&
		  z->negative_ttl == 300,
	    "serial and negative TTL");
	for (size_t i = 0; z && i < sizeof(finds) / sizeof(finds[0]); i++) {
		uint8_t name[NAME_LEN_MAX], key[NAME_LEN_MAX], want[NAME_LEN_MAX];
		const struct szone_node *node;
		unsigned want_len;
		bool exact;

		name_from_text(name, finds[i].node, strlen(finds[i].node));
		want_len = szone_key(want, name);
		name_from_text(name, finds[i].name, strlen(finds[i].name));
		node = szone_find(z, key, szone_key(key, name), &exact);
		CHECK(node->key_len == want_len &&
			  memcmp(z->bytes + node->key, want, want_len) == 0 &&
			  exact == finds[i].exact,
		    "%s: %s", finds[i].name, finds[i].node);
	}
	szone_free(z);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char first[256];
		struct szone *z;
		int rc = read_text(&z, cases[i].text, strlen(cases[i].text), first);

		if (cases[i].want)
			CHECK(rc < 0 && !z &&
				  strncmp(first, cases[i].want, strlen(cases[i].want)) == 0,
			    "%s: %s", cases[i].about, first);
		else
			CHECK(rc == 0 && !*first, "%s%s", cases[i].about, first);
		szone_free(z);
	}
	test_large_set();
	test_find();
	return test_end();
}
