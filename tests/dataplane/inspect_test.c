#include "dataplane/inspect.h"

#include "dataplane/engine.h"
#include "tests/dataplane/world.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_tcp.h>

#define FRAME_MAX 2048
#define IP        14
#define TCP       (IP + 20)
#define DNS       (TCP + 32 + 2) /* behind 12 bytes of options and the length prefix */
#define QUERY_LEN 26
#define SEQ       0x01020304u
#define ACK       0x0a0b0c0du

static const uint8_t head[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,
    /* IPv4 */ 0x45, 0, 0, 20 + 32 + 2 + QUERY_LEN, 0, 1, 0x40, 0, 64, 6, 0, 0, 198, 18, 0, 1, 198,
    18, 0, 3,
    /* TCP */ 0x9c, 0x40, 0, 53, 1, 2, 3, 4, 10, 11, 12, 13, 0x80, 0x18, 2, 0, 0, 0, 0, 0,
    /* options: one that nobody knows, times */ 30, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9};
static const uint8_t query[QUERY_LEN] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\4sink\3com\0\0\1\0\1";

/* An answered query is one for sink.com; others differ from it in one place. */
static const struct {
	const char *about;
	unsigned at;
	uint8_t byte;
	int cut; /* bytes that the segment ends early, its IP length too */
	bool spoil, want;
} cases[] = {
    {"a query", 0, 2, 0, false, true},
    {"with FIN", TCP + 13, 0x19, 0, false, true},
    {"another port", TCP + 3, 54, 0, false, false},
    {"with SYN", TCP + 13, 0x1a, 0, false, false},
    {"with RST", TCP + 13, 0x1c, 0, false, false},
    {"without ACK", TCP + 13, 0x08, 0, false, false},
    {"a header of 16 bytes", TCP + 12, 0x40, 0, false, false},
    {"a header longer than the segment", TCP + 12, 0xf0, 28, false, false},
    {"the prefix says more than there is", DNS - 1, QUERY_LEN + 1, 0, false, false},
    {"the prefix says less: another query behind it", DNS - 1, QUERY_LEN - 1, 0, false, false},
    {"the first part of a query", 0, 2, 5, false, false},
    {"no payload", 0, 2, QUERY_LEN + 2, false, false},
    {"a wrong sum", 0, 2, 0, true, false},
    {"an unlisted name", DNS + 14, 'a', 0, false, false},
    {"an IPv4 option", IP, 0x46, 0, false, false},
    {"a fragment's protocol is not looked at: UDP", IP + 9, 17, 0, false, false},
};

static uint8_t bytes[FRAME_MAX + VEC_SLACK], reset_bytes[FRAME_MAX];
static struct rte_mbuf mbuf, reset;
static struct frames frames;
static struct vec vec;
static struct inspected in;
static struct counters counters;
static struct engine engine = {.counters = &counters, .day = WORLD_DAY, .screen = SCREEN_INLINE};
static struct frame_port port = {.any_address = true, .check_checksum = true};

static void
make(size_t k)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(bytes + IP);
	struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)(bytes + TCP);

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, head, sizeof(head));
	bytes[DNS - 1] = QUERY_LEN;
	memcpy(bytes + DNS, query, QUERY_LEN);
	bytes[cases[k].at] = cases[k].byte;
	ip->total_length = htons((uint16_t)(20 + 32 + 2 + QUERY_LEN - cases[k].cut));
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	tcp->cksum = (uint16_t)(rte_ipv4_udptcp_cksum(ip, tcp) ^ (cases[k].spoil ? 0x10 : 0));
}

static void
receive(const struct image *img, size_t k)
{
	struct rte_mbuf *spare = &reset;

	reset = (struct rte_mbuf){.buf_addr = reset_bytes, .buf_len = sizeof(reset_bytes)};
	make(k);
	mbuf = (struct rte_mbuf){.buf_addr = bytes, .buf_len = sizeof(bytes), .nb_segs = 1};
	mbuf.data_len = (uint16_t)(DNS + QUERY_LEN - cases[k].cut);
	mbuf.pkt_len = mbuf.data_len;
	frames.mbuf[0] = &mbuf;
	frame_parse(&port, &frames, &vec, 1);
	inspect_parse(&port, &frames, &vec, &in);
	engine_answer(&engine, img, &vec);
	inspect_turn(&frames, &vec, &in, &spare, inspect_answers(&vec, &in));
}

static void
check_answer(void)
{
	const struct rte_ipv4_hdr *ip = (const struct rte_ipv4_hdr *)(bytes + IP);
	const struct rte_tcp_hdr *tcp = (const struct rte_tcp_hdr *)(bytes + TCP);

	CHECK(memcmp(bytes, "\2\0\0\0\0\1\2\0\0\0\0\2", 12) == 0, "MACs turned");
	CHECK(memcmp(&ip->src_addr, "\306\22\0\3\306\22\0\1", 8) == 0, "addresses turned");
	CHECK(tcp->src_port == htons(53) && tcp->dst_port == htons(40000), "ports turned");
	CHECK(ntohl(tcp->sent_seq) == ACK, "our bytes begin where the client expects them");
	CHECK(ntohl(tcp->recv_ack) == SEQ + 2 + QUERY_LEN, "its query is acknowledged");
	CHECK(tcp->tcp_flags == (RTE_TCP_ACK_FLAG | RTE_TCP_PSH_FLAG | RTE_TCP_FIN_FLAG), "flags");
	CHECK(memcmp(bytes + TCP + 20, "\1\1\10\12\0\0\0\11\0\0\0\7", 12) == 0,
	    "times swapped, the rest padding");
	CHECK(bytes[DNS - 2] == 0 && bytes[DNS - 1] == vec.len[0], "length prefix");
	CHECK(mbuf.data_len == DNS + vec.len[0] && ntohs(ip->total_length) == mbuf.data_len - IP,
	    "lengths");
	CHECK(rte_raw_cksum(ip, 20) == 0xffff && rte_ipv4_udptcp_cksum(ip, tcp) == 0, "sums");
	CHECK(vec.way[0] == WAY_LOCAL, "is sent as it is");
}

static void
check_reset(void)
{
	const struct rte_ipv4_hdr *ip = (const struct rte_ipv4_hdr *)(reset_bytes + IP);
	const struct rte_tcp_hdr *tcp = (const struct rte_tcp_hdr *)(reset_bytes + TCP);

	CHECK(memcmp(reset_bytes, head, IP) == 0, "reset: the client's MACs");
	CHECK(memcmp(&ip->src_addr, "\306\22\0\1\306\22\0\3", 8) == 0, "its addresses");
	CHECK(tcp->src_port == htons(40000) && tcp->dst_port == htons(53), "its ports");
	CHECK(ntohl(tcp->sent_seq) == SEQ && ntohl(tcp->recv_ack) == ACK, "as the query was");
	CHECK(tcp->tcp_flags == (RTE_TCP_RST_FLAG | RTE_TCP_ACK_FLAG), "flags");
	CHECK(reset.data_len == TCP + 20 && ip->total_length == htons(40), "no option, no data");
	CHECK(rte_raw_cksum(ip, 20) == 0xffff && rte_ipv4_udptcp_cksum(ip, tcp) == 0, "sums");
}

int
main(void)
{
	struct image *img = world_new();

	port.udp_port_be = htons(53);
	frame_port_ready(&port);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		bool answered;

		receive(img, k);
		answered = vec.way[0] >= WAY_ANSWERS;
		CHECK(answered == cases[k].want, "%s: %s", cases[k].about, way_text(vec.way[0]));
	}
	receive(img, 1);
	CHECK(ntohl(((const struct rte_tcp_hdr *)(bytes + TCP))->recv_ack) == SEQ + 3 + QUERY_LEN,
	    "a FIN counts");
	receive(img, 0);
	check_answer();
	check_reset();
	image_free(img);
	return test_end();
}
