/* Which frames go to the kernel, and how many. */
#include "dataplane/exception.h"

#include "tests/test.h"

#include <rte_mbuf.h>
#include <stdlib.h>

#define SECOND_NS UINT64_C(1000000000)
#define START_MS  1000000
#define MACS      "\2\0\0\0\0\2\2\0\0\0\0\1"
#define IP4           \
	MACS "\x08\0" \
	     "\x45\0\0\x28\0\0\0\0\x40\6\0\0"
#define ARP4          \
	MACS "\x08\6" \
	     "\0\1\x08\0\6\4\0\2\2\0\0\0\0\1"
#define TAGGED4           \
	MACS "\x81\0\0\7" \
	     "\x08\0"     \
	     "\x45\0\0\x28\0\0\0\0\x40\6\0\0"
#define IP6             \
	MACS "\x86\xdd" \
	     "\x60\0\0\0\0\x14\6\x40"

static uint8_t room[VEC_MAX][128];
static struct rte_mbuf mbuf[VEC_MAX];
static struct frames frames;
static struct vec vec;

/* n lanes of one way, from the source whose bytes are given, the lane's number added to byte `vary`
 * of it. */
static void
fill(unsigned n, enum way way, const char *head, size_t head_len, const char *source, unsigned vary)
{
	vec.n = n;
	for (unsigned i = 0; i < n; i++) {
		memset(room[i], 0, sizeof(room[i]));
		memcpy(room[i], head, head_len);
		memcpy(room[i] + head_len, source, 16);
		room[i][head_len + vary] = (uint8_t)(room[i][head_len + vary] + i);
		mbuf[i] = (struct rte_mbuf){.buf_addr = room[i], .data_len = 64, .pkt_len = 64};
		frames.mbuf[i] = &mbuf[i];
		vec.way[i] = (uint8_t)way;
	}
}

static unsigned
count(enum way way)
{
	unsigned n = 0;

	for (unsigned i = 0; i < vec.n; i++)
		n += vec.way[i] == way;
	return n;
}

static const struct {
	const char *about;
	enum way way, want;
} ways[] = {
    {"TCP", WAY_PROTOCOL, WAY_TO_KERNEL},
    {"another UDP port", WAY_UDP_PORT, WAY_TO_KERNEL},
    {"an address of the kernel's", WAY_NOT_OUR_ADDRESS, WAY_TO_KERNEL},
    {"an ICMP error", WAY_ICMP, WAY_TO_KERNEL},
    {"an answer to the kernel's ARP", WAY_ARP, WAY_TO_KERNEL},
    {"DNS", WAY_NONE, WAY_NONE},
    {"what the responder answered", WAY_LOCAL, WAY_LOCAL},
    {"another's frame", WAY_NOT_OUR_MAC, WAY_NOT_OUR_MAC},
    {"to a group", WAY_GROUP_MAC, WAY_GROUP_MAC},
    {"a fragment", WAY_IP_FRAGMENT, WAY_IP_FRAGMENT},
    {"a wrong sum", WAY_IP_CHECKSUM, WAY_IP_CHECKSUM},
    {"our own address as source", WAY_IP_SOURCE, WAY_IP_SOURCE},
    {"a VLAN that the port does not take", WAY_VLAN, WAY_VLAN},
    {"too short", WAY_FRAME_SHORT, WAY_FRAME_SHORT},
};

static void
check_ways(struct exception_spent *s)
{
	struct exception x = {.limit = {.len4 = 24, .len6 = 56, .burst_ns = SECOND_NS}};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		fill(1, ways[i].way, IP4, sizeof(IP4) - 1, "\xc0\0\2\1\xc0\0\2\2\0\0\0\0\0\0\0\0",
		    3);
		exception_pick(&x, s, &frames, &vec, START_MS);
		CHECK(vec.way[0] == ways[i].want, "%s", ways[i].about);
	}
	fill(
	    VEC_MAX, WAY_PROTOCOL, IP4, sizeof(IP4) - 1, "\xc0\0\2\1\xc0\0\2\2\0\0\0\0\0\0\0\0", 2);
	exception_pick(&x, s, &frames, &vec, START_MS);
	CHECK(count(WAY_TO_KERNEL) == EXCEPTION_BURST, "no more than that of a burst");
	CHECK(count(WAY_KERNEL_LIMITED) == VEC_MAX - EXCEPTION_BURST, "the rest is counted");
}

#define HEAD(s) s, sizeof(s) - 1

/* 10 frames at once, 4 a second and network, 7 a second in all; the bucket of all holds one and
 * what it gives in a tenth of a second. */
static const struct {
	const char *about, *head;
	size_t head_len;
	const char *source;
	unsigned vary, rate, total;
	const char *exempt;
	unsigned want;
} limits[] = {
    {"one network", HEAD(IP4), "\xc0\0\2\1\xc0\0\2\2\0\0\0\0\0\0\0\0", 3, 4, 0, NULL, 4},
    {"many networks", HEAD(IP4), "\xc0\0\2\1\xc0\0\2\2\0\0\0\0\0\0\0\0", 2, 4, 0, NULL, 10},
    {"in a VLAN", HEAD(TAGGED4), "\xc0\0\2\1\xc0\0\2\2\0\0\0\0\0\0\0\0", 3, 4, 0, NULL, 4},
    {"ARP", HEAD(ARP4), "\xc0\0\2\1\0\0\0\0\0\0\xc0\0\2\2\0\0", 3, 4, 0, NULL, 4},
    {"ARP of many networks", HEAD(ARP4), "\xc0\0\2\1\0\0\0\0\0\0\xc0\0\2\2\0\0", 2, 4, 0, NULL, 10},
    {"one /56", HEAD(IP6), " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\1", 7, 4, 0, NULL, 4},
    {"many /56", HEAD(IP6), " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\1", 6, 4, 0, NULL, 10},
    {"in all", HEAD(IP4), "\xc0\0\2\1\xc0\0\2\2\0\0\0\0\0\0\0\0", 2, 0, 30, NULL, 4},
    {"exempt", HEAD(IP4), "\xc0\0\2\1\xc0\0\2\2\0\0\0\0\0\0\0\0", 3, 4, 30, "192.0.2.0/24", 10},
    {"exempt, IPv6", HEAD(IP6), "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 15, 4, 30, "fe80::/10", 10},
    {"another is exempt", HEAD(IP4), "\xc0\0\3\1\xc0\0\2\2\0\0\0\0\0\0\0\0", 3, 4, 0,
	"192.0.2.0/24", 4},
};

static void
check_limits(void)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct exception x = {.limit = {.len4 = 24, .len6 = 56, .burst_ns = SECOND_NS}};
		struct exception_spent s = {0};
		struct prefix p = {.value = 1};

		if (limiter_new(&s.limiter, 64) < 0)
			abort();
		if (limits[i].exempt &&
		    (prefix_parse(&p, limits[i].exempt) < 0 || prefixes_new(&x.exempt, &p, 1) < 0))
			abort();
		x.limit.cost_ns[LIMIT_POSITIVE] = limits[i].rate ? SECOND_NS / limits[i].rate : 0;
		x.total_cost_ns = limits[i].total ? SECOND_NS / limits[i].total : 0;
		fill(10, WAY_PROTOCOL, limits[i].head, limits[i].head_len, limits[i].source,
		    limits[i].vary);
		exception_pick(&x, &s, &frames, &vec, START_MS);
		CHECK(count(WAY_TO_KERNEL) == limits[i].want, "%s", limits[i].about);
		CHECK(count(WAY_KERNEL_LIMITED) == 10 - limits[i].want, "counted");
		exception_pick(&x, &s, &frames, &vec, START_MS + 60000);
		CHECK(count(WAY_TO_KERNEL) == limits[i].want, "a way that is decided stays");
		prefixes_free(x.exempt);
		limiter_free(s.limiter);
	}
}

int
main(void)
{
	struct exception_spent s = {0};

	if (limiter_new(&s.limiter, 64) < 0)
		abort();
	check_ways(&s);
	check_limits();
	limiter_free(s.limiter);
	return test_end();
}
