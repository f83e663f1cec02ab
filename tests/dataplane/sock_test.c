/* Addresses, start and end, and UDP. */
#include "dataplane/sock_impl.h"

#include "base/err.h"
#include "tests/dataplane/sock_rig.h"
#include "tests/test.h"

#include <errno.h>

static const struct sock_options options = {
    .udp_threads = 2,
    .tcp_clients_max = 10,
    .tcp_client_max = 10,
    .tcp_idle_ms = 5000,
};

static const struct {
	const char *text;
	int rc, family;
	unsigned port;
	const char *host;
} addresses[] = {
    {"127.0.0.1:5300", 0, AF_INET, 5300, "127.0.0.1"},
    {"192.0.2.1", 0, AF_INET, 53, "192.0.2.1"},
    {"0.0.0.0:65535", 0, AF_INET, 65535, "0.0.0.0"},
    {"[::1]:5300", 0, AF_INET6, 5300, "::1"},
    {"[2001:db8::1]", 0, AF_INET6, 53, "2001:db8::1"},
    {"2001:db8::1", 0, AF_INET6, 53, "2001:db8::1"},
    {"::", 0, AF_INET6, 53, "::"},
    {"[fe80::1%lo]:1", 0, AF_INET6, 1, "fe80::1"},
    {"", -ERR_FORMAT, 0, 0, NULL},
    {":53", -ERR_FORMAT, 0, 0, NULL},
    {"127.0.0.1:", -ERR_FORMAT, 0, 0, NULL},
    {"127.0.0.1:0", -ERR_FORMAT, 0, 0, NULL},
    {"127.0.0.1:65536", -ERR_FORMAT, 0, 0, NULL},
    {"127.0.0.1:+53", -ERR_FORMAT, 0, 0, NULL},
    {"127.0.0.1: 53", -ERR_FORMAT, 0, 0, NULL},
    {"127.0.0.1:53x", -ERR_FORMAT, 0, 0, NULL},
    {"127.0.0.1:99999999999999999999", -ERR_FORMAT, 0, 0, NULL},
    {"127.1:53", -ERR_FORMAT, 0, 0, NULL},
    {"127.0.0.1%lo:53", -ERR_FORMAT, 0, 0, NULL},
    {"localhost:53", -ERR_FORMAT, 0, 0, NULL},
    {"[127.0.0.1]:53", -ERR_FORMAT, 0, 0, NULL},
    {"[::1", -ERR_FORMAT, 0, 0, NULL},
    {"[::1]53", -ERR_FORMAT, 0, 0, NULL},
    {"[::1]x:53", -ERR_FORMAT, 0, 0, NULL},
    {"[fe80::1%nosuchlink0]:1", -ERR_FORMAT, 0, 0, NULL},
    {"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001]", -ERR_FORMAT, 0, 0,
	NULL},
};

static bool
is_address(const struct sock_address *a, int family, unsigned port, const char *host)
{
	char text[INET6_ADDRSTRLEN];
	bool v4 = family == AF_INET;

	inet_ntop(
	    family, v4 ? (const void *)&a->in.sin_addr : &a->in6.sin6_addr, text, sizeof(text));
	return a->sa.sa_family == family && strcmp(text, host) == 0 &&
	       ntohs(v4 ? a->in.sin_port : a->in6.sin6_port) == port &&
	       a->len == (v4 ? sizeof(a->in) : sizeof(a->in6));
}

static void
test_addresses(void)
{
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct sock_address a;
		int rc = sock_address_parse(&a, addresses[i].text);

		CHECK(rc == addresses[i].rc && (rc || is_address(&a, addresses[i].family,
							  addresses[i].port, addresses[i].host)),
		    "address '%s': %d", addresses[i].text, rc);
	}
}

/* Whether starting on these two fails so, at the second. */
static bool
is_refused(struct rig *r, const char *second, int want, struct sock_options o)
{
	const char *where = NULL, *listen[2] = {"127.0.0.1", second};
	struct sock *s = NULL;
	char first[32];
	int rc;

	snprintf(first, sizeof(first), "127.0.0.1:%u", rig_port());
	listen[0] = first;
	o.listen = listen;
	o.listen_n = 2;
	o.reader_id = 8;
	rc = sock_start(&s, &o, &r->p, &where);
	return rc == want && !s && where == listen[1];
}

static void
test_start(void)
{
	struct sock_options o = options;
	const char *where;
	struct sock *s;
	struct rig r;

	CHECK(rig_start(&r, "127.0.0.1", "::1", options) == 0, "two addresses");
	CHECK(is_refused(&r, r.at[0], -EADDRINUSE, options), "an address that is in use is named");
	CHECK(is_refused(&r, r.at[1], -EADDRINUSE, options), "an IPv6 address likewise");
	CHECK(is_refused(&r, "192.0.2.1:5300", -EADDRNOTAVAIL, options), "one that is not here");
	CHECK(is_refused(&r, "nowhere", -ERR_FORMAT, options), "one that is none");
	o.udp_threads = 17;
	CHECK(sock_start(&s, &o, &r.p, &where) == -ERR_RANGE, "too many threads");
	rig_stop(&r);
}

/* Sends n queries before it reads any answer; 1 when every ID comes back once. */
static bool
is_burst_answered(const struct rig *r, const char *to, unsigned n)
{
	int fd = rig_connect(r, SOCK_DGRAM, to, NULL);
	bool seen[256] = {0};
	uint8_t b[2048];
	unsigned left = n;

	for (unsigned i = 0; i < n; i++) {
		rig_query(b, i);
		if (send(fd, b, RIG_QUERY, 0) != RIG_QUERY)
			perror("send");
	}
	while (left > 0 && rig_is_readable(fd, RIG_WAIT_MS)) {
		ssize_t len = recv(fd, b, sizeof(b), 0);

		if (len < RIG_QUERY || !(b[2] & 0x80) || b[7] != 2 || b[0] || seen[b[1]])
			break;
		seen[b[1]] = true;
		left--;
	}
	close(fd);
	return left == 0;
}

static bool
is_udp_answered(int fd, const uint8_t *query, size_t len)
{
	uint8_t b[2048];

	if (send(fd, query, len, 0) != (ssize_t)len)
		perror("send");
	return rig_is_readable(fd, RIG_NONE_MS) && recv(fd, b, sizeof(b), 0) > 0;
}

static void
test_udp(void)
{
	struct counters c;
	struct rig r;
	uint8_t b[4000] = {0};
	int fd;

	rig_start(&r, "127.0.0.1", "::1", options);
	CHECK(is_burst_answered(&r, "127.0.0.1", 1), "one query");
	CHECK(is_burst_answered(&r, "127.0.0.1", 200), "200 queries over IPv4");
	CHECK(is_burst_answered(&r, "::1", 200), "200 queries over IPv6");
	fd = rig_connect(&r, SOCK_DGRAM, "127.0.0.1", NULL);
	rig_query(b, 7);
	CHECK(!is_udp_answered(fd, b, 2049), "longer than the buffer: no answer");
	CHECK(!is_udp_answered(fd, b, 0), "empty: no answer");
	CHECK(is_udp_answered(fd, b, RIG_QUERY), "the same socket goes on");
	close(fd);
	c = rig_counters(&r);
	CHECK(count_get(&c.udp) == 204 && count_get(&c.udp6) == 200, "messages are counted");
	CHECK(count_get(&c.way[WAY_SINKHOLE]) == 402 && count_get(&c.way[WAY_UDP_LENGTH]) == 1 &&
		  count_get(&c.way[WAY_DNS_SHORT]) == 1,
	    "ways are counted");
	CHECK(count_get(&c.bursts) > 0 && count_get(&c.bursts) <= 404, "bursts are counted");
	rig_stop(&r);
}

/* A connected socket takes an answer only from the address that it asked. */
static void
test_wildcard(void)
{
	struct rig r;

	CHECK(rig_start(&r, "0.0.0.0", "::", options) == 0, "both wildcards on one port");
	CHECK(is_burst_answered(&r, "127.0.0.1", 40), "127.0.0.1 answers for itself");
	CHECK(is_burst_answered(&r, "127.0.0.2", 40), "127.0.0.2 answers for itself");
	CHECK(is_burst_answered(&r, "::1", 40), "::1 answers for itself");
	rig_stop(&r);
}

/* A broadcast on loopback reaches a wildcard socket; it must not be reflected. */
static void
test_broadcast(void)
{
	union rig_address to;
	struct counters c;
	struct rig r;
	uint8_t b[RIG_QUERY];
	int fd, on = 1;

	rig_start(&r, "0.0.0.0", "::", options);
	to = rig_address("127.255.255.255", r.port);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	rig_query(b, 1);
	sendto(fd, b, sizeof(b), 0, &to.sa, sizeof(to.in));
	CHECK(!rig_is_readable(fd, RIG_NONE_MS), "a broadcast is not answered");
	c = rig_counters(&r);
	CHECK(count_get(&c.way[WAY_NOT_OUR_ADDRESS]) == count_get(&c.udp), "but counted");
	close(fd);
	rig_stop(&r);
}

int
main(void)
{
	test_addresses();
	test_start();
	test_udp();
	test_wildcard();
	test_broadcast();
	return test_end();
}
