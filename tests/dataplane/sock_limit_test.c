/* TCP: limits in all, per client, of descriptors. */
#include "tests/dataplane/sock_rig.h"
#include "tests/test.h"

#include <sys/resource.h>

static struct sock_options
options_with(unsigned clients_max, unsigned client_max)
{
	return (struct sock_options){
	    .udp_threads = 1,
	    .tcp_clients_max = clients_max,
	    .tcp_client_max = client_max,
	    .tcp_idle_ms = 60000,
	};
}

static void
test_client_limit(void)
{
	struct rig r;
	int fd[4], other;

	rig_start(&r, "127.0.0.1", "::1", options_with(100, 3));
	other = rig_connect(&r, SOCK_STREAM, "127.0.0.1", "127.0.0.9");
	CHECK(rig_is_served(other, 9), "another address");
	for (unsigned i = 0; i < 3; i++) {
		fd[i] = rig_connect(&r, SOCK_STREAM, "127.0.0.1", NULL);
		CHECK(rig_is_served(fd[i], i), "connection %u of three", i);
	}
	CHECK(rig_is_served(fd[0], 10), "the first is active again");
	fd[3] = rig_connect(&r, SOCK_STREAM, "127.0.0.1", NULL);
	CHECK(rig_is_served(fd[3], 3), "the fourth is served");
	CHECK(rig_is_closed(fd[1]), "in the place of the client's longest idle");
	CHECK(rig_is_served(fd[0], 0) && rig_is_served(fd[2], 2) && rig_is_served(other, 9),
	    "the others stay");
	for (unsigned i = 0; i < 4; i++)
		close(fd[i]);
	close(other);
	rig_stop(&r);
}

static void
test_total_limit(void)
{
	struct rig r;
	int fd[20];
	char from[32];
	bool closed = true, served = true;

	rig_start(&r, "127.0.0.1", "::1", options_with(10, 2));
	for (unsigned i = 0; i < 20; i++) {
		snprintf(from, sizeof(from), "127.0.0.%u", 10 + i);
		fd[i] = rig_connect(&r, SOCK_STREAM, "127.0.0.1", from);
		served = served && rig_is_served(fd[i], i);
	}
	CHECK(served && sock_tcp_clients(r.s) == 10, "new clients are served over the limit");
	for (unsigned i = 0; i < 10; i++)
		closed = closed && rig_is_closed(fd[i]);
	CHECK(closed, "the longest idle go");
	for (unsigned i = 10; i < 20; i++)
		served = served && rig_is_served(fd[i], i);
	CHECK(served, "the others stay");
	for (unsigned i = 0; i < 20; i++)
		close(fd[i]);
	rig_stop(&r);
}

/* The limit of descriptors, lowered to what the program has and two more. */
static void
test_no_descriptors(void)
{
	struct rlimit before, low;
	union rig_address to;
	bool served = true;
	struct rig r;
	int fd[8];

	rig_start(&r, "127.0.0.1", "::1", options_with(100, 100));
	to = rig_address("127.0.0.1", r.port);
	for (unsigned i = 0; i < 8; i++)
		fd[i] = socket(AF_INET, SOCK_STREAM, 0);
	getrlimit(RLIMIT_NOFILE, &before);
	low = before;
	low.rlim_cur = (rlim_t)fd[7] + 3;
	setrlimit(RLIMIT_NOFILE, &low);
	for (unsigned i = 0; i < 8; i++)
		served =
		    served && connect(fd[i], &to.sa, sizeof(to.in)) == 0 && rig_is_served(fd[i], i);
	CHECK(served, "without descriptors: each new client is served");
	CHECK(sock_tcp_clients(r.s) == 2, "as many as there are descriptors stay");
	setrlimit(RLIMIT_NOFILE, &before);
	for (unsigned i = 0; i < 8; i++)
		close(fd[i]);
	rig_stop(&r);
}

/* One segment of queries at a time, and all in one. */
static void
test_query_limit(void)
{
	struct sock_options o = options_with(100, 100);
	struct rig r;
	int fd;

	o.tcp_queries_max = 3;
	rig_start(&r, "127.0.0.1", "::1", o);
	fd = rig_connect(&r, SOCK_STREAM, "127.0.0.1", NULL);
	for (unsigned i = 0; i < 3; i++)
		CHECK(rig_is_served(fd, i), "query %u of three", i);
	CHECK(rig_is_closed(fd), "then it is closed");
	close(fd);
	fd = rig_connect(&r, SOCK_STREAM, "127.0.0.1", NULL);
	CHECK(rig_is_served(fd, 1), "and a new connection is served");
	close(fd);
	rig_stop(&r);
}

static int64_t
cpu_ms(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

/* Not one descriptor, and no connection that could go. */
static void
test_no_descriptor(void)
{
	struct rlimit before, none;
	union rig_address to;
	struct rig r;
	int64_t start_ms;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	rig_start(&r, "127.0.0.1", "::1", options_with(100, 100));
	to = rig_address("127.0.0.1", r.port);
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 3;
	setrlimit(RLIMIT_NOFILE, &none);
	start_ms = cpu_ms();
	CHECK(connect(fd, &to.sa, sizeof(to.in)) == 0, "a client that has to wait");
	CHECK(!rig_is_readable(fd, 500) && sock_tcp_clients(r.s) == 0, "waits");
	CHECK(cpu_ms() - start_ms < 200, "which takes no processor time");
	setrlimit(RLIMIT_NOFILE, &before);
	CHECK(rig_is_served(fd, 1), "and is served in the end");
	close(fd);
	rig_stop(&r);
}

int
main(void)
{
	test_client_limit();
	test_total_limit();
	test_query_limit();
	test_no_descriptors();
	test_no_descriptor();
	return test_end();
}
