/* The answer path against ldns: each answer is parsed by it and compared as text. */
#include "dataplane/engine.h"

#include "dataplane/image.h"
#include "tests/dataplane/world.h"
#include "tests/test.h"

#include <ldns/ldns.h>
#include <stdlib.h>

#define BUFFER (VEC_ROOM + VEC_SLACK)

enum {
	EDNS = 1,
	DO = 2,
	V1 = 4,
	SMALL = 8,
	CD = 16,
	AD = 32,
	NO_RD = 64,
	TCP = 128,
	NSID = 256,
	CHAOS = 512
};

static const struct {
	const char *about, *name;
	ldns_rr_type type;
	int flags;
	const char *want; /* rcode, flags, sections; NULL: silence */
} cases[] = {
    {"A", "sink.com", LDNS_RR_TYPE_A, 0,
	"NOERROR aa rd | sink.com. 300 IN A 192.0.2.1; sink.com. 300 IN A 192.0.2.2; | | "},
    {"case comes back", "SiNk.cOm", LDNS_RR_TYPE_AAAA, 0,
	"NOERROR aa rd | SiNk.cOm. 300 IN AAAA 2001:db8::1; | | "},
    {"below a listed name", "a.b.sink.com", LDNS_RR_TYPE_AAAA, 0,
	"NOERROR aa rd | a.b.sink.com. 300 IN AAAA 2001:db8::1; | | "},
    {"NS at the apex", "sink.com", LDNS_RR_TYPE_NS, 0,
	"NOERROR aa rd | sink.com. 300 IN NS ns1.sinkhole.example.; "
	"sink.com. 300 IN NS ns2.sinkhole.example.; | | "},
    {"no NS below it: NODATA, the apex's SOA", "w.sink.com", LDNS_RR_TYPE_NS, 0,
	"NOERROR aa rd | | sink.com. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"SOA", "deep.sub.example.org", LDNS_RR_TYPE_SOA, 0,
	"NOERROR aa rd | deep.sub.example.org. 300 IN SOA sinkhole.invalid. "
	"hostmaster.sinkhole.invalid. 1 3600 900 1209600 60; | | "},
    {"no SOA below it", "w.sink.com", LDNS_RR_TYPE_SOA, 0,
	"NOERROR aa rd | | sink.com. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"every letter is folded", "ZULU.AZ", LDNS_RR_TYPE_NS, 0,
	"NOERROR aa rd | | ZULU.AZ. 300 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 300; | "},
    {"TXT", "sink.com", LDNS_RR_TYPE_TXT, 0,
	"NOERROR aa rd | sink.com. 300 IN TXT \"sinkholed\"; | | "},
    {"ANY: one RRset (RFC 8482)", "sink.com", LDNS_RR_TYPE_ANY, 0,
	"NOERROR aa rd | sink.com. 300 IN A 192.0.2.1; sink.com. 300 IN A 192.0.2.2; | | "},
    {"another type: NODATA", "sink.com", LDNS_RR_TYPE_MX, 0,
	"NOERROR aa rd | | sink.com. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"no address in the policy: NODATA", "bare.biz", LDNS_RR_TYPE_A, 0,
	"NOERROR aa rd | | bare.biz. 30 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"nxdomain: the parent's SOA", "blocked.com.mx", LDNS_RR_TYPE_A, 0,
	"NXDOMAIN aa rd | | com.mx. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"nxdomain below (RFC 8020)", "x.Y.blocked.com.mx", LDNS_RR_TYPE_A, 0,
	"NXDOMAIN aa rd | | com.mx. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"nodata", "empty.nl", LDNS_RR_TYPE_A, 0,
	"NOERROR aa rd | | nl. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"refuse", "refused.cc", LDNS_RR_TYPE_A, 0, "REFUSED rd | | | "},
    {"refer", "refer.org", LDNS_RR_TYPE_A, 0,
	"NOERROR rd | | refer.org. 300 IN NS ns1.sinkhole.example.; "
	"refer.org. 300 IN NS ns2.sinkhole.example.; | "},
    {"refer, below", "www.Refer.org", LDNS_RR_TYPE_NS, EDNS,
	"NOERROR rd | | Refer.org. 300 IN NS ns1.sinkhole.example.; "
	"Refer.org. 300 IN NS ns2.sinkhole.example.; | opt 1232"},
    {"refer, DS: the parent's answer", "refer.org", LDNS_RR_TYPE_DS, 0,
	"NOERROR aa rd | | org. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"refer, DS below: refer", "w.refer.org", LDNS_RR_TYPE_DS, 0,
	"NOERROR rd | | refer.org. 300 IN NS ns1.sinkhole.example.; "
	"refer.org. 300 IN NS ns2.sinkhole.example.; | "},
    {"truncate", "tcp.org", LDNS_RR_TYPE_A, 0, "NOERROR tc rd | | | "},
    {"truncate over TCP: a sinkhole", "tcp.org", LDNS_RR_TYPE_AAAA, TCP,
	"NOERROR aa rd | tcp.org. 300 IN AAAA 2001:db8::1; | | "},
    {"extended error", "told.biz", LDNS_RR_TYPE_A, EDNS,
	"NXDOMAIN aa rd | | biz. 30 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | opt 1232 000f0008000f736565207573"},
    {"extended error with REFUSED", "refused.biz", LDNS_RR_TYPE_A, EDNS,
	"REFUSED rd | | | opt 1232 000f0008000f736565207573"},
    {"no extended error without EDNS", "refused.biz", LDNS_RR_TYPE_A, 0, "REFUSED rd | | | "},
    {"drop", "silent.ws", LDNS_RR_TYPE_A, 0, NULL},
    {"pass is as unlisted", "except.sink.com", LDNS_RR_TYPE_A, 0, "REFUSED rd | | | "},
    {"unlisted", "example.net", LDNS_RR_TYPE_A, 0, "REFUSED rd | | | "},
    {"the root", ".", LDNS_RR_TYPE_A, 0, "REFUSED rd | | | "},
    {"in its window", "day.ws", LDNS_RR_TYPE_AAAA, 0,
	"NOERROR aa rd | day.ws. 300 IN AAAA 2001:db8::1; | | "},
    {"static zone: apex, its addresses along", "home.test", LDNS_RR_TYPE_NS, 0,
	"NOERROR aa rd | home.test. 3600 IN NS ns.elsewhere.example.; "
	"home.test. 3600 IN NS ns1.home.test.; | | "
	"ns1.home.test. 3600 IN A 192.0.2.11; ns1.home.test. 3600 IN AAAA 2001:db8::11; "},
    {"MX", "Home.Test", LDNS_RR_TYPE_MX, 0,
	"NOERROR aa rd | Home.Test. 3600 IN MX 10 mail.Home.Test.; | | "
	"mail.Home.Test. 3600 IN A 192.0.2.13; "},
    {"SRV", "_sip._tcp.home.test", LDNS_RR_TYPE_SRV, 0,
	"NOERROR aa rd | _sip._tcp.home.test. 3600 IN SRV 0 5 5060 mail.home.test.; | | "
	"mail.home.test. 3600 IN A 192.0.2.13; "},
    {"SOA", "home.test", LDNS_RR_TYPE_SOA, 0,
	"NOERROR aa rd | home.test. 3600 IN SOA ns1.home.test. hostmaster.home.test. 7 3600 900 "
	"604800 300; | | "},
    {"NODATA: TTL is the lesser (RFC 2308 3)", "mail.home.test", LDNS_RR_TYPE_AAAA, 0,
	"NOERROR aa rd | | home.test. 300 IN SOA ns1.home.test. hostmaster.home.test. 7 3600 900 "
	"604800 300; | "},
    {"NXDOMAIN", "nothing.home.test", LDNS_RR_TYPE_A, 0,
	"NXDOMAIN aa rd | | home.test. 300 IN SOA ns1.home.test. hostmaster.home.test. 7 3600 "
	"900 604800 300; | "},
    {"empty non-terminal: NODATA", "n.t.home.test", LDNS_RR_TYPE_A, 0,
	"NOERROR aa rd | | home.test. 300 IN SOA ns1.home.test. hostmaster.home.test. 7 3600 900 "
	"604800 300; | "},
    {"beside it: NXDOMAIN", "x.t.home.test", LDNS_RR_TYPE_A, 0,
	"NXDOMAIN aa rd | | home.test. 300 IN SOA ns1.home.test. hostmaster.home.test. 7 3600 "
	"900 604800 300; | "},
    {"CNAME chain", "www.home.test", LDNS_RR_TYPE_A, 0,
	"NOERROR aa rd | www.home.test. 3600 IN CNAME web.home.test.; "
	"web.home.test. 3600 IN CNAME mail.home.test.; mail.home.test. 3600 IN A 192.0.2.13; "
	"| | "},
    {"CNAME itself", "www.home.test", LDNS_RR_TYPE_CNAME, 0,
	"NOERROR aa rd | www.home.test. 3600 IN CNAME web.home.test.; | | "},
    {"CNAME out of the zone", "out.home.test", LDNS_RR_TYPE_A, 0,
	"NOERROR aa rd | out.home.test. 3600 IN CNAME outside.example.; | | "},
    {"CNAME to no name: NXDOMAIN (RFC 6604)", "lost.home.test", LDNS_RR_TYPE_A, 0,
	"NXDOMAIN aa rd | lost.home.test. 3600 IN CNAME nothing.home.test.; | "
	"home.test. 300 IN SOA ns1.home.test. hostmaster.home.test. 7 3600 900 604800 300; | "},
    {"CNAME below a delegation: AA stays", "to-cut.home.test", LDNS_RR_TYPE_A, 0,
	"NOERROR aa rd | to-cut.home.test. 3600 IN CNAME x.sub.home.test.; | "
	"sub.home.test. 3600 IN NS ns.sub.home.test.; | ns.sub.home.test. 3600 IN A 192.0.2.18; "},
    {"wildcard", "a.b.wild.home.test", LDNS_RR_TYPE_A, 0,
	"NOERROR aa rd | a.b.wild.home.test. 3600 IN A 192.0.2.16; | | "},
    {"wildcard without the type: NODATA", "a.wild.home.test", LDNS_RR_TYPE_TXT, 0,
	"NOERROR aa rd | | home.test. 300 IN SOA ns1.home.test. hostmaster.home.test. 7 3600 900 "
	"604800 300; | "},
    {"no wildcard beside a name (RFC 4592 2.2.1)", "x.named.wild.home.test", LDNS_RR_TYPE_A, 0,
	"NXDOMAIN aa rd | | home.test. 300 IN SOA ns1.home.test. hostmaster.home.test. 7 3600 "
	"900 604800 300; | "},
    {"referral", "x.y.sub.home.test", LDNS_RR_TYPE_A, 0,
	"NOERROR rd | | sub.home.test. 3600 IN NS ns.sub.home.test.; | "
	"ns.sub.home.test. 3600 IN A 192.0.2.18; "},
    {"DS at the cut is ours", "sub.home.test", LDNS_RR_TYPE_DS, 0,
	"NOERROR aa rd | | home.test. 300 IN SOA ns1.home.test. hostmaster.home.test. 7 3600 900 "
	"604800 300; | "},
    {"glue is no answer", "ns.sub.home.test", LDNS_RR_TYPE_A, 0,
	"NOERROR rd | | sub.home.test. 3600 IN NS ns.sub.home.test.; | "
	"ns.sub.home.test. 3600 IN A 192.0.2.18; "},
    {"over a list", "listed.home.test", LDNS_RR_TYPE_A, 0,
	"NXDOMAIN aa rd | | home.test. 300 IN SOA ns1.home.test. hostmaster.home.test. 7 3600 "
	"900 604800 300; | "},
    {"no room: TC", "large.home.test", LDNS_RR_TYPE_TXT, 0, "NOERROR aa tc rd | | | "},
    {"NSID", "out.home.test", LDNS_RR_TYPE_A, EDNS | NSID,
	"NOERROR aa rd | out.home.test. 3600 IN CNAME outside.example.; | | opt 1232 "
	"000300056e6f646537"},
    {"AXFR of it", "home.test", LDNS_RR_TYPE_AXFR, 0, "REFUSED rd | | | "},
    {"a meta type that is no question: NODATA", "sink.com", 250, 0,
	"NOERROR aa rd | | sink.com. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"DNSKEY at a sinkholed apex: NODATA", "sink.com", LDNS_RR_TYPE_DNSKEY, 0,
	"NOERROR aa rd | | sink.com. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"DS at a sinkholed apex: NODATA", "sink.com", LDNS_RR_TYPE_DS, 0,
	"NOERROR aa rd | | sink.com. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | "},
    {"AXFR", "sink.com", LDNS_RR_TYPE_AXFR, 0, "REFUSED rd | | | "},
    {"IXFR", "sink.com", LDNS_RR_TYPE_IXFR, 0, "REFUSED rd | | | "},
    {"RD is copied, not set", "example.net", LDNS_RR_TYPE_A, NO_RD, "REFUSED | | | "},
    {"neither CD nor AD comes back", "sink.com", LDNS_RR_TYPE_AAAA, CD | AD,
	"NOERROR aa rd | sink.com. 300 IN AAAA 2001:db8::1; | | "},
    {"EDNS is answered by EDNS", "sink.com", LDNS_RR_TYPE_AAAA, EDNS,
	"NOERROR aa rd | sink.com. 300 IN AAAA 2001:db8::1; | | opt 1232"},
    {"DO comes back", "blocked.com.mx", LDNS_RR_TYPE_AAAA, EDNS | DO,
	"NXDOMAIN aa rd | | com.mx. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | opt 1232 do"},
    {"NSID", "sink.com", LDNS_RR_TYPE_AAAA, EDNS | NSID,
	"NOERROR aa rd | sink.com. 300 IN AAAA 2001:db8::1; | | opt 1232 000300056e6f646537"},
    {"NSID beside an extended error", "refused.biz", LDNS_RR_TYPE_A, EDNS | NSID,
	"REFUSED rd | | | opt 1232 000f0008000f736565207573000300056e6f646537"},
    {"NSID where TC leaves room", "zulu.az", LDNS_RR_TYPE_TXT, EDNS | SMALL | NSID,
	"NOERROR aa tc rd | | | opt 1232 000300056e6f646537"},
    {"version.bind", "version.bind", LDNS_RR_TYPE_TXT, CHAOS,
	"NOERROR aa rd | version.bind. 0 CH TXT \"cordon test\"; | | "},
    {"version.server, case, EDNS", "Version.SERVER", LDNS_RR_TYPE_TXT, CHAOS | EDNS,
	"NOERROR aa rd | Version.SERVER. 0 CH TXT \"cordon test\"; | | opt 1232"},
    {"an identity that is not told", "id.server", LDNS_RR_TYPE_TXT, CHAOS, "REFUSED rd | | | "},
    {"version.bind, type A", "version.bind", LDNS_RR_TYPE_A, CHAOS, "REFUSED rd | | | "},
    {"a listed name in class CH", "sink.com", LDNS_RR_TYPE_TXT, CHAOS, "REFUSED rd | | | "},
    {"an EDNS size of 100 counts as 512", "blocked.com.mx", LDNS_RR_TYPE_AAAA, EDNS | SMALL,
	"NXDOMAIN aa rd | | com.mx. 60 IN SOA sinkhole.invalid. hostmaster.sinkhole.invalid. "
	"1 3600 900 1209600 60; | opt 1232"},
    {"EDNS with REFUSED", "example.net", LDNS_RR_TYPE_A, EDNS, "REFUSED rd | | | opt 1232"},
    {"version 1: BADVERS", "sink.com", LDNS_RR_TYPE_A, EDNS | V1, "BADVERS rd | | | opt 1232"},
};

static unsigned
query(uint8_t *out, size_t i)
{
	ldns_rdf *name = ldns_dname_new_frm_str(cases[i].name);
	int flags = cases[i].flags;
	ldns_pkt *p = ldns_pkt_query_new(name, cases[i].type,
	    flags & CHAOS ? LDNS_RR_CLASS_CH : LDNS_RR_CLASS_IN, flags & NO_RD ? 0 : LDNS_RD);
	uint8_t *wire = NULL;
	size_t len = 0;

	ldns_pkt_set_id(p, 0x1234);
	ldns_pkt_set_cd(p, !!(flags & CD));
	ldns_pkt_set_ad(p, !!(flags & AD));
	if (flags & EDNS) {
		ldns_pkt_set_edns_udp_size(p, flags & SMALL ? 100 : 4096);
		ldns_pkt_set_edns_do(p, !!(flags & DO));
		ldns_pkt_set_edns_version(p, !!(flags & V1));
		if (flags & NSID)
			ldns_pkt_set_edns_data(
			    p, ldns_rdf_new_frm_data(LDNS_RDF_TYPE_NONE, 4, "\0\3\0"));
	}
	ldns_pkt2wire(&wire, p, &len);
	memcpy(out, wire, len);
	free(wire);
	ldns_pkt_free(p);
	return (unsigned)len;
}

static void
print_section(char *out, size_t size, const ldns_rr_list *list)
{
	strncat(out, "| ", size - strlen(out) - 1);
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		char *text = ldns_rr2str(ldns_rr_list_rr(list, i));

		for (char *c = text; *c; c++)
			*c = *c == '\t' ? ' ' : *c;
		text[strcspn(text, "\n")] = '\0';
		strncat(out, text, size - strlen(out) - 1);
		strncat(out, "; ", size - strlen(out) - 1);
		free(text);
	}
}

/* OPT's size, DO, and its options in hexadecimal. */
static void
print_edns(char *out, size_t size, const ldns_pkt *p)
{
	const ldns_rdf *options = ldns_pkt_edns_data(p);

	if (!ldns_pkt_edns(p))
		return;
	snprintf(out + strlen(out), size - strlen(out), "opt %u%s", ldns_pkt_edns_udp_size(p),
	    ldns_pkt_edns_do(p) ? " do" : "");
	for (size_t i = 0; options && i < ldns_rdf_size(options); i++)
		snprintf(out + strlen(out), size - strlen(out), "%s%02x", i ? "" : " ",
		    ldns_rdf_data(options)[i]);
}

static void
print_answer(char *out, size_t size, const ldns_pkt *p)
{
	unsigned rcode = ldns_pkt_get_rcode(p) | ldns_pkt_edns_extended_rcode(p) * 16u;
	char *text = ldns_pkt_rcode2str(rcode == 16 ? 0 : rcode);

	snprintf(out, size, "%s %s%s%s%s", rcode == 16 ? "BADVERS" : text,
	    ldns_pkt_aa(p) ? "aa " : "", ldns_pkt_tc(p) ? "tc " : "", ldns_pkt_rd(p) ? "rd " : "",
	    ldns_pkt_cd(p) ? "cd " : "");
	free(text);
	print_section(out, size, ldns_pkt_answer(p));
	print_section(out, size, ldns_pkt_authority(p));
	print_section(out, size, ldns_pkt_additional(p));
	print_edns(out, size, p);
	if (ldns_pkt_ra(p) || ldns_pkt_ad(p) || !ldns_pkt_qr(p))
		strncat(out, " ra/ad/!qr", size - strlen(out) - 1);
}

static struct vec vec;
static uint8_t buffer[VEC_MAX][BUFFER];
static struct counters counters;
static struct engine engine = {.counters = &counters, .day = WORLD_DAY};

static void
lane(unsigned i, const void *msg, size_t len)
{
	memcpy(buffer[i], msg, len);
	vec.msg[i] = buffer[i];
	vec.len[i] = (uint16_t)len;
	vec.limit[i] = ENGINE_UDP_MAX;
	vec.tcp[i] = 0;
	vec.way[i] = WAY_NONE;
}

static void
check_cases(const struct image *img)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t msg[BUFFER] = {0};
		char got[2000] = "";
		ldns_pkt *p = NULL;
		unsigned len = query(msg, i), lane_no = i % VEC_MAX;

		/* Other lanes hold rubbish: they must not matter. */
		vec.n = VEC_MAX;
		for (unsigned k = 0; k < VEC_MAX; k++)
			lane(k, "\1\2\3\4\5\6\7\10\11\12\13\14", 12);
		lane(lane_no, msg, len);
		vec.tcp[lane_no] = !!(cases[i].flags & TCP);
		engine_answer(&engine, img, &vec);
		if (!cases[i].want) {
			CHECK(vec.way[lane_no] < WAY_ANSWERS, "%s: silence", cases[i].about);
			continue;
		}
		if (ldns_wire2pkt(&p, buffer[lane_no], vec.len[lane_no]) == LDNS_STATUS_OK)
			print_answer(got, sizeof(got), p);
		CHECK(strcmp(got, cases[i].want) == 0, "%s: %s", cases[i].about, got);
		CHECK(memcmp(buffer[lane_no] + 12, msg + 12, strlen(cases[i].name)) == 0 &&
			  buffer[lane_no][0] == 0x12 && buffer[lane_no][1] == 0x34,
		    "%s: ID and question come back", cases[i].about);
		ldns_pkt_free(p);
	}
}

#define W(s) s, sizeof(s) - 1
#define QD1  "\0\1\0\0\0\0\0\0"
#define SINK "\4sink\3com\0\0\1\0\1"

/* A label of 63, and a record without use. */
#define L63 "\77aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define RR  "\0\0\1\0\1\0\0\0\0\0\0"

static const struct {
	const char *about;
	const char *msg;
	size_t len;
	enum way way;
	unsigned answer_len; /* 0: none */
} odd[] = {
    {"nothing", W(""), WAY_DNS_SHORT, 0},
    {"11 bytes", W("\0\1\1\0\0\1\0\0\0\0\0"), WAY_DNS_SHORT, 0},
    {"a response", W("\0\1\x81\0" QD1 SINK), WAY_DNS_RESPONSE, 0},
    {"a header alone", W("\0\1\1\0" QD1), WAY_FORMERR, 12},
    {"no question", W("\0\1\1\0\0\0\0\0\0\0\0\0"), WAY_FORMERR, 12},
    {"two questions", W("\0\1\1\0\0\2\0\0\0\0\0\0" SINK SINK), WAY_FORMERR, 12},
    {"a name without end", W("\0\1\1\0" QD1 "\4sink\3com"), WAY_FORMERR, 12},
    {"a label past the end", W("\0\1\1\0" QD1 "\77sink"), WAY_FORMERR, 12},
    {"a label of 64", W("\0\1\1\0" QD1 "\100sink\0\0\1\0\1"), WAY_FORMERR, 12},
    {"a label of 64 that is there", W("\0\1\1\0" QD1 "\100" L63 "\0\0\1\0\1"), WAY_FORMERR, 12},
    {"a name of 255 bytes",
	W("\0\1\1\0" QD1 L63 L63 L63
	  "\75aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "\0\0\1\0\1"),
	WAY_UNLISTED, 12 + 255 + 4},
    {"a name of 256 bytes",
	W("\0\1\1\0" QD1 L63 L63 L63 "\76aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaa\0\0\1\0\1"),
	WAY_FORMERR, 12},
    {"a pointer in the question", W("\0\1\1\0" QD1 "\300\14\0\1\0\1"), WAY_FORMERR, 12},
    {"no class", W("\0\1\1\0" QD1 "\4sink\3com\0\0\1"), WAY_FORMERR, 12},
    {"bytes behind the question", W("\0\1\1\0" QD1 SINK "x"), WAY_FORMERR, 26},
    {"an answer section", W("\0\1\1\0\0\1\0\1\0\0\0\0" SINK), WAY_FORMERR, 26},
    {"IXFR with its SOA",
	W("\0\1\1\0\0\1\0\0\0\1\0\0\4sink\3com\0\0\373\0\1\300\14\0\6\0\1\0\0\0\0\0\2xx"),
	WAY_REFUSED_TYPE, 26},
    {"an authority section", W("\0\1\1\0\0\1\0\0\0\1\0\0" SINK), WAY_FORMERR, 26},
    {"16 records behind the question",
	W("\0\1\1\0\0\1\0\0\0\0\0\20" SINK RR RR RR RR RR RR RR RR RR RR RR RR RR RR RR RR),
	WAY_SINKHOLE, 26 + 32},
    {"17 of them",
	W("\0\1\1\0\0\1\0\0\0\0\0\21" SINK RR RR RR RR RR RR RR RR RR RR RR RR RR RR RR RR RR),
	WAY_FORMERR, 26},
    {"part of an option", W("\0\1\1\0\0\1\0\0\0\0\0\1" SINK "\0\0\51\20\0\0\0\0\0\0\3\0\12\0"),
	WAY_FORMERR, 26},
    {"NSID, then part of an option",
	W("\0\1\1\0\0\1\0\0\0\0\0\1" SINK "\0\0\51\20\0\0\0\0\0\0\7\0\3\0\0\0\12\0"),
	WAY_FORMERR, 26},
    {"OPT that is not there", W("\0\1\1\0\0\1\0\0\0\0\0\1" SINK), WAY_FORMERR, 26},
    {"OPT cut off", W("\0\1\1\0\0\1\0\0\0\0\0\1" SINK "\0\0\51\20\0\0\0\0\0\0"), WAY_FORMERR, 26},
    {"two OPT",
	W("\0\1\1\0\0\1\0\0\0\0\0\2" SINK "\0\0\51\20\0\0\0\0\0\0\0"
	  "\0\0\51\20\0\0\0\0\0\0\0"),
	WAY_FORMERR, 37},
    {"OPT with an owner", W("\0\1\1\0\0\1\0\0\0\0\0\1" SINK "\1x\0\0\51\20\0\0\0\0\0\0\0"),
	WAY_FORMERR, 26},
    {"option longer than the RDATA",
	W("\0\1\1\0\0\1\0\0\0\0\0\1" SINK "\0\0\51\20\0\0\0\0\0\0\4\0\12\0\1"), WAY_FORMERR, 26},
    {"unknown option", W("\0\1\1\0\0\1\0\0\0\0\0\1" SINK "\0\0\51\20\0\0\0\0\0\0\5\377\1\0\1x"),
	WAY_SINKHOLE, 26 + 32 + 11},
    {"NOTIFY", W("\0\1\x24\0" QD1 SINK), WAY_NOTIMP, 26},
    {"UPDATE without a zone", W("\0\1\x28\0\0\0\0\0\0\0\0\0"), WAY_NOTIMP, 12},
    {"class CH", W("\0\1\1\0" QD1 "\4sink\3com\0\0\1\0\3"), WAY_REFUSED_CLASS, 26},
    {"TSIG as a type: no data", W("\0\1\1\0" QD1 "\4sink\3com\0\0\372\0\1"), WAY_SINKHOLE,
	105},
    {"OPT as a type: no data", W("\0\1\1\0" QD1 "\4sink\3com\0\0\51\0\1"), WAY_SINKHOLE,
	105},
    {"MAILA", W("\0\1\1\0" QD1 "\4sink\3com\0\0\376\0\1"), WAY_REFUSED_TYPE, 26},
};

static void
check_odd(const struct image *img)
{
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		vec.n = 1;
		lane(0, odd[i].msg, odd[i].len);
		engine_answer(&engine, img, &vec);
		CHECK(vec.way[0] == odd[i].way, "%s: way %s", odd[i].about, way_text(vec.way[0]));
		CHECK((vec.way[0] >= WAY_ANSWERS ? vec.len[0] : 0) == odd[i].answer_len,
		    "%s: %u bytes", odd[i].about, vec.len[0]);
		if (odd[i].answer_len == 0)
			continue;
		CHECK((buffer[0][2] & 0x78) == (odd[i].msg[2] & 0x78), "%s: opcode", odd[i].about);
		CHECK(buffer[0][5] == (odd[i].answer_len > 12), "%s: QDCOUNT", odd[i].about);
	}
}

static void
check_truncation(const struct image *img)
{
	static const char q[] = "\0\1\1\0" QD1 SINK;

	vec.n = 1;
	lane(0, q, sizeof(q) - 1);
	vec.limit[0] = 26 + 31;
	engine_answer(&engine, img, &vec);
	CHECK(
	    vec.len[0] == 26 && buffer[0][2] & 0x02 && buffer[0][7] == 0, "a byte short: TC alone");
	lane(0, q, sizeof(q) - 1);
	vec.limit[0] = 26 + 32;
	engine_answer(&engine, img, &vec);
	CHECK(vec.len[0] == 58 && !(buffer[0][2] & 0x02), "fits to the byte");
}

/* The same question, whose answer takes 840 bytes, under each limit. */
static void
check_sizes(const struct image *img)
{
	static const char q[] = "\0\1\1\0\0\1\0\0\0\0\0\1\4zulu\2az\0\0\20\0\1"
				"\0\0\51\0\0\0\0\0\0\0\0";
	static const struct {
		const char *about;
		unsigned size; /* of EDNS; 0: none */
		unsigned tcp, tc;
	} sizes[] = {{"no EDNS: 512", 0, 0, 1}, {"EDNS 100 is 512", 100, 0, 1},
	    {"EDNS 839", 839, 0, 1}, {"EDNS 840", 840, 0, 0}, {"EDNS 4096", 4096, 0, 0},
	    {"TCP without EDNS", 0, 1, 0}, {"TCP with EDNS 512", 512, 1, 0}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		vec.n = 1;
		lane(0, q, sizes[i].size ? sizeof(q) - 1 : sizeof(q) - 12);
		buffer[0][11] = sizes[i].size > 0;
		buffer[0][sizeof(q) - 1 - 8] = (uint8_t)(sizes[i].size >> 8);
		buffer[0][sizeof(q) - 1 - 7] = (uint8_t)sizes[i].size;
		vec.tcp[0] = (uint8_t)sizes[i].tcp;
		engine_answer(&engine, img, &vec);
		CHECK(!!(buffer[0][2] & 0x02) == sizes[i].tc, "%s: %u bytes", sizes[i].about,
		    vec.len[0]);
	}
}

static void
check_window(const struct image *img)
{
	static const char q[] = "\0\1\1\0" QD1 "\3day\2ws\0\0\1\0\1";

	for (int32_t day = WORLD_DAY - 1; day <= WORLD_DAY + 1; day++) {
		vec.n = 1;
		lane(0, q, sizeof(q) - 1);
		engine.day = day;
		engine_answer(&engine, img, &vec);
		CHECK(
		    vec.way[0] == (day == WORLD_DAY ? WAY_SINKHOLE : WAY_UNLISTED), "day %d", day);
	}
}

/* What modes other than authoritative make of queries, and that the bytes of the others stay. */
#define ASKED(s) s, sizeof(s) - 1
static const struct {
	const char *about, *query;
	size_t n;
	enum way way[2]; /* inline, monitor */
} screened[] = {
    {"listed", ASKED("\0\1\1\0" QD1 "\4sink\3com\0\0\1\0\1"), {WAY_SINKHOLE, WAY_SEEN}},
    {"drop", ASKED("\0\1\1\0" QD1 "\6silent\2ws\0\0\1\0\1"), {WAY_DROP, WAY_SEEN}},
    {"pass", ASKED("\0\1\1\0" QD1 "\6except\4sink\3com\0\0\1\0\1"), {WAY_PASSED_ON, WAY_PASSED_ON}},
    {"unlisted", ASKED("\0\1\1\0" QD1 "\4unli\3com\0\0\1\0\1"), {WAY_PASSED_ON, WAY_PASSED_ON}},
    {"NOTIFY", ASKED("\0\1\x21\0" QD1 "\4sink\3com\0\0\1\0\1"), {WAY_PASSED_ON, WAY_PASSED_ON}},
    {"malformed", ASKED("\0\1\1\0" QD1 "\4sink\3com\0\0\1\0"), {WAY_PASSED_ON, WAY_PASSED_ON}},
    {"a response", ASKED("\0\1\x81\0" QD1 "\4sink\3com\0\0\1\0\1"),
	{WAY_DNS_RESPONSE, WAY_DNS_RESPONSE}},
};

static void
check_screen(const struct image *img)
{
	engine.day = WORLD_DAY;
	for (size_t i = 0; i < 2 * sizeof(screened) / sizeof(screened[0]); i++) {
		const char *about = screened[i / 2].about;
		enum way want = screened[i / 2].way[i % 2];

		engine.screen = i % 2 ? SCREEN_MONITOR : SCREEN_INLINE;
		vec.n = 1;
		lane(0, screened[i / 2].query, screened[i / 2].n);
		engine_answer(&engine, img, &vec);
		CHECK(vec.way[0] == want, "%s: %s", about, way_text(vec.way[0]));
		CHECK(want >= WAY_ANSWERS ||
			  memcmp(vec.msg[0], screened[i / 2].query, screened[i / 2].n) == 0,
		    "%s: its bytes stay", about);
	}
	engine.screen = SCREEN_NONE;
}

/* 127 labels of one byte are all that a name has room for: what seems to be one more must leave the
 * other lanes alone. */
static void
check_labels(const struct image *img)
{
	uint8_t msg[12 + 2 * 130 + 4] = "\0\1\1\0" QD1;

	for (unsigned k = 0; k < 130; k++) {
		msg[12 + 2 * k] = 1;
		msg[12 + 2 * k + 1] = 'a';
	}
	vec.n = VEC_MAX;
	for (unsigned i = 0; i < VEC_MAX; i++)
		lane(i, "\0\1\1\0" QD1 SINK, 26);
	lane(VEC_MAX - 1, msg, sizeof(msg));
	engine_answer(&engine, img, &vec);
	CHECK(
	    vec.way[VEC_MAX - 1] == WAY_FORMERR, "128 labels: %s", way_text(vec.way[VEC_MAX - 1]));
	CHECK(memcmp(vec.name[0], "\4sink\3com", 10) == 0, "128 labels: the first lane's name");
	/* One label fewer is the longest name. */
	msg[12 + 2 * 127] = 0;
	lane(0, msg, 12 + 255 + 4);
	vec.msg[0][12 + 255 + 1] = vec.msg[0][12 + 255 + 3] = 1;
	vec.msg[0][12 + 255] = vec.msg[0][12 + 255 + 2] = 0;
	vec.n = 1;
	engine_answer(&engine, img, &vec);
	CHECK(vec.way[0] == WAY_UNLISTED, "127 labels: %s", way_text(vec.way[0]));
}

/* The longest message of a socket, in just the room that vec.h asks for: ASan sees what is read
 * past it.  One byte over a multiple of 64 behind the question is the worst case. */
static void
check_longest(const struct image *img)
{
	static const uint8_t head[12 + 47] = "\0\1\1\0\0\1\0\0\0\0\0\1\52";
	uint8_t *msg = calloc(1, VEC_ROOM + VEC_PAST);

	memcpy(msg, head, sizeof(head));
	memset(msg + 13, 'a', 42);
	memcpy(msg + 55, "\2ab", 4);
	msg[60] = msg[62] = 1;
	lane(0, head, 12);
	vec.n = 1;
	vec.msg[0] = msg;
	vec.len[0] = VEC_ROOM;
	vec.limit[0] = VEC_ROOM - VEC_SLACK;
	vec.tcp[0] = 1;
	engine_answer(&engine, img, &vec);
	CHECK(vec.way[0] == WAY_FORMERR && vec.len[0] == 63, "%d bytes: %s, %u", VEC_ROOM,
	    way_text(vec.way[0]), vec.len[0]);
	free(msg);
}

int
main(void)
{
	struct image *img = world_new();
	uint64_t in = 0;

	CHECK(img != NULL, "image made");
	if (!img)
		return test_end();
	check_cases(img);
	check_odd(img);
	check_truncation(img);
	check_window(img);
	CHECK(count_get(&counters.feed[0]) == 38, "queries of feed 0: %lu",
	    (unsigned long)count_get(&counters.feed[0]));
	CHECK(count_get(&counters.rcode[3]) == 10, "NXDOMAIN counted: %lu",
	    (unsigned long)count_get(&counters.rcode[3]));
	check_sizes(img);
	for (unsigned w = 0; w < WAYS_N; w++)
		in += count_get(&counters.way[w]);
	CHECK(
	    in == sizeof(cases) / sizeof(cases[0]) * VEC_MAX + sizeof(odd) / sizeof(odd[0]) + 5 + 7,
	    "each message has one way: %lu", (unsigned long)in);
	check_screen(img);
	check_labels(img);
	check_longest(img);
	image_free(img);
	return test_end();
}
