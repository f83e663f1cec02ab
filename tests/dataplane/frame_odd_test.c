/* Queries behind VLAN tags, IPv4 options and IPv6 extension headers: which are answered, with what
 * frame, and how the others are counted. */
#include "dataplane/engine.h"
#include "dataplane/frame_odd.h"
#include "dataplane/local.h"
#include "tests/dataplane/world.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>

#define MACS   "\2\0\0\0\0\2\2\0\0\0\0\1"
#define QUERY  "\x12\x34\1\0\0\1\0\0\0\0\0\0\4sink\3com\0\0\1\0\1"
#define PORTS  "\x9c\x40\0\x35\0\0\0\0"
#define ADDRS4 "\306\22\0\1\306\22\0\2"
#define ADDRS6 " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\1 \1\r\270\0\0\0\0\0\0\0\0\0\0\0\2"
#define TAG7   "\x81\0\x60\7"
#define TAG9   "\x81\0\0\x9"
#define PAD8   "\0\1\4\0\0\0\0" /* of a header of 8 bytes, behind its type */
#define DST6   "\x3c"
#define UDP6   "\x11"
#define W(s)                     \
	{                        \
		s, sizeof(s) - 1 \
	}

struct bytes {
	const char *at;
	size_t n;
};

/* Version 4: middle is options, padded to words here.  Version 6: the extension headers, whose
 * first one has the type first. */
struct form {
	const char *about;
	struct bytes tags;
	uint8_t version, first;
	struct bytes middle;
	enum way want;
};

static const struct form forms[] = {
    {"no tag", W(""), 4, 0, W(""), WAY_SINKHOLE},
    {"a VLAN of the list", W(TAG7), 4, 0, W(""), WAY_SINKHOLE},
    {"a VLAN over IPv6", W(TAG7), 6, 17, W(""), WAY_SINKHOLE},
    {"another VLAN", W(TAG9), 4, 0, W(""), WAY_VLAN},
    {"802.1ad outside", W("\x88\xa8\0\7" TAG9), 4, 0, W(""), WAY_SINKHOLE},
    {"0x9100 outside", W("\x91\0\0\7" TAG9), 6, 17, W(""), WAY_SINKHOLE},
    {"the list's VLAN inside only", W("\x88\xa8\0\x9" TAG7), 4, 0, W(""), WAY_VLAN},
    {"three tags", W(TAG7 TAG7 TAG7), 4, 0, W(""), WAY_VLAN},
    {"no operations", W(""), 4, 0, W("\1\1\1"), WAY_SINKHOLE},
    {"record route", W(""), 4, 0, W("\7\7\4\0\0\0\0"), WAY_SINKHOLE},
    {"record route in a VLAN", W(TAG7), 4, 0, W("\7\7\4\0\0\0\0"), WAY_SINKHOLE},
    {"timestamps, 40 bytes", W(""), 4, 0, W("\x44\x28\5\0" PAD8 PAD8 PAD8 PAD8 PAD8 "\0"),
	WAY_SINKHOLE},
    {"router alert", W(""), 4, 0, W("\x94\4\0\0"), WAY_SINKHOLE},
    {"bytes behind the end", W(""), 4, 0, W("\0\x83\0\xff"), WAY_SINKHOLE},
    {"loose source route", W(""), 4, 0, W("\x83\7\4\1\2\3\4"), WAY_IP_ROUTE},
    {"strict source route", W(""), 4, 0, W("\1\x89\7\4\1\2\3\4"), WAY_IP_ROUTE},
    {"an option of no length", W(""), 4, 0, W("\7\0\0\0"), WAY_IP_OPTIONS},
    {"an option of length 1", W(""), 4, 0, W("\7\1\0\0"), WAY_IP_OPTIONS},
    {"an option beyond the header", W(""), 4, 0, W("\7\5\4\0"), WAY_IP_OPTIONS},
    {"an option cut before its length", W(""), 4, 0, W("\1\1\1\7"), WAY_IP_OPTIONS},
    {"hop-by-hop, padding", W(""), 6, 0, W(UDP6 PAD8), WAY_SINKHOLE},
    {"hop-by-hop, router alert", W(""), 6, 0, W(UDP6 "\0\5\2\0\0\1\0"), WAY_SINKHOLE},
    {"destination options", W(""), 6, 60, W(UDP6 "\0\0\0\0\0\0\0"), WAY_SINKHOLE},
    {"both, and another, in a VLAN", W(TAG7), 6, 0, W(DST6 PAD8 DST6 PAD8 UDP6 PAD8), WAY_SINKHOLE},
    {"an unknown option to skip", W(""), 6, 60, W(UDP6 "\0\x1e\4\1\2\3\4"), WAY_SINKHOLE},
    {"an unknown option to drop", W(""), 6, 60, W(UDP6 "\0\x5e\4\1\2\3\4"), WAY_IP_OPTIONS},
    {"an unknown option to report", W(""), 6, 60, W(UDP6 "\0\xde\4\1\2\3\4"), WAY_IP_OPTIONS},
    {"an option beyond its header", W(""), 6, 60, W(UDP6 "\0\1\5\0\0\0\0"), WAY_IP_OPTIONS},
    {"a header beyond the packet", W(""), 6, 60, W(UDP6 "\x20\1\4\0\0\0\0"), WAY_IP_OPTIONS},
    {"hop-by-hop in second place", W(""), 6, 60, W("\0" PAD8 UDP6 PAD8), WAY_IP_OPTIONS},
    {"8 headers", W(""), 6, 60,
	W(DST6 PAD8 DST6 PAD8 DST6 PAD8 DST6 PAD8 DST6 PAD8 DST6 PAD8 DST6 PAD8 UDP6 PAD8),
	WAY_SINKHOLE},
    {"9 headers", W(""), 6, 60,
	W(DST6 PAD8 DST6 PAD8 DST6 PAD8 DST6 PAD8 DST6 PAD8 DST6 PAD8 DST6 PAD8 DST6 PAD8 UDP6
		PAD8),
	WAY_IP_OPTIONS},
    {"routing header 0", W(""), 6, 43, W(UDP6 "\0\0\1\0\0\0\0"), WAY_IP_ROUTE},
    {"routing header 0, used up", W(""), 6, 43, W(UDP6 "\0\0\0\0\0\0\0"), WAY_IP_ROUTE},
    {"a fragment", W(""), 6, 44, W(UDP6 "\0\0\1\0\0\0\1"), WAY_IP_FRAGMENT},
    {"a fragment with DNS behind options", W(""), 6, 0, W("\x2c" PAD8 UDP6 "\0\0\1\0\0\0\1"),
	WAY_IP_FRAGMENT},
    {"ICMP behind options", W(""), 6, 0, W("\x3a" PAD8), WAY_ICMP},
    {"ESP", W(""), 6, 50, W(UDP6 PAD8), WAY_PROTOCOL},
    {"no next header", W(""), 6, 0, W("\x3b" PAD8), WAY_PROTOCOL},
};

static uint8_t frame[2048 + VEC_SLACK];
static struct rte_mbuf mbuf;
static struct vec vec;
static struct frames frames;
static struct counters counters;
static struct engine engine = {.counters = &counters, .day = WORLD_DAY};
static struct frame_port port = {
    .mac = {2, 0, 0, 0, 0, 2}, .check_checksum = true, .a_n = 1, .aaaa_n = 1};

static size_t
add(size_t at, const void *bytes, size_t n)
{
	memcpy(frame + at, bytes, n);
	return at + n;
}

/* The UDP header's sum, as if it followed the IP header at once. */
static uint16_t
udp_sum(const struct form *f, const void *ip, const struct rte_udp_hdr *udp)
{
	struct rte_ipv6_hdr flat = {.proto = 17, .payload_len = udp->dgram_len};

	if (f->version == 4)
		return rte_ipv4_udptcp_cksum(ip, udp);
	memcpy(flat.src_addr, ADDRS6, 32);
	return rte_ipv6_udptcp_cksum(&flat, udp);
}

static size_t
make(const struct form *f)
{
	size_t l3, l4, end, words = (f->middle.n + 3) / 4;
	struct rte_udp_hdr *udp;

	memset(frame, 0, sizeof(frame));
	l3 = add(add(0, MACS, 12), f->tags.at, f->tags.n);
	l3 = add(l3, f->version == 4 ? "\x08\0" : "\x86\xdd", 2);
	l4 = add(l3 + (f->version == 4 ? 12 : 8), f->version == 4 ? ADDRS4 : ADDRS6,
	    f->version == 4 ? 8 : 32);
	l4 = add(l4, f->middle.at, f->middle.n);
	if (f->version == 4)
		l4 = l3 + 20 + 4 * words;
	end = add(add(l4, PORTS, 8), QUERY, sizeof(QUERY) - 1);
	udp = (struct rte_udp_hdr *)(frame + l4);
	udp->dgram_len = htons((uint16_t)(end - l4));
	if (f->version == 4) {
		struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(frame + l3);

		ip->version_ihl = (uint8_t)(0x45 + words);
		ip->total_length = htons((uint16_t)(end - l3));
		ip->time_to_live = 9;
		ip->next_proto_id = 17;
		ip->hdr_checksum = rte_ipv4_cksum(ip);
	} else {
		struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)(frame + l3);

		ip->vtc_flow = htonl(0x60000000);
		ip->proto = f->first;
		ip->payload_len = htons((uint16_t)(end - l3 - 40));
	}
	udp->dgram_cksum = udp_sum(f, frame + l3, udp);
	return end;
}

static enum way
receive(const struct image *img, size_t len)
{
	mbuf = (struct rte_mbuf){.buf_addr = frame, .buf_len = sizeof(frame), .nb_segs = 1};
	mbuf.data_len = (uint16_t)len;
	mbuf.pkt_len = (uint32_t)len;
	frames.mbuf[0] = &mbuf;
	frame_port_ready(&port);
	frame_parse(&port, &frames, &vec, 1);
	frame_clients(&frames, &vec);
	engine_answer(&engine, img, &vec);
	frame_turn(&frames, &vec);
	return vec.way[0];
}

/* What the answer's frame must be, whatever the query's had in the middle. */
static void
check_answer(const struct form *f)
{
	const uint8_t *at = rte_pktmbuf_mtod(&mbuf, const uint8_t *);
	const uint8_t *l3 = at + 14 + f->tags.n;
	const struct rte_ipv4_hdr *ip = (const void *)l3;
	const struct rte_ipv6_hdr *ip6 = (const void *)l3;
	unsigned head = 14 + (unsigned)f->tags.n, l4 = f->version == 4 ? 20 : 40;

	CHECK(memcmp(vec.client[0] + (f->version == 4 ? 12 : 0), f->version == 4 ? ADDRS4 : ADDRS6,
		  f->version == 4 ? 4 : 16) == 0,
	    "%s: client", f->about);
	CHECK(memcmp(at, "\2\0\0\0\0\1\2\0\0\0\0\2", 12) == 0 &&
		  memcmp(at + 12, f->tags.at, f->tags.n) == 0,
	    "%s: MACs turned, tags as they came", f->about);
	CHECK(mbuf.data_len == head + l4 + 8 + 26 + 32 && mbuf.pkt_len == mbuf.data_len,
	    "%s: %u bytes", f->about, mbuf.data_len);
	if (f->version == 4)
		CHECK(ip->version_ihl == 0x45 && rte_raw_cksum(ip, 20) == 0xffff &&
			  rte_ipv4_udptcp_cksum(ip, ip + 1) == 0xffff,
		    "%s: IPv4 header and sums", f->about);
	else
		CHECK(ip6->proto == 17 && ip6->payload_len == htons(66) &&
			  rte_ipv6_udptcp_cksum(ip6, ip6 + 1) == 0xffff,
		    "%s: IPv6 header and sum", f->about);
}

static void
check_forms(const struct image *img)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		enum way way = receive(img, make(&forms[i]));

		CHECK(way == forms[i].want, "%s: %s", forms[i].about, way_text(way));
		if (way > WAY_ANSWERS && way == forms[i].want)
			check_answer(&forms[i]);
	}
}

/* No truncation of any of them is answered, and each has a way. */
static void
check_truncations(const struct image *img)
{
	unsigned answered = 0, none = 0;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		for (size_t cut = 1, len = make(&forms[i]); cut <= len; cut++) {
			enum way way;

			make(&forms[i]);
			way = receive(img, len - cut);
			answered += way >= WAY_ANSWERS;
			none += way == WAY_NONE;
		}
	CHECK(answered == 0 && none == 0, "truncations: %u answered, %u without a way", answered,
	    none);
}

static void
check_any(const struct image *img)
{
	const struct form f = {"any VLAN", W(TAG9), 4, 0, W(""), WAY_SINKHOLE};
	static const char request[] =
	    "\xff\xff\xff\xff\xff\xff\2\0\0\0\0\1" TAG9 "\x08\6\0\1"
	    "\x08\0\6\4\0\1\2\0\0\0\0\1\306\22\0\1\0\0\0\0\0\0\306\22\0\2";

	memset(port.vlan, 0xff, sizeof(port.vlan));
	CHECK(receive(img, make(&f)) == WAY_SINKHOLE, "any VLAN");
	memcpy(frame, request, sizeof(request));
	CHECK(receive(img, sizeof(request) - 1) == WAY_LOCAL &&
		  local_answer(&port, &mbuf) == WAY_LOCAL &&
		  memcmp(frame, "\2\0\0\0\0\1\2\0\0\0\0\2" TAG9 "\x08\6", 18) == 0 &&
		  memcmp(frame + 24, "\0\2\2\0\0\0\0\2\306\22\0\2", 12) == 0,
	    "ARP in a VLAN is answered there");
	port.any_address = true;
	make(&f);
	memcpy(frame + 4 + 14 + 12, frame + 4 + 14 + 16, 4);
	port.check_checksum = false;
	port.a_n = 0;
	CHECK(receive(img, 100) == WAY_IP_SOURCE, "any address: from where it goes");
	memset(frame + 4 + 14 + 16, 0xff, 4);
	memcpy(frame + 4 + 14 + 12, ADDRS4, 4);
	CHECK(receive(img, 100) == WAY_NOT_OUR_ADDRESS, "any address: to broadcast");
}

int
main(void)
{
	struct image *img = world_new();

	CHECK(img != NULL, "image made");
	if (!img)
		return test_end();
	port.udp_port_be = htons(53);
	port.vlan[0] = 1 << 7;
	inet_pton(AF_INET, "198.18.0.2", &port.a[0]);
	inet_pton(AF_INET6, "2001:db8::2", &port.aaaa[0]);
	check_forms(img);
	check_truncations(img);
	check_any(img);
	image_free(img);
	return test_end();
}
