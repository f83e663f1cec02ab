#include "control/xfr_impl.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MS_NS   INT64_C(1000000)
#define BOOK    "book.json"
#define WAIT_MS 60000

static volatile sig_atomic_t stopped; /* by SIGTERM or SIGINT */

static void
stop(int signal)
{
	(void)signal;
	stopped = 1;
}

void
xfr_defaults(struct xfr_options *o)
{
	*o = (struct xfr_options){
	    .conns_max = 512,
	    .client_conns_max = 32,
	    .key_transfers_max = 16,
	    .idle_ms = 10000,
	    .stall_ms = 30000,
	    .transfer_ms = 3600000,
	};
}

int64_t
xfr_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

uint64_t
xfr_now_s(const struct xfr *x)
{
	return (uint64_t)(time(NULL) + x->o->clock_offset_s);
}

void
xfr_event_of(struct xfr_event *e, const struct xfr_peer *peer, const struct xfr_answer *a)
{
	if (a->registry)
		strcpy(e->registry, a->registry->name);
	if (a->zone || a->pulled)
		name_to_text(e->zone, a->zone ? a->zone->origin : a->pulled->name);
	xfr_client_text(e->client, &peer->address, peer->port);
	e->transport = peer->is_tls ? "tls" : peer->is_tcp ? "tcp" : "udp";
}

void
xfr_tell_answer(
    struct xfr *x, const struct xfr_asked *asked, const struct xfr_answer *a, enum xfr_kind kind)
{
	const struct xfr_request *q = asked->request;
	struct xfr_event e = {.event = a->why      ? "refused"
				       : a->pulled ? "notified"
						   : "soa",
	    .kind = q->is_notify ? "notify" : NULL,
	    .ok = !a->why,
	    .error = a->why};

	xfr_event_of(&e, asked->peer, a);
	if (a->pulled) {
		e.has_serial = q->has_serial;
		e.serial = q->serial;
	} else if (!a->why) {
		e.has_serial = true;
		e.serial = a->zone->now.serial;
		e.kind = kind == XFR_IXFR ? "ixfr" : a->is_current ? "uptodate" : "soa";
	}
	xfr_event_send(x->events, &e, !a->registry, xfr_now_ns());
	if (a->zone && !a->why)
		notify_settle(x->notify, a->registry_no, a->zone);
}

static void
read_book(struct xfr *x)
{
	char error[BOOK_ERROR_MAX] = "";
	struct book *b = NULL;
	int rc = book_read(&b, x->dir_fd, BOOK, error);

	if (rc == 0) {
		rc = notify_book(x->notify, b, xfr_now_ns());
		if (rc < 0)
			snprintf(error, sizeof(error), "notices: %s", err_text(rc));
	}
	if (rc == 0) {
		book_drop(x->book);
		x->book = b;
	} else {
		book_drop(b);
		log_event(LOG_LEVEL_ERROR, "xfr-book",
		    "error=\"%s\" remedy=\"the book before stays in force\"", error);
	}
	xfr_event_book(x->events, rc == 0 ? NULL : error, x->book->zones_n);
}

/* What the parent says: "book", a line.  The end of its file is the end of us. */
static void
read_parent(struct xfr *x)
{
	char *lf;
	ssize_t n =
	    read(x->parent_fd, x->command + x->command_len, sizeof(x->command) - x->command_len);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || x->command_len + (size_t)n == sizeof(x->command)) {
		x->has_ended = true;
		return;
	}
	x->command_len += (size_t)n;
	while ((lf = memchr(x->command, '\n', x->command_len))) {
		size_t len = (size_t)(lf + 1 - x->command);

		if (len == 5 && !memcmp(x->command, "book\n", len))
			read_book(x);
		x->command_len -= len;
		memmove(x->command, lf + 1, x->command_len);
	}
}

/* Fills x->polls: the parent, the sockets that listen, the connections.  Returns the count. */
static nfds_t
fill_polls(struct xfr *x)
{
	struct pollfd *p = x->polls;
	struct xfr_conn *c;

	*p++ = (struct pollfd){.fd = x->parent_fd,
	    .events = (short)(POLLIN | (xfr_events_wait(x->events) ? POLLOUT : 0))};
	for (unsigned i = 0; i < x->o->listen_n; i++) {
		*p++ = (struct pollfd){.fd = x->listener[i].udp_fd, .events = POLLIN};
		*p++ = (struct pollfd){.fd = x->listener[i].tcp_fd, .events = POLLIN};
	}
	TAILQ_FOREACH(c, &x->conns, all)
	*p++ = (struct pollfd){.fd = c->fd, .events = xfr_conn_events(c)};
	return (nfds_t)(p - x->polls);
}

static int
wait_ms(const struct xfr *x)
{
	int64_t now = xfr_now_ns(), until = now + WAIT_MS * MS_NS;
	const struct xfr_conn *c;

	if (notify_due(x->notify) < until)
		until = notify_due(x->notify);
	TAILQ_FOREACH(c, &x->conns, all)
	{
		int64_t deadline = xfr_conn_deadline(x, c);

		if (c->wants_turn && !c->out)
			return 0;
		if (c->owed && c->look_ns < deadline)
			deadline = c->look_ns;
		if (deadline < until)
			until = deadline;
	}
	return until <= now ? 0 : (int)((until - now) / MS_NS) + 1;
}

/* The connections in the order in which fill_polls saw them; those that were accepted since stand
 * before them and wait for the next turn. */
static void
serve_conns(struct xfr *x, const struct pollfd *p, size_t n)
{
	struct xfr_conn *c, *next;
	int64_t now = xfr_now_ns();

	c = TAILQ_FIRST(&x->conns);
	for (size_t i = 0; i < n && c; i++, c = next) {
		next = TAILQ_NEXT(c, all);
		xfr_owed_step(x, c, now);
		if (p[i].revents || (c->wants_turn && !c->out))
			xfr_tcp_serve(x, c);
		else if (xfr_conn_deadline(x, c) <= now)
			xfr_conn_cut(x, c);
	}
}

static void
turn(struct xfr *x)
{
	nfds_t n = fill_polls(x), first = 1 + 2 * x->o->listen_n;

	if (poll(x->polls, n, wait_ms(x)) < 0)
		return; /* EINTR */
	if (x->polls[0].revents & POLLOUT)
		xfr_events_flush(x->events);
	serve_conns(x, x->polls + first, n - first);
	for (unsigned i = 0; i < x->o->listen_n; i++) {
		if (x->polls[1 + 2 * i].revents)
			xfr_udp_serve(x, x->listener[i].udp_fd);
		if (x->polls[2 + 2 * i].revents)
			xfr_conn_accept(x, &x->listener[i]);
	}
	xfr_notify_send(x);
	if (x->polls[0].revents & (POLLIN | POLLHUP | POLLERR))
		read_parent(x); /* last: a new book may end what the others hold */
}

static int
give_up_privileges(const struct xfr_options *o)
{
	int rc = o->priv ? priv_drop(o->priv) : 0;

	if (rc == 0 && o->is_filtered)
		rc = priv_filter();
	return rc < 0 ? rc : priv_verify(o->priv, o->is_filtered);
}

/* A connection has a socket and, of an IXFR, two files. */
static int
allow_files(const struct xfr_options *o)
{
	rlim_t need = 3 * (rlim_t)o->conns_max + 64;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -errno;
	if (limit.rlim_cur >= need)
		return 0;
	if (limit.rlim_max < need) {
		log_event(LOG_LEVEL_ERROR, "xfr-files",
		    "allowed=%ju needed=%ju remedy=\"raise the limit of open files, or allow fewer "
		    "connections\"",
		    (uintmax_t)limit.rlim_max, (uintmax_t)need);
		return -EMFILE;
	}
	limit.rlim_cur = need;
	return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? -errno : 0;
}

static int
open_all(struct xfr *x)
{
	static const char empty[] = "{\"version\":1}";
	const char *error = "";
	char text[BOOK_ERROR_MAX];
	int rc;

	x->polls = calloc(1 + 2 * XFR_LISTEN_MAX + x->o->conns_max, sizeof(*x->polls));
	if (!x->polls || book_parse(&x->book, empty, strlen(empty), text) < 0)
		return -ENOMEM;
	x->dir_fd = open(x->o->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (x->dir_fd < 0) {
		rc = -errno;
		log_event(LOG_LEVEL_ERROR, "xfr-state", "folder=%s error=\"%s\"", x->o->state_dir,
		    strerror(-rc));
		return rc;
	}
	rc = allow_files(x->o);
	rc = rc < 0 ? rc : notify_new(&x->notify);
	rc = rc < 0 ? rc : xfr_events_new(&x->events, x->parent_fd);
	if (rc == 0 && x->o->certificate)
		rc = xfr_tls_server_new(&x->tls, x->o->certificate, x->o->key, &error);
	if (*error && rc < 0)
		log_event(LOG_LEVEL_ERROR, "xfr-certificate", "file=%s error=\"%s\"",
		    x->o->certificate, error);
	return rc < 0 ? rc : xfr_listen(x);
}

static void
close_all(struct xfr *x)
{
	while (!TAILQ_EMPTY(&x->conns))
		xfr_conn_close(x, TAILQ_FIRST(&x->conns));
	xfr_listen_end(x);
	xfr_tls_server_free(x->tls);
	xfr_events_free(x->events);
	notify_free(x->notify);
	book_drop(x->book);
	if (x->dir_fd >= 0)
		close(x->dir_fd);
	if (x->parent_fd >= 0)
		close(x->parent_fd);
	free(x->polls);
	free(x);
}

int
xfr_run(const struct xfr_options *o, int parent_fd)
{
	struct xfr *x = calloc(1, sizeof(*x));
	struct sigaction act = {.sa_handler = stop};
	int rc;

	if (!x)
		return -ENOMEM;
	x->o = o;
	x->parent_fd = parent_fd;
	x->dir_fd = -1;
	TAILQ_INIT(&x->conns);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	rc = open_all(x);
	rc = rc < 0 ? rc : give_up_privileges(o);
	if (rc < 0) {
		log_event(LOG_LEVEL_ERROR, "xfr-start", "error=\"%s\"", err_text(rc));
		goto out;
	}
	read_book(x);
	while (!x->has_ended && !stopped)
		turn(x);
out:
	close_all(x);
	return rc;
}
