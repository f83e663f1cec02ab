#include "dataplane/sock.h"
#include "dataplane/sock_impl.h"

#include "base/err.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SOCK_UDP_MAX     16  /* threads */
#define SOCK_FDS_SPARED  128 /* descriptors that connections leave to the rest of the program */
#define SOCK_THREADS_MAX (SOCK_UDP_MAX + 1)

struct sock {
	atomic_bool forsaken;
	unsigned udp_n, started;
	struct udp *udp[SOCK_UDP_MAX];
	struct tcp *tcp;
	pthread_t thread[SOCK_THREADS_MAX];
	struct counters counters[SOCK_THREADS_MAX]; /* UDP's, then TCP's */
};

static int
parse_port(in_port_t *out, const char *text)
{
	unsigned long port;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return -ERR_FORMAT;
	port = strtoul(text, &end, 10);
	if (*end || port < 1 || port > UINT16_MAX)
		return -ERR_FORMAT;
	*out = htons((uint16_t)port);
	return 0;
}

static int
parse_host(struct sock_address *out, char *host)
{
	char *scope = strchr(host, '%');

	if (scope)
		*scope++ = '\0';
	if (!scope && inet_pton(AF_INET, host, &out->in.sin_addr) == 1) {
		out->sa.sa_family = AF_INET;
		out->len = sizeof(out->in);
		return 0;
	}
	if (inet_pton(AF_INET6, host, &out->in6.sin6_addr) != 1)
		return -ERR_FORMAT;
	out->sa.sa_family = AF_INET6;
	out->len = sizeof(out->in6);
	if (scope)
		out->in6.sin6_scope_id = if_nametoindex(scope);
	return scope && !out->in6.sin6_scope_id ? -ERR_FORMAT : 0;
}

int
sock_address_parse(struct sock_address *out, const char *text)
{
	char host[INET6_ADDRSTRLEN + IF_NAMESIZE];
	const char *end, *port = NULL;
	in_port_t port_be = htons(53);
	bool brackets = text[0] == '[';

	text += brackets;
	end = strchr(text, brackets ? ']' : ':');
	if (brackets && !end)
		return -ERR_FORMAT;
	if (!end || (!brackets && strchr(end + 1, ':'))) /* no port; two colons: IPv6 */
		end = text + strlen(text);
	if (end[0])
		port = end + brackets;
	if ((size_t)(end - text) >= sizeof(host))
		return -ERR_FORMAT;
	memcpy(host, text, (size_t)(end - text));
	host[end - text] = '\0';

	memset(out, 0, sizeof(*out));
	if (port && port[0] && (port[0] != ':' || parse_port(&port_be, port + 1) < 0))
		return -ERR_FORMAT;
	if (parse_host(out, host) < 0 || (brackets && out->sa.sa_family != AF_INET6))
		return -ERR_FORMAT;
	if (out->sa.sa_family == AF_INET)
		out->in.sin_port = port_be;
	else
		out->in6.sin6_port = port_be;
	return 0;
}

bool
sock_address_is_any(const struct sock_address *a)
{
	if (a->sa.sa_family == AF_INET)
		return a->in.sin_addr.s_addr == htonl(INADDR_ANY);
	return IN6_IS_ADDR_UNSPECIFIED(&a->in6.sin6_addr);
}

int
sock_bind(const struct sock_address *a, int type, const struct sock_setting *settings, unsigned n)
{
	int fd, rc = 0;

	fd = socket(a->sa.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	for (unsigned i = 0; i < n && !rc; i++) {
		const struct sock_setting *s = &settings[i];

		if (s->family != AF_UNSPEC && s->family != a->sa.sa_family)
			continue;
		if (setsockopt(fd, s->level, s->name, &s->value, sizeof(s->value)) < 0)
			rc = -errno;
	}
	if (!rc && bind(fd, &a->sa, a->len) < 0)
		rc = -errno;
	if (rc) {
		close(fd);
		return rc;
	}
	return fd;
}

unsigned
sock_wait(const struct sock_reader *r, int ep, struct epoll_event *events, unsigned n)
{
	int ready;

	publish_sleep(r->publish, r->id);
	ready = epoll_wait(ep, events, (int)n, SOCK_TICK_MS);
	publish_wake(r->publish, r->id);
	return ready > 0 ? (unsigned)ready : 0;
}

/* Connections that the descriptor limit has room for, once it is as high as it goes. */
static unsigned
clients_fitting(unsigned wanted)
{
	struct rlimit fds;
	rlim_t most;

	if (getrlimit(RLIMIT_NOFILE, &fds) < 0)
		return wanted;
	fds.rlim_cur = fds.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &fds);
	most =
	    fds.rlim_max > 2 * SOCK_FDS_SPARED ? fds.rlim_max - SOCK_FDS_SPARED : SOCK_FDS_SPARED;
	if (most >= wanted)
		return wanted;
	log_event(LOG_LEVEL_WARNING, "tcp-clients-lowered", "wanted=%u descriptors=%llu", wanted,
	    (unsigned long long)most);
	return (unsigned)most;
}

/* TCP first: its ports are not shared, so a second responder on the same address fails here,
 * where SO_REUSEPORT would let it take half of our UDP queries. */
static int
bind_tcp(struct sock *s, const struct sock_options *o, const struct sock_reader *r,
    const struct sock_address *a, unsigned *failed)
{
	const struct tcp_options t = {
	    .clients_max = clients_fitting(o->tcp_clients_max),
	    .client_max = o->tcp_client_max,
	    .idle_ms = o->tcp_idle_ms,
	};
	int rc = tcp_new(&s->tcp, r, &t);

	for (unsigned i = 0; i < o->listen_n && !rc; i++) {
		*failed = i;
		rc = tcp_listen(s->tcp, &a[i]);
	}
	return rc;
}

static int
bind_all(struct sock *s, const struct sock_options *o, struct publish *p, const char **where)
{
	struct sock_reader r = {.publish = p, .forsaken = &s->forsaken};
	struct sock_address *a;
	unsigned failed = 0;
	int rc = 0;

	a = calloc(o->listen_n, sizeof(*a));
	if (!a)
		return -ENOMEM;
	for (unsigned i = 0; i < o->listen_n && !rc; i++) {
		failed = i;
		rc = sock_address_parse(&a[i], o->listen[i]);
	}
	if (rc)
		goto out;
	r.id = o->reader_id + o->udp_threads;
	r.c = r.engine.counters = &s->counters[o->udp_threads];
	rc = bind_tcp(s, o, &r, a, &failed);
	for (s->udp_n = 0; s->udp_n < o->udp_threads && !rc; s->udp_n++) {
		r.id = o->reader_id + s->udp_n;
		r.c = r.engine.counters = &s->counters[s->udp_n];
		rc = udp_new(&s->udp[s->udp_n], &r, a, o->listen_n, &failed);
	}
out:
	*where = o->listen[failed];
	free(a);
	return rc;
}

/* Signals are the main thread's. */
static int
start_threads(struct sock *s)
{
	sigset_t all, before;
	char name[16];
	int rc = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 0; i <= s->udp_n && !rc; i++) {
		bool tcp = i == s->udp_n;

		rc = pthread_create(&s->thread[i], NULL, tcp ? tcp_run : udp_run,
		    tcp ? (void *)s->tcp : (void *)s->udp[i]);
		if (rc)
			break;
		s->started++;
		snprintf(name, sizeof(name), tcp ? "tcp" : "udp-%u", i);
		pthread_setname_np(s->thread[i], name);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -rc;
}

int
sock_start(struct sock **out, const struct sock_options *o, struct publish *p, const char **where)
{
	struct sock *s;
	int rc;

	*where = "sockets";
	if (o->listen_n < 1 || o->udp_threads < 1 || o->udp_threads > SOCK_UDP_MAX ||
	    o->tcp_clients_max < 1 || o->tcp_client_max < 1 || o->tcp_idle_ms < 1 ||
	    o->tcp_idle_ms > INT32_MAX)
		return -ERR_RANGE;
	s = aligned_alloc(_Alignof(struct sock), sizeof(*s));
	if (!s)
		return -ENOMEM;
	memset(s, 0, sizeof(*s));
	rc = bind_all(s, o, p, where);
	if (!rc)
		rc = start_threads(s);
	if (rc < 0) {
		atomic_store(&s->forsaken, true);
		sock_join(s);
		return rc;
	}
	*out = s;
	return 0;
}

void
sock_join(struct sock *s)
{
	for (unsigned i = 0; i < s->started; i++)
		pthread_join(s->thread[i], NULL);
	for (unsigned i = 0; i < s->udp_n; i++)
		udp_free(s->udp[i]);
	tcp_free(s->tcp);
	free(s);
}

const struct counters *
sock_counters(const struct sock *s, unsigned *n)
{
	*n = s->udp_n + 1;
	return s->counters;
}

unsigned
sock_tcp_clients(const struct sock *s)
{
	return tcp_clients(s->tcp);
}
