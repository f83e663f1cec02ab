#include "dataplane/options.h"

#include "base/err.h"
#include "tests/test.h"

#include <stdlib.h>
#include <unistd.h>

static struct args
no_args(const char *config)
{
	return (struct args){.config = config, .now = -1, .ttl = -1};
}

/* Keeps all mistakes, as "LINE: TEXT" and a line feed each. */
static void
keep(void *ctx, const char *path, unsigned line, const char *text)
{
	char *all = ctx;
	size_t n = strlen(all);

	(void)path;
	snprintf(all + n, 4096 - n, "%u: %s\n", line, text);
}

static char path[64];

static int
load(struct options **o, const char *text, char *mistakes)
{
	struct args args = no_args(path);
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
	*mistakes = '\0';
	return options_load(o, &args, keep, mistakes);
}

#define LISTEN     "listen = [ \"127.0.0.1:5300\" ];\n"
#define FEED(more) "{ name = \"f\"; files = [ \"f.csv\" ]; " more " }"
#define NX         FEED("action = \"nxdomain\";")
#define FEEDS(all) "feeds = ( " all " );\n"
#define INLINE     "mode = \"inline\"; forge-signed = true;"
#define LONG16     "sixteen letters."
#define LONG                                                                                       \
	LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 LONG16 \
	    LONG16 LONG16 "fifteen letters"
#define KEY          "00112233445566778899aabbccddeeff"
#define POLICY(more) "policies = ( { name = \"p\"; " more " } );\n"

static const struct {
	const char *about, *text, *want;
} mistakes[] = {
    {"nothing to answer on", FEEDS(NX), "0: there is nothing to answer on"},
    {"nothing to answer from", LISTEN, "0: there is nothing to answer from"},
    {"a date that does not exist", LISTEN "now = \"2009-02-30\";\n" FEEDS(NX),
	"0: \"now\" is \"2009-02-30\""},
    {"a listen address that is none", "listen = \"1.2.3.4.5\";\n" FEEDS(NX),
	"0: \"1.2.3.4.5\" in \"listen\" is no address"},
    {"an amplification below that of TC with a cookie", LISTEN "amplification = 14;\n" FEEDS(NX),
	"0: \"amplification\" is 14; expected 0"},
    {"a prefix that is none", LISTEN "acl = { allow = [ \"192.0.2.0/33\" ]; };\n" FEEDS(NX),
	"0: \"192.0.2.0/33\" in \"allow\" is no prefix"},
    {"a prefix with more bits", LISTEN "rrl = { exempt = [ \"192.0.2.1/24\" ]; };\n" FEEDS(NX),
	"0: \"192.0.2.1/24\" in \"exempt\" has bits behind its length"},
    {"allowed and denied",
	LISTEN
	"acl = { allow = [ \"2001:db8::/32\" ]; deny = [ \"2001:db8::/32\" ]; };\n" FEEDS(NX),
	"0: acl both allows and denies 2001:db8::/32"},
    {"an access list that is not there", LISTEN "acl = { file = \"/nowhere\"; };\n" FEEDS(NX),
	"0: /nowhere: access list"},
    {"cookie secrets that are not there",
	LISTEN "cookies = { secret-file = \"/nowhere\"; };\n" FEEDS(NX),
	"0: /nowhere: cookie secrets"},
    {"unknown policy", LISTEN "\n" FEEDS(FEED("action = \"nxdomain\"; policy = \"q\";")),
	"3: feed \"f\": there is no policy \"q\""},
    {"sinkhole without a policy", LISTEN FEEDS(FEED("action = \"sinkhole\";")),
	"2: feed \"f\" has action sinkhole, and policy \"default\" has no address"},
    {"sinkhole, policy without address",
	LISTEN POLICY("txt = [ \"x\" ];") FEEDS(FEED("action = \"sinkhole\"; policy = \"p\";")),
	"3: feed \"f\" has action sinkhole, and policy \"p\" has no address"},
    {"refer, policy without name servers",
	LISTEN POLICY("a = [ \"192.0.2.1\" ];") FEEDS(FEED("action = \"refer\"; policy = \"p\";")),
	"3: feed \"f\" has action refer, and policy \"p\" has no name server to refer to"},
    {"an extended error that is none", LISTEN POLICY("ede = \"stolen\";") FEEDS(NX), "2: "},
    {"two feeds of one name", LISTEN FEEDS(NX ",\n" NX), "3: there is another feed \"f\""},
    {"feed's name with a capital",
	LISTEN FEEDS("{ name = \"F\"; files = [ \"f\" ]; action = \"drop\"; }"),
	"2: \"F\" has other characters"},
    {"two policies of one name",
	LISTEN "policies = ( { name = \"p\"; },\n{ name = \"p\"; } );\n" FEEDS(NX),
	"3: there is another policy \"p\""},
    {"IPv6 address in a", LISTEN POLICY("a = [ \"2001:db8::1\" ];") FEEDS(NX),
	"2: \"2001:db8::1\" in \"a\" is not an IPv4 address"},
    {"IPv4 address in aaaa", LISTEN POLICY("aaaa = [ \"192.0.2.1\" ];") FEEDS(NX),
	"2: \"192.0.2.1\" in \"aaaa\" is not an IPv6 address"},
    {"name server that is no name", LISTEN POLICY("ns = [ \"a..b\" ];") FEEDS(NX),
	"2: \"a..b\" is not a domain name"},
    {"answer too large for a tail",
	LISTEN POLICY("txt = [ \"" LONG "\", \"" LONG "\", \"" LONG "\", \"" LONG "\" ];")
	    FEEDS(NX),
	"2: policy \"p\" makes an answer of over 1024 bytes"},
    {"zone whose origin is no name",
	LISTEN "zones = ( { origin = \"a..b\"; file = \"f\"; } );\n" FEEDS(NX),
	"2: \"a..b\" is not a domain name"},
    {"two zones of one origin",
	LISTEN "zones = ( { origin = \"a.test\"; file = \"f\"; },\n"
	       "{ origin = \"A.Test.\"; file = \"g\"; } );\n" FEEDS(NX),
	"3: there is another zone \"A.Test.\""},
    {"zone without a file", LISTEN "zones = ( { origin = \"a.test\"; } );\n" FEEDS(NX), "2: "},
    {"pool without a key", LISTEN POLICY("pool-a = \"198.51.100.0/24\";") FEEDS(NX),
	"2: policy \"p\" has a pool and no \"pool-key\""},
    {"pool that is no prefix",
	LISTEN POLICY("pool-a = \"198.51.100.1/24\"; pool-key = \"" KEY "\";") FEEDS(NX),
	"2: \"198.51.100.1/24\" in \"pool-a\" is a prefix whose address"},
    {"pool of the other family",
	LISTEN POLICY("pool-a = \"2001:db8::/64\"; pool-key = \"" KEY "\";") FEEDS(NX),
	"2: \"2001:db8::/64\" in \"pool-a\" is of the other address family"},
    {"pool and addresses",
	LISTEN POLICY("pool-a = \"198.51.100.0/24\"; a = [ \"192.0.2.1\" ]; "
		      "pool-key = \"" KEY "\";") FEEDS(NX),
	"2: policy \"p\" has addresses and a pool"},
    {"TTL over the slot",
	LISTEN POLICY("pool-a = \"198.51.100.0/24\"; ttl = 61; pool-slot = 60; "
		      "pool-key = \"" KEY "\";") FEEDS(NX),
	"2: policy \"p\": ttl is over pool-slot"},
    {"port without address", "ports = ( { device = \"net_tap0\"; } );\n" FEEDS(NX),
	"1: port \"net_tap0\" has no address"},
    {"port address that is none",
	"ports = ( { device = \"d\"; addresses = [ \"192.0.2\" ]; } );\n" FEEDS(NX),
	"1: \"192.0.2\" is neither"},
    {"one device twice",
	"ports = ( { device = \"d\"; any-address = true; },\n"
	"{ device = \"d\"; any-address = true; } );\n" FEEDS(NX),
	"2: there is another port \"d\""},
    {"a VLAN that is none",
	"ports = ( { device = \"d\"; any-address = true; vlans = [ \"4096\" ]; } );\n" FEEDS(NX),
	"1: \"4096\" in \"vlans\" is no VLAN"},
    {"VLANs backwards",
	"ports = ( { device = \"d\"; any-address = true; vlans = [ \"9-7\" ]; } );\n" FEEDS(NX),
	"1: \"9-7\" in \"vlans\" is no VLAN"},
    {"monitor-log without a monitor", LISTEN "monitor-log = 60;\n" FEEDS(NX),
	"0: \"monitor-log\" has nothing to log"},
    {"an exception that is no interface",
	"ports = ( { device = \"d\"; addresses = [ \"192.0.2.1\" ]; exception = \"a,b\"; } "
	");\n" FEEDS(NX),
	"1: \"a,b\" in \"exception\" is no name of an interface"},
    {"an exception's name too long",
	"ports = ( { device = \"d\"; addresses = [ \"192.0.2.1\" ]; exception = "
	"\"sixteen_letters_\"; } );\n" FEEDS(NX),
	"1: "},
    {"an exception for whatever address",
	"ports = ( { device = \"d\"; any-address = true; exception = \"k0\"; } );\n" FEEDS(NX),
	"1: port \"d\" has an exception path and takes what is not for its MAC"},
    {"two exceptions of one name",
	"ports = ( { device = \"d\"; addresses = [ \"192.0.2.1\" ]; exception = \"k0\"; },\n"
	"{ device = \"e\"; addresses = [ \"192.0.2.2\" ]; exception = \"k0\"; } );\n" FEEDS(NX),
	"2: port \"d\" has exception \"k0\" too"},
    {"exempt from it what is no prefix",
	"ports = ( { device = \"d\"; addresses = [ \"192.0.2.1\" ]; exception-exempt = [ "
	"\"192.0.2.1/24\" ]; } );\n" FEEDS(NX),
	"1: \"192.0.2.1/24\" in \"exception-exempt\" is no prefix"},
    {"inline without a peer", "ports = ( { device = \"d\"; " INLINE " } );\n" FEEDS(NX),
	"1: port \"d\" is inline; give its other side"},
    {"a peer of an authoritative port",
	"ports = ( { device = \"d\"; any-address = true; peer = \"d\"; } );\n" FEEDS(NX),
	"1: port \"d\" has a peer"},
    {"its own peer", "ports = ( { device = \"d\"; peer = \"d\"; " INLINE " } );\n" FEEDS(NX),
	"1: port \"d\": its peer \"d\" is no other port"},
    {"a peer that does not say so",
	"ports = ( { device = \"d\"; peer = \"e\"; " INLINE " },\n"
	"{ device = \"e\"; mode = \"monitor\"; } );\n" FEEDS(NX),
	"2: port \"e\" is the peer of \"d\"; give it peer = \"d\""},
    {"an inline port with an address",
	"ports = ( { device = \"d\"; peer = \"e\"; addresses = [ \"192.0.2.1\" ]; " INLINE " },\n"
	"{ device = \"e\"; mode = \"monitor\"; peer = \"d\"; } );\n" FEEDS(NX),
	"1: port \"d\" takes no address"},
    {"forged answers that nobody asked for",
	"ports = ( { device = \"d\"; peer = \"e\"; mode = \"inline\"; },\n"
	"{ device = \"e\"; mode = \"monitor\"; peer = \"d\"; } );\n" FEEDS(NX),
	"1: port \"d\" is inline and feed \"f\" has action nxdomain"},
};

static void
test_mistakes(void)
{
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct options *o;
		char got[4096];
		const char *want = mistakes[i].want;
		int rc = load(&o, mistakes[i].text, got);

		CHECK(rc == -ERR_FORMAT && !o && strncmp(got, want, strlen(want)) == 0, "%s: %s",
		    mistakes[i].about, want);
		options_free(o);
	}
}

static void
test_good(void)
{
	static const char text[] =
	    LISTEN "now = \"2009-05-15\";\n"
		   "ports = ( { device = \"d\"; addresses = [ \"192.0.2.7\", \"::7\", "
		   "\"192.0.2.8\" ]; } );\n"
		   "policies = ( { name = \"x\"; }, { name = \"p\"; a = [ \"192.0.2.1\" ];"
		   " ns = [ \"NS.example\" ]; ttl = 7; } );\n" FEEDS(
		       FEED("action = \"sinkhole\"; policy = \"p\"; max-names = 9;"));
	struct options *o;
	char got[4096];
	int rc = load(&o, text, got);

	CHECK(rc == 0 && o, "a good file is taken");
	if (rc < 0)
		return;
	CHECK(o->feeds_n == 1 && o->feed[0].action == ACTION_SINKHOLE && o->feed[0].names_max == 9,
	    "its feed");
	CHECK(strcmp(o->policy[o->feed[0].policy].name, "p") == 0, "the feed's policy");
	CHECK(o->policies_n == 3 && strcmp(o->policy[2].name, "default") == 0,
	    "a default policy is added");
	CHECK(o->policy[1].ttl == 7 && o->policy[1].ns_n == 1 &&
		  memcmp(o->policy[1].ns[0], "\2ns\7example", 12) == 0,
	    "the policy's values, names canonical");
	CHECK(memcmp(o->policy[1].mname, "\2ns\7example", 12) == 0, "mname is the first of ns");
	CHECK(
	    memcmp(o->policy[1].rname, "\12hostmaster\2ns\7example", 23) == 0, "rname from mname");
	CHECK(o->ports_n == 1 && o->port[0].address_n == 2 && o->port[0].address6_n == 1,
	    "a port's addresses by kind");
	CHECK(o->now == 14379, "the fixed day");
	options_free(o);
}

static void
test_overlay(void)
{
	char *listen = (char[]){"[::1]:53"};
	struct args args = no_args(path);
	struct options *o, *plain;
	char got[4096] = "";

	CHECK(load(&plain, LISTEN FEEDS(NX), got) == 0, "a file alone");
	args.listen = (struct conf_texts){&listen, 1};
	args.now = 0;
	CHECK(options_load(&o, &args, keep, got) == 0 && o->sock.listen_n == 1 &&
		  strcmp(o->sock.listen[0], "[::1]:53") == 0 && o->now == 0,
	    "the command line replaces the file's addresses and day");
	CHECK(!options_fixed_change(plain, plain), "nothing differs from itself");
	CHECK(o && options_fixed_change(plain, o) &&
		  !strcmp(options_fixed_change(plain, o), "listen"),
	    "other addresses need a restart");
	options_free(o);
	options_free(plain);
}

static void
test_quick_start(void)
{
	char *list = (char[]){"names.txt"}, *a = (char[]){"192.0.2.1"}, *listen = (char[]){"::1"};
	struct args args = no_args(NULL);
	struct options *o;
	char got[4096] = "";

	args.lists = (struct conf_texts){&list, 1};
	args.listen = (struct conf_texts){&listen, 1};
	CHECK(options_load(&o, &args, keep, got) == -ERR_FORMAT, "a sinkhole without address");
	args.a = (struct conf_texts){&a, 1};
	CHECK(options_load(&o, &args, keep, got) == 0, "a list and an address are enough");
	CHECK(o && o->feeds_n == 1 && o->feed[0].action == ACTION_SINKHOLE && o->feed[0].any_zone &&
		  o->policy[0].a_n == 1 && o->policies_n == 1,
	    "they make one feed and one policy");
	options_free(o);
}

static void
test_files(void)
{
	struct args args = no_args("etc/responder.conf");
	struct options *o;
	char got[4096] = "";
	char *sample = NULL;
	size_t len;
	FILE *f;
	int rc = options_load(&o, &args, keep, got);

	CHECK(rc == 0 && strcmp(o->dir, "etc/") == 0, "etc/responder.conf is right %s", got);
	options_free(o);
	f = open_memstream(&sample, &len);
	conf_print_sample(config_sections, f);
	fclose(f);
	rc = load(&o, sample, got);
	CHECK(rc == -ERR_FORMAT && strstr(got, "answer on") && strstr(got, "answer from") &&
		  strlen(got) < 200,
	    "the sample lacks addresses and feeds alone");
	options_free(o);
	free(sample);
}

int
main(void)
{
	int fd;

	strcpy(path, "/tmp/options-test.XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return 1;
	close(fd);
	test_mistakes();
	test_good();
	test_overlay();
	test_quick_start();
	test_files();
	unlink(path);
	return test_end();
}
