#include "control/pull_transfer.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

/* TSIG's time is that of the source, which knows of no exercise. */
static uint64_t
tsig_now_s(void)
{
	return (uint64_t)time(NULL);
}

static int
ask(struct pull_wire *w, struct pull_stream *s)
{
	uint8_t msg[2 + PULL_ASK_ROOM];
	uint16_t id;
	int n;

	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		return -EIO;
	n = pull_ask(s, msg + 2, id, tsig_now_s());
	if (n < 0)
		return n;
	put16(msg, (uint16_t)n);
	return pull_wire_send(w, msg, (size_t)n);
}

int
pull_transfer(struct pull_wire *w, struct pull_stream *s, struct pull_zone *z, uint8_t *message)
{
	int rc = ask(w, s);

	while (rc == 0) {
		int n = pull_wire_receive(w, message);

		rc = n < 0 ? n : pull_take(s, message, (size_t)n, tsig_now_s());
	}
	if (rc > 0 && z && s->kind != PULL_CURRENT)
		rc = pull_zone_finish(z, s->kind);
	return rc < 0 ? rc : 0;
}
