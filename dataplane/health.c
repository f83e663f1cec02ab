#include "dataplane/health.h"

void
health_step(struct health *h, struct publish *p, int64_t now_ns)
{
	if (h->is_asked && !publish_all_moved(p, h->question)) {
		h->silent_ns = now_ns - h->asked_ns;
		return;
	}
	h->silent_ns = 0;
	h->question = publish_ask(p);
	h->asked_ns = now_ns;
	h->is_asked = true;
}

int64_t
health_stalled_ns(const struct health *h)
{
	return h->silent_ns > HEALTH_STALL_NS ? h->silent_ns : 0;
}
