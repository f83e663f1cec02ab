#include "dataplane/publish.h"

#include "dataplane/cookie.h"
#include "dataplane/image.h"

#include <errno.h>
#include <rte_pause.h>
#include <rte_rcu_qsbr.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GRACE_SPINS    2000 /* some tens of microseconds: a burst */
#define GRACE_PAUSE_NS 20000

int
publish_init(struct publish *p)
{
	size_t bytes = rte_rcu_qsbr_get_memsize(PUBLISH_READERS_MAX);

	memset(p, 0, sizeof(*p));
	p->qs = aligned_alloc(64, (bytes + 63) / 64 * 64);
	if (!p->qs)
		return -ENOMEM;
	return rte_rcu_qsbr_init(p->qs, PUBLISH_READERS_MAX) == 0 ? 0 : -ENOMEM;
}

void
publish_close(struct publish *p)
{
	image_free(p->current);
	free(p->cookies);
	free(p->qs);
	memset(p, 0, sizeof(*p));
}

void
publish_enter(struct publish *p, unsigned id)
{
	rte_rcu_qsbr_thread_register(p->qs, id);
	rte_rcu_qsbr_thread_online(p->qs, id);
}

void
publish_leave(struct publish *p, unsigned id)
{
	rte_rcu_qsbr_thread_offline(p->qs, id);
	rte_rcu_qsbr_thread_unregister(p->qs, id);
}

const struct image *
publish_current(const struct publish *p)
{
	return atomic_load_explicit(&p->current, memory_order_acquire);
}

void
publish_quiet(struct publish *p, unsigned id)
{
	rte_rcu_qsbr_quiescent(p->qs, id);
}

void
publish_sleep(struct publish *p, unsigned id)
{
	rte_rcu_qsbr_thread_offline(p->qs, id);
}

void
publish_wake(struct publish *p, unsigned id)
{
	rte_rcu_qsbr_thread_online(p->qs, id);
}

uint64_t
publish_ask(struct publish *p)
{
	return rte_rcu_qsbr_start(p->qs);
}

bool
publish_all_moved(struct publish *p, uint64_t question)
{
	return rte_rcu_qsbr_check(p->qs, question, false) == 1;
}

void
publish_grace(void *ctx)
{
	const struct timespec pause = {0, GRACE_PAUSE_NS};
	struct publish *p = ctx;
	uint64_t question = publish_ask(p);

	/* A reader that waits for a CPU may be waiting for this one. */
	for (unsigned i = 0; !publish_all_moved(p, question); i++)
		if (i < GRACE_SPINS)
			rte_pause();
		else
			nanosleep(&pause, NULL);
}

void
publish_swap(struct publish *p, struct image *img)
{
	struct image *old = atomic_exchange_explicit(&p->current, img, memory_order_acq_rel);

	publish_grace(p);
	image_free(old);
}

void
publish_cookies(struct publish *p, struct cookie_secrets *s)
{
	struct cookie_secrets *old = atomic_exchange_explicit(&p->cookies, s, memory_order_acq_rel);

	if (!old)
		return;
	publish_grace(p);
	explicit_bzero(old, sizeof(*old));
	free(old);
}
