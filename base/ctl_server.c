#include "base/ctl_server.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTENER CTL_CLIENTS_MAX /* an event's number that is no client's */

struct client {
	int fd;           /* -1: not in use */
	int64_t until_ms; /* for the request, then for the reply */
	char *reply;      /* NULL: the request is not whole yet */
	size_t len, at;   /* of the request; of the reply, and how much of it was taken */
	char request[CTL_REQUEST_MAX + 1]; /* one more shows what is too long */
};

struct ctl_server {
	int listen_fd, ep;
	int64_t now_ms;
	ctl_answer_fn *answer; /* of this step */
	void *ctx;
	const struct client *asking; /* NULL: nobody is being answered */
	struct client client[CTL_CLIENTS_MAX];
};

static int
watch(struct ctl_server *s, int op, int fd, uint32_t events, uint32_t number)
{
	struct epoll_event e = {.events = events, .data.u32 = number};

	return epoll_ctl(s->ep, op, fd, &e) < 0 ? -errno : 0;
}

int
ctl_server_new(struct ctl_server **out, int listen_fd)
{
	struct ctl_server *s = calloc(1, sizeof(*s));
	int rc = -ENOMEM;

	if (!s) {
		close(listen_fd);
		return rc;
	}
	for (unsigned i = 0; i < CTL_CLIENTS_MAX; i++)
		s->client[i].fd = -1;
	s->listen_fd = listen_fd;
	s->ep = epoll_create1(EPOLL_CLOEXEC);
	rc = s->ep < 0 ? -errno : watch(s, EPOLL_CTL_ADD, listen_fd, EPOLLIN, LISTENER);
	if (rc < 0)
		ctl_server_free(s);
	else
		*out = s;
	return rc;
}

static void
end(struct client *c)
{
	close(c->fd);
	free(c->reply);
	c->fd = -1;
	c->reply = NULL;
}

void
ctl_server_free(struct ctl_server *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < CTL_CLIENTS_MAX; i++)
		if (s->client[i].fd >= 0)
			end(&s->client[i]);
	if (s->ep >= 0)
		close(s->ep);
	close(s->listen_fd);
	free(s);
}

int
ctl_server_fd(const struct ctl_server *s)
{
	return s->ep;
}

uid_t
ctl_server_peer(const struct ctl_server *s)
{
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t len = sizeof(peer);

	if (!s->asking || getsockopt(s->asking->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return (uid_t)-1;
	return peer.uid;
}

static json_t *
ask(struct ctl_server *s, struct client *c)
{
	char *argv[CTL_WORDS_MAX];
	int argc = ctl_split(argv, c->request, c->len);
	json_t *reply;

	switch (argc) {
	case -ERR_SHORT: return ctl_error("the request ends early; expected a line feed");
	case -ERR_FORMAT:
		return ctl_error("bad request; expected words of UTF-8, one space between two");
	case -ERR_LIMIT:
		return ctl_error("the request is too long; expected at most %d words, %d bytes",
		    CTL_WORDS_MAX, CTL_REQUEST_MAX);
	}
	s->asking = c;
	reply = s->answer(s->ctx, (size_t)argc, argv);
	s->asking = NULL;
	return reply;
}

/* The reply's line, to be freed; NULL: no memory. */
static char *
reply_line(const json_t *reply, size_t *len)
{
	char *text = reply ? json_dumps(reply, JSON_COMPACT) : NULL;

	if (text && strlen(text) >= CTL_REPLY_MAX) {
		free(text);
		text = strdup("{\"ok\":false,\"error\":\"the reply is too long\"}");
	}
	if (!text)
		text = strdup("{\"ok\":false,\"error\":\"out of memory\"}");
	if (!text)
		return NULL;
	*len = strlen(text);
	text[(*len)++] = '\n'; /* in the place of the NUL */
	return text;
}

/* That the peer does not take its reply is the peer's mistake. */
static void
send_reply(struct client *c)
{
	while (c->at < c->len) {
		ssize_t n = send(c->fd, c->reply + c->at, c->len - c->at, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0 && errno != EINTR)
			break;
		c->at += n > 0 ? (size_t)n : 0;
	}
	end(c);
}

static void
start_reply(struct ctl_server *s, struct client *c, json_t *reply)
{
	c->reply = reply_line(reply, &c->len);
	c->at = 0;
	c->until_ms = s->now_ms + CTL_REPLY_MS;
	json_decref(reply);
	if (!c->reply || watch(s, EPOLL_CTL_MOD, c->fd, EPOLLOUT, (uint32_t)(c - s->client)) < 0)
		end(c);
	else
		send_reply(c);
}

static void
read_request(struct ctl_server *s, struct client *c)
{
	ssize_t n = recv(c->fd, c->request + c->len, sizeof(c->request) - c->len, 0);
	char *lf = n > 0 ? memchr(c->request + c->len, '\n', (size_t)n) : NULL;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0 || (n == 0 && c->len == 0)) {
		end(c); /* a probe, or gone: nobody to answer */
		return;
	}
	c->len = lf ? (size_t)(lf + 1 - c->request) : c->len + (size_t)n;
	if (lf || n == 0 || c->len == sizeof(c->request))
		start_reply(s, c, ask(s, c));
}

/* A place for a new client: one not in use, or that of the client whose time ends first. */
static struct client *
place(struct ctl_server *s)
{
	struct client *first = &s->client[0];

	for (unsigned i = 0; i < CTL_CLIENTS_MAX; i++) {
		struct client *c = &s->client[i];

		if (c->fd < 0)
			return c;
		if (c->until_ms < first->until_ms)
			first = c;
	}
	end(first);
	return first;
}

/* At most a table full: who connects without end must not keep us here. */
static void
accept_clients(struct ctl_server *s)
{
	for (unsigned i = 0; i < CTL_CLIENTS_MAX; i++) {
		int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		struct client *c;

		if (fd < 0)
			return;
		c = place(s);
		c->fd = fd;
		c->len = 0;
		c->until_ms = s->now_ms + CTL_REQUEST_MS;
		if (watch(s, EPOLL_CTL_ADD, fd, EPOLLIN, (uint32_t)(c - s->client)) < 0)
			end(c);
		else
			read_request(s, c); /* mostly it is there already */
	}
}

static void
expire(struct ctl_server *s)
{
	for (unsigned i = 0; i < CTL_CLIENTS_MAX; i++) {
		struct client *c = &s->client[i];

		if (c->fd < 0 || s->now_ms < c->until_ms)
			continue;
		if (c->reply)
			end(c);
		else
			start_reply(s, c,
			    ctl_error("no request within %d s; expected words and a line feed",
				CTL_REQUEST_MS / 1000));
	}
}

void
ctl_server_step(struct ctl_server *s, int64_t now_ms, ctl_answer_fn *answer, void *ctx)
{
	struct epoll_event e[CTL_CLIENTS_MAX + 1];
	int n = epoll_wait(s->ep, e, CTL_CLIENTS_MAX + 1, 0);

	s->now_ms = now_ms;
	s->answer = answer;
	s->ctx = ctx;
	for (int i = 0; i < n; i++) {
		uint32_t number = e[i].data.u32;
		struct client *c = &s->client[number];

		if (number == LISTENER)
			accept_clients(s);
		else if (c->fd >= 0 && c->reply) /* an event may be stale; trying does no harm */
			send_reply(c);
		else if (c->fd >= 0)
			read_request(s, c);
	}
	expire(s);
}
