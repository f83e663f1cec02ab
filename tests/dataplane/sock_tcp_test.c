/* TCP: framing on the wire, slow and silent clients, the end. */
#include "tests/dataplane/sock_rig.h"
#include "tests/test.h"

#include <errno.h>
#include <sched.h>

#define SHORT_MS 500 /* an idle time that a test can wait for */
#define FLOOD    20000
#define FRAME    (2 + RIG_QUERY)

static const struct sock_options options = {
    .udp_threads = 1,
    .tcp_clients_max = 100,
    .tcp_client_max = 100,
    .tcp_idle_ms = 60000,
};

static const struct sock_options short_options = {
    .udp_threads = 1,
    .tcp_clients_max = 100,
    .tcp_client_max = 100,
    .tcp_idle_ms = SHORT_MS,
};

static size_t
frames(uint8_t *out, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rig_frame(out + (size_t)i * FRAME, i);
	return (size_t)n * FRAME;
}

static bool
is_in_order(int fd, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (rig_answer(fd) != (int)i)
			return false;
	return true;
}

/* Three queries, cut in two at each byte, both pieces in packets of their own. */
static void
test_cuts(const struct rig *r, const char *to)
{
	int fd = rig_connect(r, SOCK_STREAM, to, NULL);
	uint8_t b[3 * FRAME];
	size_t len = frames(b, 3), cut;

	for (cut = 1; cut < len; cut++) {
		send(fd, b, cut, 0);
		sched_yield();
		send(fd, b + cut, len - cut, 0);
		if (!is_in_order(fd, 3))
			break;
	}
	CHECK(cut == len, "%s: cuts up to %zu of %zu", to, cut, len);
	close(fd);
}

static void
test_pipeline(const struct rig *r)
{
	static uint8_t b[1000 * FRAME];
	int fd = rig_connect(r, SOCK_STREAM, "127.0.0.1", NULL);

	for (unsigned i = 0; i < FRAME; i++) {
		frames(b, 1);
		send(fd, b + i, 1, 0);
	}
	CHECK(rig_answer(fd) == 0, "a query byte by byte");
	send(fd, b, frames(b, 1000), 0);
	shutdown(fd, SHUT_WR);
	CHECK(is_in_order(fd, 1000), "a thousand queries, then FIN: answered in order");
	CHECK(rig_is_closed(fd), "then closed");
	close(fd);
}

static const struct {
	const char *about;
	unsigned len;  /* prefix of what follows a good query */
	uint8_t third; /* byte of the message */
	bool closes;
} intruders[] = {
    {"no message", 0, 0, true},
    {"under a header", 11, 0, true},
    {"over the limit", 2049, 0, true},
    {"a response", RIG_QUERY, 0x80, true},
    {"a header alone", 12, 0, false},
    {"an update", RIG_QUERY, 0x28, false},
};

/* Good query, intruder, good query. */
static void
test_intruders(const struct rig *r)
{
	for (size_t i = 0; i < sizeof(intruders) / sizeof(intruders[0]); i++) {
		int fd = rig_connect(r, SOCK_STREAM, "127.0.0.1", NULL);
		uint8_t b[FRAME + 2 + 2049 + FRAME] = {0};
		size_t len = frames(b, 2);

		b[FRAME] = (uint8_t)(intruders[i].len >> 8);
		b[FRAME + 1] = (uint8_t)intruders[i].len;
		b[FRAME + 4] = intruders[i].third;
		len = FRAME + 2 + intruders[i].len;
		len += rig_frame(b + len, 2);
		send(fd, b, len, 0);
		CHECK(rig_answer(fd) == 0, "%s: the query before is answered", intruders[i].about);
		if (intruders[i].closes)
			CHECK(rig_is_closed(fd), "%s closes", intruders[i].about);
		else
			CHECK(rig_answer(fd) == -1 && rig_answer(fd) == 2, "%s is answered",
			    intruders[i].about);
		close(fd);
	}
}

static void
test_drop(const struct rig *r)
{
	static const uint8_t silent[] = "\0\33\0\1\1\0\0\1\0\0\0\0\0\0\6silent\2ws\0\0\1\0\1";
	int fd = rig_connect(r, SOCK_STREAM, "127.0.0.1", NULL);

	send(fd, silent, sizeof(silent) - 1, 0);
	CHECK(rig_is_served(fd, 5), "a dropped query: no answer, the next has one");
	close(fd);
}

static void
test_reset(const struct rig *r)
{
	const struct linger reset = {.l_onoff = 1};
	static uint8_t b[1000 * FRAME];

	for (unsigned i = 0; i < 20; i++) {
		int fd = rig_connect(r, SOCK_STREAM, "127.0.0.1", NULL);

		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		send(fd, b, frames(b, 1000), 0);
		close(fd);
	}
	CHECK(rig_is_clients(r, 0), "resets leave nothing behind");
}

static void
test_counters(void)
{
	struct counters c;
	struct rig r;
	int fd;

	rig_start(&r, "127.0.0.1", "::1", options);
	fd = rig_connect(&r, SOCK_STREAM, "127.0.0.1", NULL);
	CHECK(rig_is_served(fd, 1) && rig_is_served(fd, 2), "served");
	CHECK(sock_tcp_clients(r.s) == 1, "one client");
	close(fd);
	fd = rig_connect(&r, SOCK_STREAM, "::1", NULL);
	CHECK(rig_is_served(fd, 3), "served over IPv6");
	close(fd);
	CHECK(rig_is_clients(&r, 0), "no client");
	c = rig_counters(&r);
	CHECK(count_get(&c.tcp) == 2 && count_get(&c.tcp6) == 1 && count_get(&c.tx_unsent) == 0,
	    "messages are counted");
	rig_stop(&r);
}

/* As many bytes as go without reading; whole frames are not looked after. */
static size_t
send_until_full(int fd, const uint8_t *b, size_t len)
{
	size_t sent = 0;

	while (sent < len) {
		struct pollfd p = {.fd = fd, .events = POLLOUT};
		ssize_t n = send(fd, b + sent, len - sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0)
			sent += (size_t)n;
		else if (n < 0 && errno != EAGAIN)
			break;
		else if (poll(&p, 1, 200) <= 0)
			break;
	}
	return sent;
}

static void
send_more(int fd, const uint8_t *b, size_t len, size_t *sent)
{
	ssize_t n = send(fd, b + *sent, len - *sent, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n > 0)
		*sent += (size_t)n;
}

/* With buffers of a few kilobytes. */
static int
connect_narrow(const struct rig *r)
{
	union rig_address to = rig_address("127.0.0.1", r->port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), small = 4096;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	if (connect(fd, &to.sa, sizeof(to.in)) < 0)
		perror("connect");
	return fd;
}

/* Sends what the sockets take, and only then begins to read. */
static void
test_late_reader(void)
{
	static uint8_t b[FLOOD * FRAME];
	size_t len = frames(b, FLOOD), sent = 0;
	unsigned answered = 0;
	struct rig r;
	int fd;

	rig_start(&r, "127.0.0.1", "::1", options);
	fd = connect_narrow(&r);
	sent = send_until_full(fd, b, len);
	CHECK(sent < len, "queries are not taken in while answers wait");
	while (answered < FLOOD && rig_answer(fd) == (int)answered) {
		answered++;
		send_more(fd, b, len, &sent);
	}
	CHECK(answered == FLOOD, "all answered in order once they are read: %u", answered);
	close(fd);
	rig_stop(&r);
}

static void
test_slow_reader(void)
{
	static uint8_t b[FLOOD * FRAME];
	size_t len = frames(b, FLOOD);
	struct counters c;
	struct rig r;
	int slow, other;

	rig_start(&r, "127.0.0.1", "::1", short_options);
	slow = connect_narrow(&r);
	CHECK(send_until_full(slow, b, len) < len, "a client that does not read");
	other = rig_connect(&r, SOCK_STREAM, "127.0.0.1", NULL);
	CHECK(rig_is_served(other, 1), "another is served meanwhile");
	close(other);
	CHECK(rig_is_clients(&r, 0), "the slow one is cut off");
	c = rig_counters(&r);
	CHECK(count_get(&c.tx_unsent) > 0, "its answers are counted as unsent");
	close(slow);
	rig_stop(&r);
}

/* A full socket that is emptied in small pieces, over longer than the idle time. */
static void
test_steady_reader(void)
{
	static uint8_t b[FLOOD * FRAME], got[4096];
	size_t len = frames(b, FLOOD), sent;
	int64_t end_ms;
	struct rig r;
	int fd;

	rig_start(&r, "127.0.0.1", "::1", short_options);
	fd = connect_narrow(&r);
	sent = send_until_full(fd, b, len);
	CHECK(sent < len, "a client that reads slowly");
	end_ms = rig_now_ms() + 3 * SHORT_MS;
	while (rig_now_ms() < end_ms && rig_read(fd, got, sizeof(got)) == sizeof(got)) {
		send_more(fd, b, len, &sent);
		poll(NULL, 0, SHORT_MS / 50);
	}
	CHECK(sock_tcp_clients(r.s) == 1, "is not cut off");
	close(fd);
	rig_stop(&r);
}

static void
test_idle(void)
{
	uint8_t b[FRAME];
	int silent, half, busy;
	bool served = true;
	int64_t end_ms;
	struct rig r;

	rig_start(&r, "127.0.0.1", "::1", short_options);
	silent = rig_connect(&r, SOCK_STREAM, "127.0.0.1", NULL);
	half = rig_connect(&r, SOCK_STREAM, "127.0.0.1", NULL);
	busy = rig_connect(&r, SOCK_STREAM, "127.0.0.1", NULL);
	frames(b, 1);
	end_ms = rig_now_ms() + 3 * SHORT_MS;
	for (unsigned i = 0; rig_now_ms() < end_ms; i++) {
		served = served && rig_is_served(busy, i & 0xff);
		send(half, b + i % 10, i < 10, MSG_NOSIGNAL);
		poll(NULL, 0, SHORT_MS / 6);
	}
	CHECK(rig_is_closed(silent), "a silent client is closed");
	CHECK(rig_is_closed(half), "bytes without a whole query do not help");
	CHECK(served && rig_is_served(busy, 1), "a busy one stays");
	close(silent);
	close(half);
	close(busy);
	rig_stop(&r);
}

static void
test_end_with_clients(void)
{
	static uint8_t b[FLOOD * FRAME];
	size_t len = frames(b, FLOOD);
	struct rig r;
	int idle, slow;
	int64_t start_ms;

	rig_start(&r, "127.0.0.1", "::1", options);
	idle = rig_connect(&r, SOCK_STREAM, "127.0.0.1", NULL);
	CHECK(rig_is_served(idle, 1), "a client");
	start_ms = rig_now_ms();
	rig_stop(&r);
	CHECK(rig_now_ms() - start_ms < 500, "an idle client does not hold up the end");
	CHECK(rig_is_closed(idle), "and is closed");
	close(idle);

	rig_start(&r, "127.0.0.1", "::1", options);
	slow = connect_narrow(&r);
	send_until_full(slow, b, len);
	start_ms = rig_now_ms();
	rig_stop(&r);
	CHECK(rig_now_ms() - start_ms < 2000, "one that does not read holds it up for a second");
	close(slow);
}

int
main(void)
{
	struct rig r;

	CHECK(rig_start(&r, "127.0.0.1", "::1", options) == 0, "started");
	test_cuts(&r, "127.0.0.1");
	test_cuts(&r, "::1");
	test_pipeline(&r);
	test_intruders(&r);
	test_drop(&r);
	test_reset(&r);
	rig_stop(&r);
	test_counters();
	test_late_reader();
	test_slow_reader();
	test_steady_reader();
	test_idle();
	test_end_with_clients();
	return test_end();
}
