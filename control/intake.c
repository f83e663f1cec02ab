#include "control/intake.h"

#include "base/ctl.h"
#include "base/err.h"
#include "base/log.h"
#include "base/priv.h"
#include "control/intake_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define THROWN_MAX (1 << 20) /* bytes read and thrown away after a refusal */
#define SECOND_NS  1000000000
#define MIB        (1ull << 20)
#define ANSWER_MAX (1 << 20) /* of the hub's answer, bytes */
#define FILE_MAX   (1 << 20) /* of a PEM file */
#define TLS13      "NORMAL:-VERS-ALL:+VERS-TLS1.3"

static int64_t
clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * SECOND_NS + ts.tv_nsec;
}

/* Asks the hub; the connection sleeps until the answer is there. */
static enum MHD_Result
ask_hub(struct intake *in, struct intake_request *r)
{
	json_t *line;
	char *text;
	ssize_t n = -1;

	r->id = ++in->last_id;
	line = json_pack("{s:s, s:I, s:s, s:I, s:s, s:b, s:b}", "event",
	    r->is_put ? "update" : "status", "id", (json_int_t)r->id, "feed", r->target.feed,
	    "serial", (json_int_t)r->target.serial, "publisher", r->publisher->name, "keys",
	    r->target.is_keys, "dry", r->target.is_dry);
	text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	json_decref(line);
	if (text) {
		size_t len = strlen(text);

		text[len++] = '\n'; /* in the place of the NUL */
		n = send(in->fd, text, len, MSG_NOSIGNAL);
	}
	free(text);
	if (n < 0)
		return intake_problem(
		    r->connection, MHD_HTTP_SERVICE_UNAVAILABLE, "the hub does not answer", NULL);
	r->phase = PHASE_ASKED;
	MHD_suspend_connection(r->connection);
	return MHD_YES;
}

/* Everything that can be said before the body. */
static void
begin(struct intake *in, struct intake_request *r, const char *method)
{
	unsigned feed = 0;

	r->phase = PHASE_BODY;
	r->is_put = strcmp(method, "PUT") == 0;
	if (!r->is_put && (strcmp(method, "GET") != 0 || r->target.is_dry)) {
		r->status = MHD_HTTP_METHOD_NOT_ALLOWED;
		r->why = "expected PUT or GET";
		return;
	}
	r->publisher = intake_publisher(in->o, r->connection);
	if (!r->publisher) {
		r->status = MHD_HTTP_UNAUTHORIZED;
		r->why = "show a publisher's token or certificate";
		return;
	}
	while (feed < in->o->feeds_n && strcmp(in->o->feed[feed].name, r->target.feed) != 0)
		feed++;
	if (feed == in->o->feeds_n || !(r->publisher->feeds >> feed & 1)) {
		r->status = MHD_HTTP_FORBIDDEN;
		r->why = "no feed of yours";
		return;
	}
	if (r->is_put && intake_upload_open(in, r) < 0) {
		r->status = MHD_HTTP_INSUFFICIENT_STORAGE;
		r->why = "no space; try again later";
	}
}

static enum MHD_Result
finish(struct intake *in, struct intake_request *r)
{
	if (r->status)
		return intake_problem(r->connection, r->status, r->why, NULL);
	if (!r->is_put)
		return ask_hub(in, r);
	if (r->end != UINT64_MAX && r->at != r->end)
		return intake_problem(
		    r->connection, MHD_HTTP_BAD_REQUEST, "less than was announced", NULL);
	if (r->total != UINT64_MAX && r->at < r->total) {
		r->is_put = false; /* a piece: answered like the question how far it is */
		r->answer = json_pack("{s:s}", "state", "unknown");
		r->phase = PHASE_ANSWERED;
		return intake_answer(in, r);
	}
	return ask_hub(in, r);
}

static enum MHD_Result
on_request(void *ctx, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *body, size_t *len, void **state)
{
	struct intake *in = ctx;
	struct intake_request *r = *state;

	(void)url;
	(void)version;
	if (!r)
		return MHD_NO;
	r->connection = c;
	if (r->phase == PHASE_NEW) {
		begin(in, r, method);
		/* A refusal before the body: the client need not send it (RFC 9110 10.1.1). */
		if (r->status)
			return intake_problem(c, r->status, r->why, NULL);
		return MHD_YES;
	}
	if (*len) {
		/* A small rest is read, so that the client hears why; who sends on is cut off. */
		r->thrown += r->status ? *len : 0;
		if (r->thrown > THROWN_MAX)
			return MHD_NO;
		intake_upload_write(in, r, body, r->is_put ? *len : 0);
		*len = 0;
		return MHD_YES;
	}
	return r->phase == PHASE_ANSWERED ? intake_answer(in, r) : finish(in, r);
}

static struct intake_conn *
conn_of(struct intake *in, int fd)
{
	for (size_t i = 0; i < INTAKE_CONNECTIONS_MAX; i++)
		if (in->conn[i].fd == fd)
			return &in->conn[i];
	return NULL;
}

static int
fd_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

/* Before anything of the request but its line was read. */
static void *
on_target(void *ctx, const char *uri, struct MHD_Connection *c)
{
	struct intake *in = ctx;
	struct intake_request *r = calloc(1, sizeof(*r));
	struct intake_conn *conn = conn_of(in, fd_of(c));

	if (!r)
		return NULL;
	r->file = -1;
	r->connection = c;
	r->next = in->requests;
	in->requests = r;
	if (intake_target_parse(&r->target, uri) < 0) {
		r->phase = PHASE_BODY;
		r->status = MHD_HTTP_NOT_FOUND;
		r->why = "expected /v1/feeds/FEED/updates/SERIAL or /keys/VERSION";
	}
	if (conn)
		conn->has_request = true;
	return r;
}

static void
on_end(void *ctx, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
	struct intake *in = ctx;
	struct intake_request *r = *state, **at = &in->requests;
	struct intake_conn *conn = conn_of(in, fd_of(c));

	(void)why;
	if (conn) {
		conn->has_request = false;
		conn->started_ns = clock_ns();
	}
	*state = NULL;
	if (!r)
		return;
	while (*at && *at != r)
		at = &(*at)->next;
	if (*at)
		*at = r->next;
	if (r->file >= 0)
		close(r->file);
	if (r->status)
		intake_tell_refused(in, r);
	json_decref(r->answer);
	free(r);
}

static void
on_connection(
    void *ctx, struct MHD_Connection *c, void **state, enum MHD_ConnectionNotificationCode code)
{
	struct intake *in = ctx;
	bool begins = code == MHD_CONNECTION_NOTIFY_STARTED;
	struct intake_conn *conn = conn_of(in, begins ? -1 : fd_of(c));

	(void)state;
	if (conn)
		*conn = (struct intake_conn){begins ? fd_of(c) : -1, clock_ns(), false};
}

/* Who sends a byte now and then is never idle: requests are timed as a whole. */
static void
cut_slow(struct intake *in)
{
	const struct config_https *h = &in->o->config.https;
	int64_t now = clock_ns();

	for (size_t i = 0; i < INTAKE_CONNECTIONS_MAX; i++) {
		struct intake_conn *c = &in->conn[i];
		int64_t most = c->has_request ? h->longest : h->idle;

		if (c->fd >= 0 && now - c->started_ns > most * SECOND_NS)
			shutdown(c->fd, SHUT_RDWR);
	}
}

static void
take_answer(struct intake *in, const char *text, size_t len)
{
	json_t *line = json_loadb(text, len, 0, NULL);
	json_int_t id = json_integer_value(json_object_get(line, "id"));

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
		    {in->fd, POLLIN, 0}, {info->epoll_fd, POLLIN, 0}};
		MHD_UNSIGNED_LONG_LONG wait = 250;

		for (unsigned i = 0; i < listening_n; i++)
			fds[2 + i] = (struct pollfd){listening[i], POLLIN, 0};
		if (MHD_get_timeout(in->daemon, &wait) != MHD_YES || wait > 250)
			wait = 250;
		poll(fds, 2 + listening_n, (int)wait);
		for (unsigned i = 0; i < listening_n; i++) {
			struct sockaddr_storage from;
			socklen_t len = sizeof(from);
			int fd = fds[2 + i].revents
				     ? accept4(listening[i], (struct sockaddr *)&from, &len,
					   SOCK_CLOEXEC | SOCK_NONBLOCK)
				     : -1;

			/* It closes what it refuses, by its limits. */
			if (fd >= 0)
				MHD_add_connection(in->daemon, fd, (struct sockaddr *)&from, len);
		}
		MHD_run(in->daemon);
		goes_on = read_hub(in, buf, &n);
		cut_slow(in);
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
	    NULL, NULL, on_request, in, MHD_OPTION_HTTPS_MEM_CERT, certificate,
	    MHD_OPTION_HTTPS_MEM_KEY, key, MHD_OPTION_HTTPS_PRIORITIES, TLS13,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)h->connections,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)h->connections_per_client,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)h->idle, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)h->header_max, MHD_OPTION_URI_LOG_CALLBACK, on_target, in,
	    MHD_OPTION_NOTIFY_COMPLETED, on_end, in, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
	    in, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
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

int
intake_run(const struct hub_options *o, const char *spool, int fd)
{
	const struct config_https *h = &o->config.https;
	char *certificate = read_text(o, h->certificate), *key = read_text(o, h->key);
	char *ca = read_text(o, h->client_ca);
	struct intake *in = calloc(1, sizeof(*in));
	int listening[HUB_LISTEN_MAX], n = -ENOENT;

	signal(SIGPIPE, SIG_IGN);
	if (in && certificate && key && (ca || !h->client_ca))
		n = open_listening(o, listening);
	if (n >= 0) {
		in->o = o;
		in->spool = spool;
		in->fd = fd;
		in->body_max = (uint64_t)o->config.top.archive_max * MIB;
		for (size_t i = 0; i < INTAKE_CONNECTIONS_MAX; i++)
			in->conn[i].fd = -1;
		in->daemon = start(in, certificate, key, ca);
		if (!in->daemon)
			n = -ERR_LIBRARY;
	}
	if (n >= 0) {
		int rc = give_up_privileges(o);

		n = rc < 0 ? rc : n;
	}
	if (n < 0)
		log_event(LOG_LEVEL_ERROR, "https", "error=\"%s\"", err_text(n));
	else
		n = serve(in, listening, (unsigned)n);
	return n;
}
