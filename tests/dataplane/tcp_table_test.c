#include "dataplane/tcp_table.h"

#include "tests/test.h"

#include <arpa/inet.h>
#include <stdlib.h>

static union {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
} from;

static const struct sockaddr *
client(const char *text)
{
	memset(&from, 0, sizeof(from));
	if (strchr(text, ':')) {
		from.sa.sa_family = AF_INET6;
		inet_pton(AF_INET6, text, &from.in6.sin6_addr);
	} else {
		from.sa.sa_family = AF_INET;
		inet_pton(AF_INET, text, &from.in.sin_addr);
	}
	return &from.sa;
}

static int
fd_of(const struct tcp_conn *c)
{
	return c ? c->fd : -1;
}

static void
test_order(void)
{
	struct tcp_table *t = NULL;
	struct tcp_conn *c[3];

	CHECK(tcp_table_new(&t, 3, 3, 1234567) == 0, "a table");
	CHECK(!tcp_table_oldest(t), "empty");
	for (int i = 0; i < 3; i++)
		c[i] = tcp_table_add(t, client("192.0.2.1"), 10 + i, i);
	CHECK(fd_of(tcp_table_oldest(t)) == 10 && tcp_table_n(t) == 3, "the first is the oldest");
	tcp_table_touch(t, c[0], 3);
	CHECK(fd_of(tcp_table_oldest(t)) == 11 && c[0]->active_ns == 3, "unless it was active");
	tcp_table_remove(t, c[1]);
	CHECK(fd_of(tcp_table_oldest(t)) == 12 && tcp_table_n(t) == 2, "or has gone");
	CHECK(c[1]->fd == -1, "a free slot can be told");
	CHECK(tcp_table_add(t, client("::1"), 13, 4) == c[1], "a slot is used again");
	CHECK(tcp_table_at(t, tcp_table_number(t, c[1])) == c[1] && c[1]->v6 && !c[0]->v6,
	    "number and connection belong together");
	tcp_table_free(t);
}

/* In this order into a table of 6, where a client may have 2. */
static const struct {
	const char *about, *from;
	int rival; /* fd, -1: none */
} arrivals[] = {
    {"IPv4", "192.0.2.1", -1},
    {"the same, its second", "192.0.2.1", -1},
    {"the same, its third", "192.0.2.1", 100},
    {"its neighbour", "192.0.2.2", -1},
    {"IPv6", "2001:db8::1", -1},
    {"the same /64", "2001:db8::2:0:0:1", -1},
    {"the same /64 again", "2001:db8::ffff", 104},
    {"another /64", "2001:db8:0:1::1", -1},
    {"the table is full", "2001:db8:0:2::1", 101},
    {"full, and the client's share too", "2001:db8:0:0:1::", 105},
    {"an IPv6 address that begins like a client's IPv4 address", "c000:0202::", 102},
};

static void
test_rivals(uint64_t key)
{
	struct tcp_table *t = NULL;

	tcp_table_new(&t, 6, 2, key);
	for (size_t i = 0; i < sizeof(arrivals) / sizeof(arrivals[0]); i++) {
		struct tcp_conn *rival = tcp_table_rival(t, client(arrivals[i].from));

		CHECK(fd_of(rival) == arrivals[i].rival, "%s: %d goes", arrivals[i].about,
		    fd_of(rival));
		if (rival)
			tcp_table_remove(t, rival);
		tcp_table_add(t, client(arrivals[i].from), 100 + (int)i, (int64_t)i);
	}
	tcp_table_free(t);
}

/* Buffers that a connection holds go with it: the leak checker looks. */
static void
test_buffers(void)
{
	struct tcp_table *t = NULL;
	struct tcp_conn *c;

	tcp_table_new(&t, 1, 1, 0);
	for (int i = 0; i < 3; i++) {
		c = tcp_table_add(t, client("192.0.2.1"), 5, 0);
		tcp_rest_keep(&c->rest, (const uint8_t *)"abc", 3);
		c->out.bytes = calloc(1, 16);
		if (i < 2)
			tcp_table_remove(t, c);
	}
	CHECK(tcp_table_n(t) == 1 && tcp_table_oldest(t) == c, "one slot serves three times");
	tcp_table_free(t);
	tcp_table_free(NULL);
}

int
main(void)
{
	test_order();
	test_rivals(0);
	test_rivals(0x9e3779b97f4a7c15);
	test_buffers();
	return test_end();
}
