#include "control/xfr_event.h"

#include "base/err.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define QUEUE_MAX   (1 << 20) /* bytes */
#define LINE_BYTES  4096      /* bytes, LF included */
#define STRANGE_MAX 20        /* lines a second, of those without a key */
#define KNOWN_MAX   5000      /* lines a second, of those with one */
#define SECOND_NS   INT64_C(1000000000)

struct xfr_events {
	int fd;
	char *queue; /* QUEUE_MAX bytes */
	size_t at, end;
	uint64_t lost;
	int64_t second_ns; /* when the limit was reset */
	unsigned n[2];     /* lines since: with a key, without */
};

int
xfr_events_new(struct xfr_events **out, int fd)
{
	struct xfr_events *e = calloc(1, sizeof(*e));
	int rc = -ENOMEM;

	if (!e)
		return rc;
	e->fd = fd;
	e->queue = malloc(QUEUE_MAX);
	if (!e->queue)
		goto out;
	rc = 0;
	if (fd >= 0 && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
		rc = -errno;
	if (rc < 0)
		goto out;
	*out = e;
	return 0;
out:
	xfr_events_free(e);
	return rc;
}

void
xfr_events_free(struct xfr_events *e)
{
	if (!e)
		return;
	free(e->queue);
	free(e);
}

void
xfr_client_text(char out[64], const struct in6_addr *address, uint16_t port)
{
	char text[INET6_ADDRSTRLEN];

	if (IN6_IS_ADDR_V4MAPPED(address))
		inet_ntop(AF_INET, &address->s6_addr[12], text, sizeof(text));
	else
		inet_ntop(AF_INET6, address, text, sizeof(text));
	snprintf(out, 64, "%s#%u", text, port);
}

/* Puts a line in the queue.  Returns false when it does not fit. */
static bool
put(struct xfr_events *e, json_t *line)
{
	char text[LINE_BYTES];
	size_t n = line ? json_dumpb(line, text, sizeof(text) - 1, JSON_COMPACT) : 0;

	json_decref(line);
	if (!n || n > sizeof(text) - 1)
		return false;
	text[n++] = '\n';
	if (e->end + n > QUEUE_MAX) {
		memmove(e->queue, e->queue + e->at, e->end - e->at);
		e->end -= e->at;
		e->at = 0;
	}
	if (e->end + n > QUEUE_MAX)
		return false;
	memcpy(e->queue + e->end, text, n);
	e->end += n;
	return true;
}

bool
xfr_events_say(struct xfr_events *e, json_t *line)
{
	bool is_in;

	if (e->fd < 0) {
		json_decref(line);
		return false;
	}
	if (e->lost &&
	    put(e, json_pack("{s:s, s:I}", "event", "lost", "count", (json_int_t)e->lost)))
		e->lost = 0;
	is_in = put(e, line);
	if (!is_in)
		e->lost++;
	xfr_events_flush(e);
	return is_in;
}

static void
set_text(json_t *line, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(line, key, json_string(text));
}

bool
xfr_events_allow(struct xfr_events *e, bool is_strange, int64_t now_ns)
{
	if (now_ns - e->second_ns >= SECOND_NS) {
		e->second_ns = now_ns;
		e->n[0] = e->n[1] = 0;
	}
	if (e->n[is_strange]++ < (is_strange ? STRANGE_MAX : KNOWN_MAX))
		return true;
	e->lost++;
	return false;
}

void
xfr_event_send(struct xfr_events *e, const struct xfr_event *event, bool is_strange, int64_t now_ns)
{
	json_t *line;

	if (!xfr_events_allow(e, is_strange, now_ns))
		return;
	line = json_pack("{s:s, s:b}", "event", event->event, "ok", event->ok);
	set_text(line, "registry", event->registry);
	set_text(line, "zone", event->zone);
	set_text(line, "client", event->client);
	set_text(line, "kind", event->kind);
	set_text(line, "transport", event->transport);
	set_text(line, "error", event->error);
	if (event->has_serial)
		json_object_set_new(line, "serial", json_integer(event->serial));
	if (event->has_bytes) {
		json_object_set_new(line, "bytes", json_integer((json_int_t)event->bytes));
		json_object_set_new(line, "ms", json_integer((json_int_t)event->ms));
	}
	xfr_events_say(e, line);
}

void
xfr_event_book(struct xfr_events *e, const char *error, size_t zones)
{
	json_t *line = json_pack(
	    "{s:s, s:b, s:I}", "event", "book", "ok", error == NULL, "zones", (json_int_t)zones);

	set_text(line, "error", error);
	xfr_events_say(e, line);
}

void
xfr_events_flush(struct xfr_events *e)
{
	while (e->at < e->end) {
		ssize_t n =
		    send(e->fd, e->queue + e->at, e->end - e->at, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return; /* a parent that is gone is noticed where its words are read */
		e->at += (size_t)n;
	}
	e->at = e->end = 0;
}

bool
xfr_events_wait(const struct xfr_events *e)
{
	return e->at < e->end;
}
