/* Transfers of which all was sent, and not all is known to have arrived: what lies in the socket's
 * buffer has reached nobody, and who reads slowly must not pass for one that holds the zone. */
#include "control/acknowledged.h"
#include "control/xfr_impl.h"

#include <stdlib.h>
#include <sys/socket.h>

#define MS_NS     INT64_C(1000000)
#define LOOK_MS   10
#define LOOK_MOST 160

/* Whether the peer has acknowledged every byte; notes progress as activity. */
static bool
is_acknowledged(struct xfr_conn *c)
{
	struct acknowledged a;

	if (acknowledged(c->fd, &a) < 0)
		return false;
	if (a.bytes != c->acknowledged) {
		c->acknowledged = a.bytes;
		c->active_ns = xfr_now_ns();
	}
	return a.bytes == a.written;
}

static void
tell_all(struct xfr *x, struct xfr_conn *c, const char *error)
{
	while (c->owed) {
		struct xfr_transfer *t = c->owed;

		c->owed = t->next;
		xfr_transfer_tell(x, t, error);
	}
	c->owed_n = 0;
}

void
xfr_owed_add(struct xfr *x, struct xfr_conn *c, struct xfr_transfer *t)
{
	struct xfr_transfer **last = &c->owed;

	while (*last)
		last = &(*last)->next;
	*last = t;
	c->owed_n++;
	c->look_ms = LOOK_MS;
	c->look_ns = xfr_now_ns() + LOOK_MS * MS_NS;
	if (is_acknowledged(c))
		tell_all(x, c, NULL);
}

void
xfr_owed_step(struct xfr *x, struct xfr_conn *c, int64_t now_ns)
{
	if (!c->owed || now_ns < c->look_ns)
		return;
	if (is_acknowledged(c)) {
		tell_all(x, c, NULL);
		c->wants_turn = true; /* a request may have waited for it */
		return;
	}
	c->look_ms = c->look_ms < LOOK_MOST ? 2 * c->look_ms : LOOK_MOST;
	c->look_ns = now_ns + c->look_ms * MS_NS;
}

void
xfr_owed_end(struct xfr *x, struct xfr_conn *c, const char *error)
{
	static const struct linger at_once = {1, 0};

	if (!c->owed)
		return;
	if (is_acknowledged(c)) {
		tell_all(x, c, NULL);
		return;
	}
	/* What was not taken until now is thrown away, so that what is told stays true. */
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	tell_all(x, c, error);
}
