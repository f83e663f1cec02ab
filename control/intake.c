#include "control/intake.h"

#include "base/ctl.h"
#include "base/err.h"
#include "base/log.h"
#include "base/priv.h"
#include "control/intake_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS  1000000000
#define MIB        (1ull << 20)
#define ANSWER_MAX (1 << 20) /* of the hub's answer, bytes */
#define FILE_MAX   (1 << 20) /* of a PEM file */
#define WAIT_MS    250
#define UNSENT_MAX (16 << 10) /* bytes of a connection that wait in the kernel */
#define LOOK_MS    20         /* while downloads are on their way to a peer */
#define TLS13      "NORMAL:-VERS-ALL:+VERS-TLS1.3"

int64_t
intake_clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * SECOND_NS + ts.tv_nsec;
}

/* Who sends a byte now and then is never idle: requests are timed as a whole. */
static void
cut_slow(struct intake *in)
{
	const struct config_https *h = &in->o->config.https;
	int64_t now = intake_clock_ns();

	for (size_t i = 0; i < INTAKE_CONNECTIONS_MAX; i++) {
		struct intake_conn *c = &in->conn[i];
		int64_t most = c->has_request ? h->longest : h->idle;

		if (c->fd >= 0 && now - c->started_ns > most * SECOND_NS) {
			intake_throw_away(c->fd);
			shutdown(c->fd, SHUT_RDWR);
			if (c->has_request)
				intake_count(in, COUNT_CUT);
			c->has_request = false;
		}
	}
}

static void
read_book(struct intake *in)
{
	char error[BOOK_ERROR_MAX] = "";
	struct book *b = NULL;

	if (book_read(&b, in->dir_fd, "book.json", error) < 0) {
		log_event(LOG_LEVEL_ERROR, "https-book",
		    "error=\"%s\" remedy=\"the book before stays in force\"", error);
		return;
	}
	book_drop(in->book);
	in->book = b;
}

static void
take_answer(struct intake *in, const char *text, size_t len)
{
	json_t *line = json_loadb(text, len, 0, NULL);
	json_int_t id = json_integer_value(json_object_get(line, "id"));
	const char *event = json_string_value(json_object_get(line, "event"));

	if (event && strcmp(event, "book") == 0)
		read_book(in);
	for (struct intake_request *r = in->requests; line && r; r = r->next)
		if (r->phase == PHASE_ASKED && (json_int_t)r->id == id) {
			r->answer = json_incref(line);
			r->phase = PHASE_ANSWERED;
			MHD_resume_connection(r->connection);
			break;
		}
	json_decref(line);
}

/* Returns false when the hub is gone. */
static bool
read_hub(struct intake *in, char *buf, size_t *n)
{
	ssize_t got = recv(in->fd, buf + *n, ANSWER_MAX - *n, MSG_DONTWAIT);
	char *lf, *at = buf;

	if (got <= 0)
		return got < 0 && (errno == EAGAIN || errno == EINTR);
	*n += (size_t)got;
	while ((lf = memchr(at, '\n', *n - (size_t)(at - buf)))) {
		take_answer(in, at, (size_t)(lf - at));
		at = lf + 1;
	}
	*n -= (size_t)(at - buf);
	memmove(buf, at, *n);
	return *n < ANSWER_MAX;
}

static void
accept_one(struct intake *in, int listening)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	int fd = accept4(listening, (struct sockaddr *)&from, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int most = UNSENT_MAX;

	if (fd < 0)
		return;
	/* Who reads slowly, and who does not, is seen here and not when megabytes have been taken
	 * by the kernel. */
	setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof(most));
	/* It closes what it refuses, by its limits. */
	MHD_add_connection(in->daemon, fd, (struct sockaddr *)&from, len);
}

static int
serve(struct intake *in, int *listening, unsigned listening_n)
{
	char *buf = malloc(ANSWER_MAX);
	size_t n = 0;
	bool goes_on = buf != NULL;
	const union MHD_DaemonInfo *info =
	    MHD_get_daemon_info(in->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	while (goes_on && info) {
		struct pollfd fds[2 + HUB_LISTEN_MAX] = {
		    {in->fd, (short)(POLLIN | (xfr_events_wait(in->events) ? POLLOUT : 0)), 0},
		    {info->epoll_fd, POLLIN, 0}};
		MHD_UNSIGNED_LONG_LONG wait = WAIT_MS, most = in->owed_n ? LOOK_MS : WAIT_MS;

		for (unsigned i = 0; i < listening_n; i++)
			fds[2 + i] = (struct pollfd){listening[i], POLLIN, 0};
		if (MHD_get_timeout(in->daemon, &wait) != MHD_YES || wait > most)
			wait = most;
		poll(fds, 2 + listening_n, (int)wait);
		for (unsigned i = 0; i < listening_n; i++)
			if (fds[2 + i].revents)
				accept_one(in, listening[i]);
		MHD_run(in->daemon);
		goes_on = read_hub(in, buf, &n);
		cut_slow(in);
		intake_owed_step(in);
		intake_count_tell(in);
		xfr_events_flush(in->events);
	}
	free(buf);
	return -EPIPE;
}

static char *
read_text(const struct hub_options *o, const char *name)
{
	char *path = name ? hub_path(o, name) : NULL, *text = NULL;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = -1;

	if (fd >= 0 && (text = calloc(1, FILE_MAX + 1)))
		n = read(fd, text, FILE_MAX);
	if (name && n <= 0) {
		log_event(LOG_LEVEL_ERROR, "https", "file=\"%s\" error=\"%s\"", path ? path : name,
		    err_text(-errno));
		free(text);
		text = NULL;
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return text;
}

static int
open_listening(const struct hub_options *o, int *fds)
{
	unsigned n = 0;

	for (; n < o->https.n; n++) {
		const struct sockaddr_in6 *a = &o->https.address[n];
		int on = 1, off = 0;
		int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

		if (fd < 0)
			return -errno;
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
		if (bind(fd, (const struct sockaddr *)a, sizeof(*a)) < 0 || listen(fd, 128) < 0)
			return -errno;
		fds[n] = fd;
	}
	return (int)n;
}

static struct MHD_Daemon *
start(struct intake *in, char *certificate, char *key, char *ca)
{
	const struct config_https *h = &in->o->config.https;
	struct MHD_OptionItem more[] = {
	    {ca ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0, ca}, {MHD_OPTION_END, 0, NULL}};

	return MHD_start_daemon(
	    MHD_USE_TLS | MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0,
	    NULL, NULL, intake_on_request, in, MHD_OPTION_HTTPS_MEM_CERT, certificate,
	    MHD_OPTION_HTTPS_MEM_KEY, key, MHD_OPTION_HTTPS_PRIORITIES, TLS13,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)h->connections,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)h->connections_per_client,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)h->idle, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)h->header_max, MHD_OPTION_URI_LOG_CALLBACK, intake_on_target, in,
	    MHD_OPTION_NOTIFY_COMPLETED, intake_on_end, in, MHD_OPTION_NOTIFY_CONNECTION,
	    intake_on_connection, in, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
}

static int
give_up_privileges(const struct hub_options *o)
{
	const struct config_hub *top = &o->config.top;
	struct priv p;
	int rc = 0;

	if (top->user && geteuid() == 0) {
		rc = priv_find(&p, top->user, top->group);
		rc = rc < 0 ? rc : priv_drop(&p);
	}
	return rc < 0 || !top->seccomp ? rc : priv_filter();
}

static int
prepare(struct intake *in, const struct hub_options *o, const char *dir, int fd)
{
	in->o = o;
	in->fd = fd;
	in->body_max = (uint64_t)o->config.top.archive_max * MIB;
	for (size_t i = 0; i < INTAKE_CONNECTIONS_MAX; i++)
		in->conn[i].fd = -1;
	in->paid_ns = calloc(o->registries->file.n + 1, sizeof(*in->paid_ns));
	if (!in->paid_ns || asprintf(&in->spool, "%s/spool", dir) < 0)
		return -ENOMEM;
	in->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return in->dir_fd < 0 ? -errno : xfr_events_new(&in->events, fd);
}

static int
begin(struct intake *in, int *listening)
{
	const struct config_https *h = &in->o->config.https;
	char *certificate = read_text(in->o, h->certificate), *key = read_text(in->o, h->key);
	char *ca = read_text(in->o, h->client_ca);
	int n = -ENOENT, rc;

	if (certificate && key && (ca || !h->client_ca))
		n = open_listening(in->o, listening);
	if (n < 0)
		return n;
	in->daemon = start(in, certificate, key, ca);
	if (!in->daemon)
		return -ERR_LIBRARY;
	rc = give_up_privileges(in->o);
	return rc < 0 ? rc : n;
}

int
intake_run(const struct hub_options *o, const char *dir, int fd)
{
	struct intake *in = calloc(1, sizeof(*in));
	int listening[HUB_LISTEN_MAX], n;

	signal(SIGPIPE, SIG_IGN);
	n = in ? prepare(in, o, dir, fd) : -ENOMEM;
	n = n < 0 ? n : begin(in, listening);
	if (n < 0) {
		log_event(LOG_LEVEL_ERROR, "https", "error=\"%s\"", err_text(n));
		return n;
	}
	read_book(in);
	return serve(in, listening, (unsigned)n);
}
