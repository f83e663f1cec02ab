/* Downloads of which all was sent, and not all is known to have arrived: the library counts a
 * response as done when the kernel has it, and who reads slowly must not pass for one that holds
 * the zone. */
#include "control/acknowledged.h"
#include "control/intake_impl.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

static void
tell(struct intake *in, struct xfr_event *e, int64_t began_ns, const char *error)
{
	int64_t now = intake_clock_ns();

	e->ok = !error;
	e->error = error;
	e->ms = (uint64_t)((now - began_ns) / 1000000);
	xfr_event_send(in->events, e, false, now);
}

void
intake_owed_add(struct intake *in, int fd, const struct intake_download *d)
{
	struct intake_owed *o = in->owed_n < INTAKE_OWED_MAX ? calloc(1, sizeof(*o)) : NULL;
	struct xfr_event event = d->event;
	struct acknowledged a;

	/* The library closes its own as soon as it likes. */
	if (o)
		o->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (!o || o->fd < 0 || acknowledged(o->fd, &a) < 0) {
		if (o && o->fd >= 0)
			close(o->fd);
		free(o);
		tell(in, &event, d->began_ns, "too many downloads under way");
		return;
	}
	/* The library writes more later, a farewell of TLS, which a peer that has all need not
	 * take. */
	o->wanted = a.written;
	o->acknowledged = a.bytes;
	o->event = event;
	o->began_ns = d->began_ns;
	o->active_ns = intake_clock_ns();
	in->owed[in->owed_n++] = o;
}

static void
settle(struct intake *in, unsigned i, const char *error)
{
	struct intake_owed *o = in->owed[i];

	/* What was not taken until now is thrown away, so that what is told stays true. */
	if (error) {
		intake_count(in, COUNT_CUT);
		intake_throw_away(o->fd);
		shutdown(o->fd, SHUT_RDWR);
	}
	tell(in, &o->event, o->began_ns, error);
	close(o->fd);
	free(o);
	in->owed[i] = in->owed[--in->owed_n];
}

void
intake_owed_step(struct intake *in)
{
	const struct config_https *h = &in->o->config.https;
	int64_t now = intake_clock_ns();

	for (unsigned i = in->owed_n; i-- > 0;) {
		struct intake_owed *o = in->owed[i];
		struct acknowledged a = {o->acknowledged, 0};

		acknowledged(o->fd, &a);
		if (a.bytes != o->acknowledged)
			o->active_ns = now;
		o->acknowledged = a.bytes;
		if (o->acknowledged >= o->wanted)
			settle(in, i, NULL);
		else if (now - o->active_ns > h->idle * SECOND_NS)
			settle(in, i, "takes nothing any more");
		else if (now - o->began_ns > h->longest * SECOND_NS)
			settle(in, i, "takes too long");
	}
}
