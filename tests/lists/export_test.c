#include "lists/export.h"

#include "base/err.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <stdlib.h>

#define DAY            14335 /* 2009-04-01 */
#define DATED(lead, n) lead "feed f, serial 7, date 2009-04-01, names " n "\n"

struct row {
	const char *name;
	enum action action;
	const char *comment;
	int32_t from, until;
};

#define SINK ACTION_SINKHOLE
#define NAME(name, action)                               \
	{                                                \
		name, action, NULL, DAY_FIRST, DAY_NEVER \
	}
#define NO_NAME                                                  \
	{                                                        \
		NULL, ACTION_INHERIT, NULL, DAY_FIRST, DAY_NEVER \
	}

static const struct {
	const char *about;
	enum export_form form;
	struct row rows[4];
	const char *want;
} cases[] = {
    /* clang-format off */
    {"plain", EXPORT_PLAIN, {NAME("a.tw", SINK), NAME("b.tw", 0)}, DATED("# ", "2") "a.tw\nb.tw\n"},
    {"plain: what would begin a comment", EXPORT_PLAIN, {NAME("a\\035\\.,.tw", 0)},
	DATED("# ", "1") "a\\035\\046\\044.tw\n"},
    {"csv: a head, no comment", EXPORT_CSV, {NO_NAME}, "name,from,until,action,comment\n"},
    {"csv: windows and action", EXPORT_CSV, {{"a.tw", ACTION_PASS, NULL, DAY, DAY + 2}},
	"name,from,until,action,comment\na.tw,2009-04-01,2009-04-03,pass,\n"},
    {"csv: open windows, inherited action, quotes (RFC 4180)", EXPORT_CSV,
	{{"a.tw", 0, "x, \"y\"", DAY_FIRST, DAY_NEVER}},
	"name,from,until,action,comment\na.tw,,,,\"x, \"\"y\"\"\"\n"},
    {"hosts: a sinkhole has its addresses", EXPORT_HOSTS, {NAME("a.tw", SINK)},
	DATED("# ", "1") "192.0.2.1 a.tw\n2001:db8::1 a.tw\n"},
    {"hosts: others have none", EXPORT_HOSTS, {NAME("a.tw", ACTION_NODATA)},
	DATED("# ", "1") "0.0.0.0 a.tw\n:: a.tw\n"},
    {"fragment: relative to the suffix", EXPORT_FRAGMENT, {NAME("a.tw", SINK), NAME("a.b.tw", ACTION_REFER)},
	DATED("; ", "2") "$ORIGIN tw.\na 60 IN NS ns.x.\na 60 IN NS ns.y.\n"
	"a.b 60 IN NS ns.x.\na.b 60 IN NS ns.y.\n"},
    {"unbound: sinkhole", EXPORT_UNBOUND, {NAME("a.tw", SINK)}, DATED("# ", "1")
	"server:\n\tlocal-zone: \"a.tw.\" redirect\n\tlocal-data: \"a.tw. 60 IN A 192.0.2.1\"\n"
	"\tlocal-data: \"a.tw. 60 IN AAAA 2001:db8::1\"\n"},
    {"unbound: nxdomain and pass", EXPORT_UNBOUND, {NAME("a.tw", ACTION_NXDOMAIN), NAME("b.tw", ACTION_PASS)},
	DATED("# ", "2") "server:\n\tlocal-zone: \"a.tw.\" always_nxdomain\n"
	"\tlocal-zone: \"b.tw.\" always_transparent\n"},
    {"unbound: the other actions", EXPORT_UNBOUND,
	{NAME("a.tw", ACTION_NODATA), NAME("b.tw", ACTION_REFUSE), NAME("c.tw", ACTION_DROP)},
	DATED("# ", "3") "server:\n\tlocal-zone: \"a.tw.\" always_nodata\n"
	"\tlocal-zone: \"b.tw.\" always_refuse\n\tlocal-zone: \"c.tw.\" always_deny\n"},
    {"knot", EXPORT_KNOT, {NAME("a.tw", SINK)}, DATED("# ", "1") "template:\n  - id: \"cordon\"\n"
	"    storage: \"/d\"\n    file: \"sinkhole.zone\"\n    zonefile-sync: -1\n"
	"    zonefile-load: whole\n    journal-content: none\nzone:\n"
	"  - domain: \"a.tw.\"\n    template: \"cordon\"\n"},
    {"knot: no name, no zone", EXPORT_KNOT, {NO_NAME}, DATED("# ", "0") "template:\n  - id: \"cordon\"\n"
	"    storage: \"/d\"\n    file: \"sinkhole.zone\"\n    zonefile-sync: -1\n"
	"    zonefile-load: whole\n    journal-content: none\n"},
    {"nsd", EXPORT_NSD, {NAME("a.tw", SINK)}, DATED("# ", "1") "pattern:\n\tname: \"cordon\"\n"
	"\tzonefile: \"/d/sinkhole.zone\"\nzone:\n\tname: \"a.tw\"\n\tinclude-pattern: \"cordon\"\n"},
    {"powerdns", EXPORT_POWERDNS, {NAME("a.tw", SINK)}, DATED("// ", "1")
	"zone \"a.tw\" { type native; file \"/d/sinkhole.zone\"; };\n"},
    {"nomulus: labels", EXPORT_NOMULUS, {NAME("a.tw", 0), NAME("bc.tw", SINK)},
	DATED("# ", "2") "a,FULLY_BLOCKED\nbc,FULLY_BLOCKED\n"},
    {"rpz: its own serial for the day", EXPORT_RPZ, {NAME("a.tw", ACTION_DROP)}, DATED("; ", "1")
	"$ORIGIN rpz.cordon.\n$TTL 60\n@ SOA ns.x. h.x. 2009040100 3600 900 1209600 300\n"
	"@ NS ns.x.\na.tw CNAME rpz-drop.\n*.a.tw CNAME rpz-drop.\n"},
    /* clang-format on */
};

static struct policy policy;

static struct export_options
options_of(enum export_form form)
{
	return (struct export_options){.form = form,
	    .feed = "f",
	    .serial = 7,
	    .day = DAY,
	    .suffix = (const uint8_t *)"\2tw",
	    .suffix_len = 4,
	    .zone = (const uint8_t *)"\3rpz\6cordon",
	    .zone_len = 12,
	    .policy = &policy,
	    .folder = "/d"};
}

static struct entry
entry_of(const struct row *r)
{
	struct entry e = {.from = r->from,
	    .until = r->until ? r->until : DAY_NEVER,
	    .action = (uint8_t)r->action,
	    .comment = r->comment,
	    .comment_len = (uint16_t)(r->comment ? strlen(r->comment) : 0)};

	e.name_len = (uint8_t)name_from_text(e.name, r->name, strlen(r->name));
	return e;
}

static void
test_forms(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct export_options o = options_of(cases[i].form);
		static struct exporter x;
		char *text = NULL;
		size_t len;
		FILE *f = open_memstream(&text, &len);
		int rc = 0;

		while (cases[i].rows[o.names].name)
			o.names++;
		export_begin(&x, f, &o);
		for (size_t n = 0; n < o.names && rc == 0; n++) {
			struct entry e = entry_of(&cases[i].rows[n]);

			rc = export_entry(&x, &e);
		}
		rc = rc ? rc : export_end(&x);
		fclose(f);
		CHECK(rc == 0 && !strcmp(text, cases[i].want), "%s", cases[i].about);
		if (strcmp(text, cases[i].want))
			printf("# got: %s\n", text);
		free(text);
	}
}

/* Which actions a form can say: P pass, X nxdomain, D nodata, S sinkhole, R refuse, - drop,
 * > refer, T truncate, . none that is said. */
static void
test_actions(void)
{
	static const char letter[ACTIONS + 1] = ".PXDSR->T";
	static const char *const want[EXPORT_FORMS] = {
	    [EXPORT_PLAIN] = ".XDSR->T",
	    [EXPORT_CSV] = ".PXDSR->T",
	    [EXPORT_HOSTS] = "XDSR-T",
	    [EXPORT_RPZ] = "PXDSR->T",
	    [EXPORT_FRAGMENT] = "S>",
	    [EXPORT_BIND] = "PXDSR->T",
	    [EXPORT_KNOT] = "S",
	    [EXPORT_NSD] = "S",
	    [EXPORT_UNBOUND] = "PXDSR-",
	    [EXPORT_POWERDNS] = "S",
	    [EXPORT_EPP] = "XS>",
	    [EXPORT_NOMULUS] = ".XDSR->T",
	};

	for (int form = 0; form < EXPORT_FORMS; form++) {
		struct export_options o = options_of((enum export_form)form);
		const char *text = export_form_text(o.form);
		char got[ACTIONS + 1] = "", *p = got;

		for (int a = 0; a < ACTIONS; a++)
			if (!export_refuses(&o, (enum action)a))
				*p++ = letter[a];
		CHECK(!strcmp(got, want[form]), "%s says %s", text, want[form]);
		CHECK(export_form_parse(text) == form, "%s is its word", text);
		CHECK(!export_lacks(&o), "%s lacks nothing", text);
	}
	CHECK(export_form_parse("rzp") == -ERR_UNKNOWN, "no other word");
}

/* Forms that a missing part makes impossible. */
static void
test_lacks(void)
{
	static const char *const suffix = "fragment epp nomulus",
				 *const ns = "fragment knot nsd powerdns",
				 *const address = "knot nsd powerdns";
	const struct policy empty = {0}, no_address = {.ns_n = 1}, no_ns = {.a_n = 1};
	struct export_options o;

	for (int form = 0; form < EXPORT_FORMS; form++) {
		const char *text = export_form_text((enum export_form)form);

		o = options_of((enum export_form)form);
		o.suffix = NULL;
		CHECK(!export_lacks(&o) == !strstr(suffix, text), "%s without a suffix", text);
		o = options_of((enum export_form)form);
		o.policy = &no_ns;
		CHECK(!export_lacks(&o) == !strstr(ns, text), "%s without name servers", text);
		o.policy = &no_address;
		CHECK(!export_lacks(&o) == !strstr(address, text), "%s without addresses", text);
	}
	for (int form = 0; form < EXPORT_FORMS; form++) {
		o = options_of((enum export_form)form);
		o.policy = &empty;
		if (strstr("hosts rpz bind unbound epp", export_form_text(o.form)))
			CHECK(export_refuses(&o, SINK), "%s: no sinkhole without either",
			    export_form_text(o.form));
	}
}

static void
test_names(void)
{
	static const struct {
		const char *about, *name;
		enum export_form form;
		bool fits;
	} rows[] = {
	    {"the suffix itself", "tw", EXPORT_RPZ, false},
	    {"two labels in a zone", "a.b.tw", EXPORT_FRAGMENT, true},
	    {"two labels are no registry's name", "a.b.tw", EXPORT_EPP, false},
	    {"nor a reserved one", "a.b.tw", EXPORT_NOMULUS, false},
	    {"an underscore in a hosts file", "_a.tw", EXPORT_HOSTS, true},
	    {"an underscore is not registered", "_a.tw", EXPORT_EPP, false},
	    {"a hyphen first", "-a.tw", EXPORT_NOMULUS, false},
	    {"a hyphen last", "a-.tw", EXPORT_NOMULUS, false},
	    {"a hyphen inside", "a-b.tw", EXPORT_NOMULUS, true},
	    {"a quote in a configuration", "a\\\"b.tw", EXPORT_UNBOUND, false},
	    {"a line end in a configuration", "a\\010b.tw", EXPORT_NSD, false},
	    {"a slash in a file name", "a\\047b.tw", EXPORT_EPP, false},
	    {"a wildcard by its number", "\\042.tw", EXPORT_RPZ, false},
	    {"a semicolon in a parent zone", "a\\;b.tw", EXPORT_FRAGMENT, false},
	    {"a space in a policy zone", "a\\032b.tw", EXPORT_RPZ, true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct export_options o = options_of(rows[i].form);
		struct entry e = entry_of(&(struct row){.name = rows[i].name});

		CHECK(!export_refuses_name(&o, &e) == rows[i].fits, "%s", rows[i].about);
	}
}

/* The elements of a command, without their texts: "update domain:update domain:name ..." */
static void
elements(char *out, const char *xml)
{
	for (const char *p = xml; (p = strchr(p, '<')); p++) {
		size_t n = strcspn(p + 1, " />");

		if (p[1] == '/' || p[1] == '?')
			continue;
		out += sprintf(out, "%.*s ", (int)n, p + 1);
	}
}

static const char *
command(enum epp_command c, const struct export_options *o, enum action action, bool registered)
{
	static char text[8192];
	struct entry e = entry_of(&(struct row){.name = "a.tw", .action = action});
	FILE *f = fmemopen(text, sizeof(text), "w");

	memset(text, 0, sizeof(text));
	CHECK(epp_write(f, o, c, &e, registered) == 0, "a command is written");
	fclose(f);
	return text;
}

static void
trid_of(char out[80], const char *xml)
{
	const char *p = strstr(xml, "<clTRID>");

	snprintf(out, 80, "%.*s", p ? (int)strcspn(p + 8, "<") : 0, p ? p + 8 : "");
}

static void
test_epp(void)
{
	struct export_options o = options_of(EXPORT_EPP);
	char got[1024], trid[80], other[80];
	const char *text;

	o.epp = (struct export_epp){.registrant = "reg-1",
	    .contact = {{"admin", "adm"}, {"tech", "tec"}},
	    .contacts = 2,
	    .years = 3,
	    .auth = "a<b>&\"c",
	    .reason = "x & y"};
	text = command(EPP_CREATE, &o, SINK, false);
	elements(got, text);
	/* RFC 5730 2.5 and RFC 5731 3.2.1 */
	CHECK(!strcmp(got, "epp command create domain:create domain:name domain:period domain:ns "
			   "domain:hostObj domain:hostObj domain:registrant domain:contact "
			   "domain:contact domain:authInfo domain:pw clTRID "),
	    "create: elements in their order");
	CHECK(strstr(text, "<domain:pw>a&lt;b&gt;&amp;&quot;c</domain:pw>"), "text is escaped");
	CHECK(strstr(text, "<domain:period unit=\"y\">3<"), "years");
	CHECK(strstr(text, "<domain:contact type=\"tech\">tec</domain:contact>"), "contact");
	trid_of(trid, text);
	CHECK(strlen(trid) >= 3 && strlen(trid) <= 64, "clTRID of a lawful length");
	trid_of(other, command(EPP_CREATE, &o, SINK, false));
	CHECK(!strcmp(trid, other), "the same clTRID again");
	trid_of(other, command(EPP_UPDATE, &o, SINK, false));
	CHECK(strcmp(trid, other), "another command, another clTRID");
	o.day++;
	trid_of(other, command(EPP_CREATE, &o, SINK, false));
	CHECK(strcmp(trid, other), "another day, another clTRID");
	text = command(EPP_UPDATE, &o, SINK, true);
	elements(got, text);
	/* RFC 5731 3.2.5 */
	CHECK(!strcmp(got, "epp command update domain:update domain:name domain:add domain:status "
			   "domain:status domain:status clTRID "),
	    "update: elements in their order");
	CHECK(strstr(text, "s=\"serverHold\" lang=\"en\">x &amp; y<"), "a registered name is held");
	o.epp.reason = NULL;
	CHECK(!strstr(command(EPP_UPDATE, &o, SINK, false), "Hold"), "a created sinkhole is not");
	CHECK(strstr(command(EPP_UPDATE, &o, ACTION_NXDOMAIN, false), "s=\"serverHold\"/>"),
	    "without name servers it is");
	CHECK(
	    !strstr(command(EPP_CREATE, &o, ACTION_NXDOMAIN, false), "domain:ns"), "and has none");
	o.epp = (struct export_epp){.auth = "x", .client_status = true};
	elements(got, command(EPP_CREATE, &o, ACTION_NXDOMAIN, false));
	CHECK(!strcmp(got, "epp command create domain:create domain:name domain:authInfo domain:pw "
			   "clTRID "),
	    "create: what need not be there");
	CHECK(strstr(command(EPP_UPDATE, &o, SINK, true), "clientUpdateProhibited"),
	    "a registrar's statuses");
	CHECK(epp_wants(EPP_CREATE, false) && !epp_wants(EPP_CREATE, true) &&
		  epp_wants(EPP_UPDATE, true) && epp_wants(EPP_UPDATE, false),
	    "who is registered is not created");
}

static void
test_tokens(void)
{
	static const struct {
		const char *text;
		bool fits;
	} rows[] = {{"ab", true}, {"a b", true}, {"\xc3\xa4", true}, {"", false}, {" a", false},
	    {"a ", false}, {"a  b", false}, {"a\tb", false}, {"a\x01", false}, {"\xff", false},
	    {"\xef\xbf\xbf", false}, {"12345678", true}, {"123456789", false}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		CHECK(export_is_token(rows[i].text, 8) == rows[i].fits, "token %zu", i);
}

static void
test_contacts(void)
{
	static const struct {
		const char *text;
		bool fits;
	} rows[] = {{"admin=abc", true}, {"billing=abc-1", true}, {"tech=1234567890123456", true},
	    {"tech=12345678901234567", false}, {"admin=ab", false}, {"boss=abc", false},
	    {"admi=abc", false}, {"admin", false}, {"admin=", false}, {"", false}};
	struct export_epp x = {0};
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		n += rows[i].fits;
		CHECK(!epp_add_contact(&x, rows[i].text) == rows[i].fits && x.contacts == n,
		    "contact \"%s\"", rows[i].text);
	}
	CHECK(!strcmp(x.contact[1].type, "billing") && !strcmp(x.contact[1].id, "abc-1"),
	    "its type and identifier");
	while (x.contacts < EXPORT_CONTACTS_MAX)
		epp_add_contact(&x, "tech=abc");
	CHECK(epp_add_contact(&x, "tech=abc"), "no more than there is room for");
}

static void
test_policy(void)
{
	struct policy p = {0};

	CHECK(policy_add_address(&p, "192.0.2.1") == 0 && policy_add_address(&p, "::1") == 0 &&
		  p.a_n == 1 && p.aaaa_n == 1,
	    "addresses by family");
	CHECK(policy_add_address(&p, "192.0.2") == -ERR_FORMAT && p.a_n == 1, "no address");
	while (p.a_n < POLICY_ADDRS_MAX)
		policy_add_address(&p, "192.0.2.2");
	CHECK(policy_add_address(&p, "192.0.2.3") == -ERR_FULL && !policy_add_address(&p, "::2"),
	    "one family is full");
	CHECK(policy_add_ns(&p, "ns.x") == 0 && policy_add_ns(&p, "ns.y") == 0 && p.ns_n == 2 &&
		  p.has_ns && p.mname[1] == 'n' && p.mname[4] == 'x',
	    "the first name server is MNAME");
	CHECK(policy_add_ns(&p, "a..b") == -ERR_NAME && p.ns_n == 2, "no name");
}

static void
test_sides(void)
{
	struct export_options o = options_of(EXPORT_NSD);
	char text[1024] = "";
	FILE *f = fmemopen(text, sizeof(text), "w");

	export_side_write(f, &o, 0);
	fclose(f);
	CHECK(!strcmp(text,
		  DATED("; ", "0") "$TTL 60\n@ SOA ns.x. h.x. 2009040100 3600 900 1209600 300\n"
				   "@ NS ns.x.\n@ NS ns.y.\n@ A 192.0.2.1\n@ AAAA 2001:db8::1\n"
				   "* A 192.0.2.1\n* AAAA 2001:db8::1\n"),
	    "the zone that all names share");
	CHECK(export_side_file(EXPORT_BIND, 1) && !export_side_file(EXPORT_BIND, 2) &&
		  !export_side_file(EXPORT_EPP, 0),
	    "the files of a folder");
}

int
main(void)
{
	policy_defaults(&policy);
	policy.ttl = 60;
	policy.a_n = policy.aaaa_n = 1;
	policy.ns_n = 2;
	policy.has_ns = true;
	inet_pton(AF_INET, "192.0.2.1", policy.a);
	inet_pton(AF_INET6, "2001:db8::1", policy.aaaa);
	name_from_text(policy.ns[0], "ns.x", 4);
	name_from_text(policy.ns[1], "ns.y", 4);
	name_from_text(policy.mname, "ns.x", 4);
	name_from_text(policy.rname, "h.x", 3);
	test_forms();
	test_actions();
	test_lacks();
	test_names();
	test_epp();
	test_tokens();
	test_contacts();
	test_policy();
	test_sides();
	return test_end();
}
