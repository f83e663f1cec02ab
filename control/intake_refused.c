#include "control/intake_impl.h"

#include <netinet/in.h>

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
	const struct registry *g = r->download.registry;
	char client[64];

	if (!xfr_events_allow(in->events, !r->publisher && !g, intake_clock_ns()))
		return;
	client_of(client, r->connection);
	xfr_events_say(in->events,
	    json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:I, s:s}", "event", "refused", "error",
		r->why ? r->why : "", "status", (int)r->status, "publisher",
		r->publisher ? r->publisher->name : "", "registry", g ? g->name : "", "feed",
		r->target.feed, "serial", (json_int_t)r->target.serial, "client", client));
}
