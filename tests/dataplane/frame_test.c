/* Each oddity of Ethernet, IP and UDP ends in the counter that names it. */
#include "dataplane/frame.h"

#include "dataplane/engine.h"
#include "dataplane/local.h"
#include "tests/dataplane/world.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>

#define FRAME_MAX 512

/* A query for sink.com A, and requests for what local.c answers; sums are filled in. */
#define ETHER  "\2\0\0\0\0\2\2\0\0\0\0\1"
#define QUERY  "\x12\x34\1\0\0\1\0\0\0\0\0\0\4sink\3com\0\0\1\0\1"
#define UDP    "\x9c\x40\0\x35\0\42\0\0"
#define IP4    "\x45\0\0\66\0\1\0\0\x33\x11\0\0\306\22\0\1\306\22\0\2"
#define FROM6  " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\1"
#define TO6    " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\2"
#define GROUP6 "\xff\2\0\0\0\0\0\0\0\0\0\1\xff\0\0\2"
#define W(s)   s, sizeof(s) - 1

enum base { U4, U6, ARP, ECHO4, ECHO6, SOLICIT, BASES };

static const struct {
	const char *bytes;
	size_t len;
} bases[BASES] = {
    [U4] = {W(ETHER "\x08\0" IP4 UDP QUERY)},
    [U6] = {W(ETHER "\x86\xdd\x60\0\0\0\0\42\x11\x40" FROM6 TO6 UDP QUERY)},
    [ARP] = {W("\xff\xff\xff\xff\xff\xff\2\0\0\0\0\1\x08\6\0\1\x08\0\6\4\0\1\2\0\0\0\0\1"
	       "\306\22\0\1\0\0\0\0\0\0\306\22\0\2")},
    [ECHO4] = {W(ETHER "\x08\0\x45\0\0\41\0\1\0\0\x40\1\0\0\306\22\0\1\306\22\0\2"
		       "\x08\0\0\0\0\1\0\1hello")},
    [ECHO6] = {W(ETHER "\x86\xdd\x60\0\0\0\0\15\x3a\x40" FROM6 TO6 "\200\0\0\0\0\1\0\1hello")},
    [SOLICIT] = {W("\x33\x33\xff\0\0\2\2\0\0\0\0\1\x86\xdd\x60\0\0\0\0\40\x3a\xff" FROM6 GROUP6
		   "\207\0\0\0\0\0\0\0" TO6 "\1\1\2\0\0\0\0\1")},
};

/* Offsets into the frames. */
enum {
	DST = 0,
	SRC = 6,
	TYPE = 12, /* Ethernet */
	VERSION = 14,
	TOTAL = 16,
	FRAGMENT = 20,
	PROTO = 23,
	SUM = 24,
	FROM = 26,
	TO = 30, /* IPv4 */
	UDP4 = 34,
	UDP6 = 54,
};

struct poke {
	uint16_t at;
	uint8_t bytes[6], n;
};

#define P1(at, a)          \
	{                  \
		at, {a}, 1 \
	}
#define P2(at, a, b)          \
	{                     \
		at, {a, b}, 2 \
	}
#define P4(at, a, b, c, d)          \
	{                           \
		at, {a, b, c, d}, 4 \
	}

static const struct {
	const char *about;
	enum base base;
	struct poke poke[2]; /* before the sums are made */
	struct poke spoil;   /* after */
	int cut;             /* bytes taken off the end; negative: zeros added */
	enum way want;
} cases[] = {
    {"a query over IPv4", U4, {{0}}, {0}, 0, WAY_SINKHOLE},
    {"a query over IPv6", U6, {{0}}, {0}, 0, WAY_SINKHOLE},
    {"Ethernet padding", U4, {{0}}, {0}, -9, WAY_SINKHOLE},
    {"nothing", U4, {{0}}, {0}, 68, WAY_FRAME_SHORT},
    {"13 bytes", U4, {{0}}, {0}, 55, WAY_FRAME_SHORT},
    {"IPv4 header cut", U4, {{0}}, {0}, 35, WAY_FRAME_SHORT},
    {"IPv6 header cut", U6, {{0}}, {0}, 35, WAY_FRAME_SHORT},
    {"a foreign MAC", U4, {P1(DST + 5, 9)}, {0}, 0, WAY_NOT_OUR_MAC},
    {"DNS to the broadcast MAC", U4, {P4(DST, 255, 255, 255, 255)}, {0}, 0, WAY_GROUP_MAC},
    {"DNS to a multicast MAC", U6, {P2(DST, 0x33, 0x33)}, {0}, 0, WAY_GROUP_MAC},
    {"from a multicast MAC", U4, {P1(SRC, 1)}, {0}, 0, WAY_MAC_SOURCE},
    {"an EtherType of its own", U4, {P2(TYPE, 0x88, 0xb5)}, {0}, 0, WAY_ETHERTYPE},
    {"an IEEE 802.3 length", U4, {P2(TYPE, 0, 60)}, {0}, 0, WAY_ETHERTYPE},
    {"802.1Q", U4, {P2(TYPE, 0x81, 0)}, {0}, 0, WAY_VLAN},
    {"802.1Q cut", U4, {P2(TYPE, 0x81, 0)}, {0}, 53, WAY_FRAME_SHORT},
    {"802.1ad", U4, {P2(TYPE, 0x88, 0xa8)}, {0}, 0, WAY_VLAN},
    {"IP version 5", U4, {P1(VERSION, 0x55)}, {0}, 0, WAY_IP_HEADER},
    {"IPv4 header of 4 words", U4, {P1(VERSION, 0x44)}, {0}, 0, WAY_IP_HEADER},
    {"IPv4 total beyond the frame", U4, {P2(TOTAL, 0, 55)}, {0}, 0, WAY_IP_HEADER},
    {"IPv4 total under a header", U4, {P2(TOTAL, 0, 19)}, {0}, 0, WAY_IP_HEADER},
    {"IPv6 version 4", U6, {P1(VERSION, 0x40)}, {0}, 0, WAY_IP_HEADER},
    {"IPv6 payload beyond the frame", U6, {P2(VERSION + 4, 0, 35)}, {0}, 0, WAY_IP_HEADER},
    {"IPv4 sum wrong", U4, {{0}}, P1(SUM, 0x77), 0, WAY_IP_CHECKSUM},
    {"IPv4 first fragment", U4, {P1(FRAGMENT, 0x20)}, {0}, 0, WAY_IP_FRAGMENT},
    {"IPv4 later fragment", U4, {P1(FRAGMENT + 1, 9)}, {0}, 0, WAY_IP_FRAGMENT},
    {"IPv6 fragment", U6, {P1(VERSION + 6, 44)}, {0}, 0, WAY_IP_FRAGMENT},
    {"DF is no fragment", U4, {P1(FRAGMENT, 0x40)}, {0}, 0, WAY_SINKHOLE},
    {"from 0/8", U4, {P1(FROM, 0)}, {0}, 0, WAY_IP_SOURCE},
    {"from 127/8", U4, {P1(FROM, 127)}, {0}, 0, WAY_IP_SOURCE},
    {"from 224/4", U4, {P1(FROM, 224)}, {0}, 0, WAY_IP_SOURCE},
    {"from the broadcast address", U4, {P4(FROM, 255, 255, 255, 255)}, {0}, 0, WAY_IP_SOURCE},
    {"from our own address", U4, {P1(FROM + 3, 2)}, {0}, 0, WAY_IP_SOURCE},
    {"from a multicast group", U6, {P1(VERSION + 8, 0xff)}, {0}, 0, WAY_IP_SOURCE},
    {"from our own IPv6 address", U6, {P1(VERSION + 23, 2)}, {0}, 0, WAY_IP_SOURCE},
    {"to a foreign address", U4, {P1(TO + 3, 3)}, {0}, 0, WAY_NOT_OUR_ADDRESS},
    {"to a foreign IPv6 address", U6, {P1(VERSION + 39, 3)}, {0}, 0, WAY_NOT_OUR_ADDRESS},
    {"TCP", U4, {P1(PROTO, 6)}, {0}, 0, WAY_PROTOCOL},
    {"TCP over IPv6", U6, {P1(VERSION + 6, 6)}, {0}, 0, WAY_PROTOCOL},
    {"UDP header cut by IP", U4, {P2(TOTAL, 0, 27)}, {0}, 0, WAY_UDP_LENGTH},
    {"UDP length under 8", U4, {P2(UDP4 + 4, 0, 7)}, {0}, 0, WAY_UDP_LENGTH},
    {"UDP length beyond IP", U4, {P2(UDP4 + 4, 0, 35)}, {0}, 0, WAY_UDP_LENGTH},
    {"UDP length beyond IPv6", U6, {P2(UDP6 + 4, 0, 35)}, {0}, 0, WAY_UDP_LENGTH},
    {"to port 54", U4, {P1(UDP4 + 3, 54)}, {0}, 0, WAY_UDP_PORT},
    {"from port 0", U4, {P2(UDP4, 0, 0)}, {0}, 0, WAY_UDP_SOURCE},
    {"from echo", U4, {P2(UDP4, 0, 7)}, {0}, 0, WAY_UDP_SOURCE},
    {"from chargen", U4, {P2(UDP4, 0, 19)}, {0}, 0, WAY_UDP_SOURCE},
    {"from NTP", U6, {P2(UDP6, 0, 123)}, {0}, 0, WAY_UDP_SOURCE},
    {"from port 53", U4, {P2(UDP4, 0, 53)}, {0}, 0, WAY_SINKHOLE},
    {"from port 263, which is 7 over", U4, {P2(UDP4, 1, 7)}, {0}, 0, WAY_SINKHOLE},
    {"UDP sum wrong", U4, {{0}}, P1(UDP4 + 6, 0x13), 0, WAY_UDP_CHECKSUM},
    {"no UDP sum over IPv4", U4, {{0}}, P2(UDP4 + 6, 0, 0), 0, WAY_SINKHOLE},
    {"no UDP sum over IPv6", U6, {{0}}, P2(UDP6 + 6, 0, 0), 0, WAY_UDP_CHECKSUM},
    {"UDP sum over IPv6 wrong", U6, {{0}}, P1(UDP6 + 6, 0x13), 0, WAY_UDP_CHECKSUM},
    {"a DNS response", U4, {P1(UDP4 + 10, 0x81)}, {0}, 0, WAY_DNS_RESPONSE},
    {"11 bytes of DNS", U4, {P2(TOTAL, 0, 39), P2(UDP4 + 4, 0, 19)}, {0}, 0, WAY_DNS_SHORT},
    {"ARP request for us", ARP, {{0}}, {0}, 0, WAY_LOCAL},
    {"ARP request for another", ARP, {P1(41, 3)}, {0}, 0, WAY_ARP},
    {"ARP reply", ARP, {P1(21, 2)}, {0}, 0, WAY_ARP},
    {"ARP cut", ARP, {{0}}, {0}, 1, WAY_FRAME_SHORT},
    {"echo request", ECHO4, {{0}}, {0}, 0, WAY_LOCAL},
    {"echo request spoilt", ECHO4, {{0}}, P1(43, 'X'), 0, WAY_ICMP},
    {"echo reply", ECHO4, {P1(UDP4, 0)}, {0}, 0, WAY_ICMP},
    {"IPv6 echo request", ECHO6, {{0}}, {0}, 0, WAY_LOCAL},
    {"IPv6 echo request spoilt", ECHO6, {{0}}, P1(UDP6 + 9, 'X'), 0, WAY_ICMP},
    {"neighbour solicitation", SOLICIT, {{0}}, {0}, 0, WAY_LOCAL},
    {"solicitation for another", SOLICIT, {P1(UDP6 + 23, 3)}, {0}, 0, WAY_ICMP},
    {"solicitation with a code", SOLICIT, {P1(UDP6 + 1, 1)}, {0}, 0, WAY_ICMP},
    {"solicitation of a duplicate check", SOLICIT, {{VERSION + 8, {0}, 6}, P1(VERSION + 23, 0)},
	{0}, 0, WAY_ICMP},
    {"solicitation that passed a router", SOLICIT, {P1(VERSION + 7, 254)}, {0}, 0, WAY_ICMP},
};

static uint8_t frame[FRAME_MAX + VEC_SLACK + 2048];
static struct rte_mbuf mbuf;
static uint16_t segments = 1;
static struct vec vec;
static struct frames frames;
static struct counters counters;
static struct engine engine = {.counters = &counters, .day = WORLD_DAY};
static struct frame_port port = {
    .mac = {2, 0, 0, 0, 0, 2}, .check_checksum = true, .a_n = 1, .aaaa_n = 1};

static void
apply(const struct poke *p)
{
	memcpy(frame + p->at, p->bytes, p->n);
}

/* Makes IP, UDP and ICMP sums right, as far as the frame has what they stand for. */
static void
make_sums(enum base base)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(frame + VERSION);
	struct rte_ipv6_hdr *ip6 = (struct rte_ipv6_hdr *)(frame + VERSION);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	uint16_t *sum = (uint16_t *)(frame + UDP4 + 2), *sum6 = (uint16_t *)(frame + UDP6 + 2);

	if (base == U4 || base == ECHO4)
		ip->hdr_checksum = rte_ipv4_cksum(ip);
	if (base == U4 && rte_be_to_cpu_16(ip->total_length) >= 28)
		udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
	if (base == U6)
		*(uint16_t *)(frame + UDP6 + 6) = rte_ipv6_udptcp_cksum(ip6, ip6 + 1);
	if (base == ECHO4)
		*sum = (uint16_t)~rte_raw_cksum(frame + UDP4, 13);
	if (base == ECHO6 || base == SOLICIT)
		*sum6 = rte_ipv6_udptcp_cksum(ip6, ip6 + 1);
}

static enum way
receive(const struct image *img, size_t len)
{
	mbuf = (struct rte_mbuf){.buf_addr = frame, .buf_len = sizeof(frame), .nb_segs = segments};
	mbuf.ol_flags = RTE_MBUF_F_RX_RSS_HASH;
	mbuf.data_len = (uint16_t)len;
	mbuf.pkt_len = (uint32_t)len;
	frames.mbuf[0] = &mbuf;
	frame_port_ready(&port);
	frame_parse(&port, &frames, &vec, 1);
	if (vec.way[0] == WAY_LOCAL)
		vec.way[0] = (uint8_t)local_answer(&port, &mbuf);
	frame_clients(&frames, &vec);
	engine_answer(&engine, img, &vec);
	if (vec.way[0] > WAY_ANSWERS)
		frame_turn(&frames, &vec);
	return vec.way[0];
}

static void
check_cases(const struct image *img)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum base b = cases[i].base;
		enum way way;

		memset(frame, 0, sizeof(frame));
		memcpy(frame, bases[b].bytes, bases[b].len);
		apply(&cases[i].poke[0]);
		apply(&cases[i].poke[1]);
		make_sums(b);
		apply(&cases[i].spoil);
		way = receive(img, (size_t)((int)bases[b].len - cases[i].cut));
		CHECK(way == cases[i].want, "%s: %s", cases[i].about, way_text(way));
	}
}

/* An answer's frame: addresses and ports turned, lengths and sums right. */
static void
check_answer4(const struct image *img)
{
	const struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(frame + VERSION);
	const struct rte_udp_hdr *udp = (const struct rte_udp_hdr *)(ip + 1);

	memset(frame, 0, sizeof(frame));
	memcpy(frame, bases[U4].bytes, bases[U4].len);
	make_sums(U4);
	receive(img, bases[U4].len);
	CHECK(memcmp(frame, "\2\0\0\0\0\1\2\0\0\0\0\2", 12) == 0, "MACs turned");
	CHECK(memcmp(&ip->src_addr, "\306\22\0\2\306\22\0\1", 8) == 0, "addresses turned");
	CHECK(memcmp(vec.client[0], "\0\0\0\0\0\0\0\0\0\0\xff\xff\306\22\0\1", 16) == 0, "client");
	CHECK(udp->src_port == htons(53) && udp->dst_port == htons(40000), "ports turned");
	CHECK(mbuf.data_len == 14 + 20 + 8 + 26 + 32 && mbuf.pkt_len == mbuf.data_len, "frame");
	CHECK(ip->total_length == htons(20 + 8 + 58) && udp->dgram_len == htons(66), "lengths");
	CHECK(ip->time_to_live == 64 && mbuf.ol_flags == 0, "TTL; no flag of the receiving side");
	CHECK(rte_raw_cksum(ip, 20) == 0xffff, "IP sum");
	CHECK(rte_ipv4_udptcp_cksum(ip, udp) == 0xffff, "UDP sum");
}

static void
check_answer6(const struct image *img)
{
	const struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)(frame + VERSION);

	memset(frame, 0, sizeof(frame));
	memcpy(frame, bases[U6].bytes, bases[U6].len);
	make_sums(U6);
	receive(img, bases[U6].len);
	CHECK(memcmp(ip->src_addr, TO6 FROM6, 32) == 0, "IPv6 addresses turned");
	CHECK(memcmp(vec.client[0], FROM6, 16) == 0, "IPv6 client");
	CHECK(ip->payload_len == htons(66) && mbuf.data_len == 14 + 40 + 66, "IPv6 lengths");
	CHECK(rte_ipv6_udptcp_cksum(ip, ip + 1) == 0xffff, "IPv6 UDP sum");
}

static void
check_local(const struct image *img)
{
	const struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)(frame + VERSION);

	memset(frame, 0, sizeof(frame));
	memcpy(frame, bases[ARP].bytes, bases[ARP].len);
	receive(img, bases[ARP].len);
	CHECK(memcmp(frame, "\2\0\0\0\0\1\2\0\0\0\0\2", 12) == 0 &&
		  memcmp(frame + 20, "\0\2\2\0\0\0\0\2\306\22\0\2\2\0\0\0\0\1\306\22\0\1", 22) == 0,
	    "ARP reply says that we are at our MAC");
	memset(frame, 0, sizeof(frame));
	memcpy(frame, bases[SOLICIT].bytes, bases[SOLICIT].len);
	make_sums(SOLICIT);
	receive(img, bases[SOLICIT].len);
	CHECK(memcmp(ip->src_addr, TO6 FROM6, 32) == 0 && frame[UDP6] == 136 &&
		  memcmp(frame + UDP6 + 24, "\2\1\2\0\0\0\0\2", 8) == 0,
	    "neighbour advertisement with our MAC");
	CHECK(rte_ipv6_udptcp_cksum(ip, ip + 1) == 0, "its sum");
}

/* Answers of every length parity, and every ID: no sum is ever wrong, and none is sent as 0. */
static void
check_sums(const struct image *img)
{
	const struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(frame + VERSION);
	const struct rte_udp_hdr *udp = (const struct rte_udp_hdr *)(ip + 1);
	unsigned wrong = 0, zero = 0, all_ones = 0;

	for (unsigned k = 0; k < 2 * 65536; k++) {
		unsigned id = k / 2;

		memcpy(frame, bases[U4].bytes, bases[U4].len);
		frame[UDP4 + 8] = (uint8_t)(id >> 8);
		frame[UDP4 + 9] = (uint8_t)id;
		port.check_checksum = k & 1; /* then the sum is made from the query's */
		make_sums(U4);
		receive(img, bases[U4].len);
		wrong += frames.sum_known[0] != port.check_checksum;
		zero += udp->dgram_cksum == 0;
		all_ones += udp->dgram_cksum == 0xffff;
		wrong += rte_ipv4_udptcp_cksum(ip, udp) != 0xffff;
	}
	CHECK(wrong == 0 && zero == 0, "sums of all IDs: %u wrong, %u zero", wrong, zero);
	CHECK(all_ones > 0, "a sum of zero was among them");
	for (unsigned len = 1; len <= 9; len++) { /* unlisted: the answer is the question */
		unsigned dns = 12 + len + 2 + 4;

		memset(frame, 'x', sizeof(frame));
		memcpy(frame, bases[U4].bytes, UDP4 + 8 + 12);
		frame[TOTAL + 1] = (uint8_t)(28 + dns);
		frame[UDP4 + 5] = (uint8_t)(8 + dns);
		frame[UDP4 + 20] = (uint8_t)len;
		memcpy(frame + UDP4 + 20 + 1 + len, "\0\0\1\0\1", 5);
		make_sums(U4);
		receive(img, UDP4 + 8 + dns);
		CHECK(vec.way[0] == WAY_UNLISTED && rte_ipv4_udptcp_cksum(ip, udp) == 0xffff,
		    "%u bytes of DNS", dns);
	}
	port.check_checksum = true;
}

static void
check_unchecked(const struct image *img)
{
	port.check_checksum = false;
	memset(frame, 0, sizeof(frame));
	memcpy(frame, bases[U6].bytes, bases[U6].len);
	CHECK(receive(img, bases[U6].len) == WAY_UDP_CHECKSUM,
	    "no UDP sum over IPv6, on a port that checks none");
	memcpy(frame, bases[U4].bytes, bases[U4].len);
	frame[UDP4 + 6] = 0x77;
	CHECK(receive(img, bases[U4].len) == WAY_SINKHOLE, "a wrong sum, on such a port");
	port.check_checksum = true;
}

static void
check_chained(const struct image *img)
{
	memcpy(frame, bases[U4].bytes, bases[U4].len);
	make_sums(U4);
	segments = 2;
	CHECK(receive(img, bases[U4].len) == WAY_FRAME_CHAINED, "two segments");
	segments = 1;
	CHECK(receive(img, sizeof(frame) - VEC_SLACK) == WAY_SINKHOLE, "as long as may be");
	memcpy(frame, bases[U4].bytes, bases[U4].len);
	make_sums(U4);
	CHECK(receive(img, sizeof(frame) - VEC_SLACK + 1) == WAY_FRAME_LONG, "a byte longer");
}

/* Every truncation of a good frame ends in a named way, and none is answered. */
static void
check_truncations(const struct image *img)
{
	unsigned answered = 0, none = 0;

	for (enum base b = U4; b <= U6; b++)
		for (size_t len = 0; len < bases[b].len; len++) {
			enum way way;

			memset(frame, 0, sizeof(frame));
			memcpy(frame, bases[b].bytes, bases[b].len);
			make_sums(b);
			way = receive(img, len);
			answered += way >= WAY_ANSWERS;
			none += way == WAY_NONE;
		}
	CHECK(answered == 0 && none == 0, "truncations: %u answered, %u without a way", answered,
	    none);
}

int
main(void)
{
	struct image *img = world_new();

	CHECK(img != NULL, "image made");
	if (!img)
		return test_end();
	port.udp_port_be = htons(53);
	inet_pton(AF_INET, "198.18.0.2", &port.a[0]);
	inet_pton(AF_INET6, "2001:db8::2", &port.aaaa[0]);
	check_cases(img);
	check_answer4(img);
	check_answer6(img);
	check_local(img);
	check_sums(img);
	check_unchecked(img);
	check_chained(img);
	check_truncations(img);
	image_free(img);
	return test_end();
}
