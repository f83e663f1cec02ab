/* xfr_main.c - the transfer process alone, for tests.
 *
 *   xfr_main [-t CERTIFICATE KEY] [-c SECONDS] [-i IDLE_MS] [-s STALL_MS] [-f]
 *       STATE ADDRESS PORT TLS_PORT
 *   xfr_main -p PART DAY ORIGIN SERIAL
 *
 * Listens on ADDRESS; TLS_PORT 0: no TLS.  Events go to standard output.  "book" on standard
 * input makes it read STATE/book.json again; its end is the end.  -f sets the filter of
 * system calls.  The second form prints the policy zone of a part for a day. */
#include "control/xfr.h"

#include "base/date.h"
#include "lists/policy_zone.h"
#include "lists/read.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in6
address(const char *text, const char *port)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)atoi(port))};
	char mapped[64];

	snprintf(mapped, sizeof(mapped), "%s%s", strchr(text, ':') ? "" : "::ffff:", text);
	if (inet_pton(AF_INET6, mapped, &a.sin6_addr) != 1)
		exit(2);
	return a;
}

/* Carries bytes both ways until one side ends. */
static void
carry(int fd)
{
	struct pollfd p[2] = {{STDIN_FILENO, POLLIN, 0}, {fd, POLLIN, 0}};
	char buf[4096];

	while (poll(p, 2, -1) >= 0) {
		for (int i = 0; i < 2; i++) {
			ssize_t n = p[i].revents ? read(p[i].fd, buf, sizeof(buf)) : -1;

			if (p[i].revents && n <= 0)
				return;
			if (n > 0 && write(i ? STDOUT_FILENO : fd, buf, (size_t)n) != n)
				return;
		}
	}
}

static int
take_entry(void *ctx, const struct entry *e)
{
	return policy_zone_entry(ctx, e);
}

static int
print_policy_zone(char **argv)
{
	static struct policy_zone z;
	static struct policy policy;
	uint8_t origin[NAME_LEN_MAX];
	int n = name_from_text(origin, argv[2], strlen(argv[2]));
	struct policy_zone_options o = {.origin = origin,
	    .origin_len = (size_t)n,
	    .ns = (const uint8_t *)"\2ns\6cordon\7example",
	    .mail = origin,
	    .serial = (uint32_t)strtoul(argv[3], NULL, 10),
	    .action = ACTION_SINKHOLE,
	    .policy = &policy};
	struct list_sink sink = {.ctx = &z, .entry = take_entry};
	FILE *f = fopen(argv[0], "re");
	int rc;

	policy_defaults(&policy);
	policy.ttl = 60;
	policy.a_n = 1;
	inet_pton(AF_INET, "192.0.2.99", &policy.a[0]);
	if (n < 0 || !f || date_parse(&o.day, argv[1], strlen(argv[1])) < 0)
		return 2;
	policy_zone_begin(&z, stdout, &o);
	rc = list_read(f, argv[0], LIST_ZONE, NULL, &sink);
	rc = rc < 0 ? rc : policy_zone_end(&z);
	fclose(f);
	return rc < 0;
}

int
main(int argc, char **argv)
{
	struct xfr_options o;
	int option, pair[2];
	pid_t child;

	xfr_defaults(&o);
	while ((option = getopt(argc, argv, "t:c:i:s:fp")) != -1) {
		switch (option) {
		case 't':
			o.certificate = optarg;
			o.key = argv[optind++];
			break;
		case 'c': o.clock_offset_s = atoll(optarg); break;
		case 'i': o.idle_ms = (unsigned)atoi(optarg); break;
		case 's': o.stall_ms = (unsigned)atoi(optarg); break;
		case 'p': return argc - optind == 4 ? print_policy_zone(argv + optind) : 2;
		case 'f': o.is_filtered = true; break;
		default: return 2;
		}
	}
	if (argc - optind != 4 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return 2;
	o.state_dir = argv[optind];
	o.listen[o.listen_n++].address = address(argv[optind + 1], argv[optind + 2]);
	if (atoi(argv[optind + 3]))
		o.listen[o.listen_n++] =
		    (struct xfr_listen){address(argv[optind + 1], argv[optind + 3]), XFR_TLS};
	child = fork();
	if (child == 0) {
		close(pair[0]);
		return xfr_run(&o, pair[1]) < 0;
	}
	close(pair[1]);
	carry(pair[0]);
	close(pair[0]);
	waitpid(child, &option, 0);
	return WIFEXITED(option) ? WEXITSTATUS(option) : 1;
}
