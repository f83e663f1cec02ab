/* A request from its first line to its end, whatever it asks for. */
#include "control/intake_impl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define THROWN_MAX (1 << 20) /* bytes read and thrown away */

enum MHD_Result
intake_ask(struct intake *in, struct intake_request *r, json_t *line)
{
	r->id = ++in->last_id;
	if (line)
		json_object_set_new(line, "id", json_integer((json_int_t)r->id));
	if (!xfr_events_say(in->events, line))
		return intake_refuse(
		    in, r, MHD_HTTP_SERVICE_UNAVAILABLE, "the hub does not answer");
	r->phase = PHASE_ASKED;
	MHD_suspend_connection(r->connection);
	return MHD_YES;
}

/* Whether a method is one of those at allowed, "GET, HEAD". */
static bool
is_allowed(const char *allowed, const char *method)
{
	size_t len = strlen(method);

	for (const char *at = allowed; *at; at += strspn(at, ", ")) {
		size_t word = strcspn(at, ", ");

		if (word == len && memcmp(at, method, len) == 0)
			return true;
		at += word;
	}
	return false;
}

static void
begin(struct intake *in, struct intake_request *r, const char *method)
{
	r->phase = PHASE_BODY;
	r->is_put = strcmp(method, "PUT") == 0;
	r->is_head = strcmp(method, "HEAD") == 0;
	if (!r->handler) {
		r->status = MHD_HTTP_NOT_FOUND;
		r->why = "there is no such place; cordond(8) names those there are";
	} else if (!is_allowed(r->handler->methods, method)) {
		r->status = MHD_HTTP_METHOD_NOT_ALLOWED;
		r->why = r->handler->methods;
	} else {
		r->handler->begin(in, r);
	}
}

enum MHD_Result
intake_on_request(void *ctx, struct MHD_Connection *c, const char *url, const char *method,
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
		return r->status ? intake_refuse(in, r, r->status, r->why) : MHD_YES;
	}
	if (*len) {
		/* A small rest is read, so that the client hears why; who sends on is cut off. */
		if (r->status || !r->handler->body)
			r->thrown += *len;
		if (r->thrown > THROWN_MAX)
			return MHD_NO;
		if (r->handler->body)
			r->handler->body(in, r, body, *len);
		*len = 0;
		return MHD_YES;
	}
	if (r->phase == PHASE_ANSWERED)
		return r->handler->answer(in, r);
	if (r->status)
		return intake_refuse(in, r, r->status, r->why);
	return r->handler->finish(in, r);
}

static struct intake_conn *
conn_of(struct intake *in, int fd)
{
	for (size_t i = 0; i < INTAKE_CONNECTIONS_MAX; i++)
		if (in->conn[i].fd == fd)
			return &in->conn[i];
	return NULL;
}

int
intake_fd_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

void
intake_throw_away(int fd)
{
	static const struct linger at_once = {1, 0};

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/* Before anything of the request but its line was read. */
void *
intake_on_target(void *ctx, const char *uri, struct MHD_Connection *c)
{
	struct intake *in = ctx;
	struct intake_request *r = calloc(1, sizeof(*r));
	struct intake_conn *conn = conn_of(in, intake_fd_of(c));

	if (!r)
		return NULL;
	r->file = -1;
	r->connection = c;
	r->next = in->requests;
	in->requests = r;
	if (intake_target_parse(&r->target, uri) == 0)
		r->handler = &intake_handlers[r->target.route];
	if (conn)
		conn->has_request = true;
	return r;
}

void
intake_on_end(
    void *ctx, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
	struct intake *in = ctx;
	struct intake_request *r = *state, **at = &in->requests;
	struct intake_conn *conn = conn_of(in, intake_fd_of(c));

	if (why != MHD_REQUEST_TERMINATED_COMPLETED_OK)
		intake_throw_away(intake_fd_of(c));
	if (conn) {
		conn->has_request = false;
		conn->started_ns = intake_clock_ns();
	}
	*state = NULL;
	if (!r)
		return;
	while (*at && *at != r)
		at = &(*at)->next;
	if (*at)
		*at = r->next;
	if (r->handler && r->handler->end)
		r->handler->end(in, r, why == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	if (r->file >= 0)
		close(r->file);
	if (r->status)
		intake_tell_refused(in, r);
	json_decref(r->answer);
	free(r->body);
	free(r);
}

void
intake_on_connection(
    void *ctx, struct MHD_Connection *c, void **state, enum MHD_ConnectionNotificationCode code)
{
	struct intake *in = ctx;
	bool begins = code == MHD_CONNECTION_NOTIFY_STARTED;
	struct intake_conn *conn = conn_of(in, begins ? -1 : intake_fd_of(c));

	(void)state;
	if (conn)
		*conn =
		    (struct intake_conn){begins ? intake_fd_of(c) : -1, intake_clock_ns(), false};
}
