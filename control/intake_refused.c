#include "control/intake_impl.h"

#include "control/xfr_event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void
client_of(char out[64], struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr_in6 *a = info ? (const void *)info->client_addr : NULL;

	out[0] = '\0';
	if (a && a->sin6_family == AF_INET6)
		xfr_client_text(out, &a->sin6_addr, ntohs(a->sin6_port));
}

void
intake_tell_refused(const struct intake *in, const struct intake_request *r)
{
	char client[64], *text;
	json_t *line;

	client_of(client, r->connection);
	line = json_pack("{s:s, s:s, s:i, s:s, s:s, s:I, s:s}", "event", "refused", "error",
	    r->why ? r->why : "", "status", (int)r->status, "publisher",
	    r->publisher ? r->publisher->name : "", "feed", r->target.feed, "serial",
	    (json_int_t)r->target.serial, "client", client);
	text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	json_decref(line);
	if (text) {
		size_t len = strlen(text);

		text[len++] = '\n'; /* in the place of the NUL */
		while (send(in->fd, text, len, MSG_NOSIGNAL) < 0 && errno == EINTR)
			;
	}
	free(text);
}
