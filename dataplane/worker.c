#include "dataplane/worker.h"

#include "dataplane/inspect.h"
#include "dataplane/local.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

static const uint8_t screen_of[] = {
    [PORT_AUTHORITATIVE] = SCREEN_NONE,
    [PORT_INLINE] = SCREEN_INLINE,
    [PORT_MONITOR] = SCREEN_MONITOR,
};

/* ARP, ND and echo are rare: most bursts have none. */
static void
answer_local(const struct frame_port *p, struct frames *f, struct vec *v)
{
	for (unsigned i = 0; i < v->n; i++)
		if (v->way[i] == WAY_LOCAL)
			v->way[i] = (uint8_t)local_answer(p, f->mbuf[i]);
}

/* ARP and echo are between others, as all that is not ours to answer. */
static void
hand_on_local(struct vec *v)
{
	for (unsigned i = 0; i < v->n; i++)
		if (v->way[i] == WAY_LOCAL)
			v->way[i] = WAY_PASSED_ON;
}

/* To be sent without the notes of the device that received it. */
static struct rte_mbuf *
as_it_came(struct rte_mbuf *m)
{
	m->ol_flags &= RTE_MBUF_F_EXTERNAL | RTE_MBUF_F_INDIRECT;
	return m;
}

/* Frames on their way out of a burst. */
struct ends {
	unsigned reply_n, forward_n, dead_n;
	struct rte_mbuf *reply[VEC_MAX], *forward[VEC_MAX], *dead[VEC_MAX];
};

/* Replies, what is for the kernel, and the rest. */
static void
finish(const struct frames *f, const struct vec *v, struct ends *to)
{
	to->reply_n = to->forward_n = to->dead_n = 0;
	for (unsigned i = 0; i < v->n; i++)
		if (v->way[i] >= WAY_ANSWERS)
			to->reply[to->reply_n++] = f->mbuf[i];
		else if (v->way[i] == WAY_TO_KERNEL)
			to->forward[to->forward_n++] = as_it_came(f->mbuf[i]);
		else
			to->dead[to->dead_n++] = f->mbuf[i];
}

/* Whether it was decided by a list that a query gets no answer. */
static bool
is_silenced(const struct vec *v, unsigned i)
{
	return v->rule[i] && v->way[i] != WAY_PASSED_ON && v->way[i] != WAY_SEEN;
}

/* Likewise, with a peer: what is not answered goes there in the order in which it came.  more: n
 * further frames for the peer. */
static void
finish_inline(const struct frames *f, const struct vec *v, struct rte_mbuf **more, unsigned n,
    struct ends *to)
{
	to->reply_n = to->forward_n = to->dead_n = 0;
	for (; to->forward_n < n; to->forward_n++)
		to->forward[to->forward_n] = more[to->forward_n];
	for (unsigned i = 0; i < v->n; i++) {
		struct rte_mbuf *m = f->mbuf[i];

		if (v->way[i] >= WAY_ANSWERS) {
			to->reply[to->reply_n++] = m;
		} else if (is_silenced(v, i)) {
			to->dead[to->dead_n++] = m;
		} else {
			to->forward[to->forward_n++] = as_it_came(m);
		}
	}
}

/* Returns how many were sent; the rest is freed. */
static unsigned
transmit(uint16_t port, uint16_t queue, struct rte_mbuf **m, unsigned n)
{
	uint16_t sent = rte_eth_tx_burst(port, queue, m, (uint16_t)n);

	if (sent < n) /* a device may take fewer: once more, then they are lost and counted */
		sent += rte_eth_tx_burst(port, queue, m + sent, (uint16_t)(n - sent));
	if (sent < n)
		rte_pktmbuf_free_bulk(m + sent, n - sent);
	return sent;
}

static void
send_all(struct worker *w, const struct worker_queue *q, struct ends *e)
{
	struct counters *c = &w->counters;
	unsigned sent;

	if (e->reply_n > 0) {
		sent = transmit(q->port, q->queue, e->reply, e->reply_n);
		if (sent < e->reply_n)
			count_add(&c->tx_unsent, e->reply_n - sent);
	}
	if (e->forward_n > 0 && q->exception) {
		sent = transmit(q->exception->tap, q->queue, e->forward, e->forward_n);
		count_add(&c->kernel_unsent, e->forward_n - sent);
	} else if (e->forward_n > 0) {
		sent = transmit(q->peer, q->queue, e->forward, e->forward_n);
		count_add(&c->forwarded[q->index], sent);
		count_add(&c->forward_unsent[q->index], e->forward_n - sent);
	}
	rte_pktmbuf_free_bulk(e->dead, e->dead_n);
}

static void
count_transport(struct counters *c, const struct frames *f, const struct vec *v)
{
	unsigned v6 = 0, v4 = 0;

	for (unsigned i = 0; i < v->n; i++) {
		unsigned is_dns = v->way[i] == WAY_NONE;

		v6 += is_dns & f->is_v6[i];
		v4 += is_dns & !f->is_v6[i];
	}
	count_add(&c->udp, v4);
	count_add(&c->udp6, v6);
}

/* Queries over TCP, of an inline port: rare beside those over UDP. */
static void
inspect(struct worker *w, const struct worker_queue *q, const struct frames *f, struct vec *v,
    struct inspected *in)
{
	unsigned v6 = 0;

	in->n = 0;
	if (!q->inspects_tcp)
		return;
	inspect_parse(q->frame, f, v, in);
	for (unsigned k = 0; k < in->n; k++)
		v6 += f->is_v6[in->lane[k]];
	count_add(&w->counters.tcp, in->n - v6);
	count_add(&w->counters.tcp6, v6);
}

static uint64_t
now_ms(const struct worker *w)
{
	return (uint64_t)((unsigned __int128)rte_rdtsc() * w->tsc_ms >> 64);
}

/* One burst of one queue.  Returns how many packets came. */
static unsigned
serve(struct worker *w, const struct worker_queue *q)
{
	struct frames f;
	struct vec v;
	struct ends ends;
	struct inspected in;
	struct rte_mbuf *reset[VEC_MAX];
	const struct image *img;
	unsigned n;

	/* Once a burst, so that no stage ends that has not begun. */
	w->engine.watch.times =
	    atomic_load_explicit(&w->is_watched, memory_order_relaxed) ? &w->times : NULL;
	stage_start(&w->engine.watch);
	n = rte_eth_rx_burst(q->port, q->queue, f.mbuf, VEC_MAX);
	if (n == 0)
		return 0;
	stage_end(&w->engine.watch, STAGE_RX, n);
	count_add(&w->counters.bursts, 1);
	frame_parse(q->frame, &f, &v, n);
	if (q->mode == PORT_AUTHORITATIVE)
		answer_local(q->frame, &f, &v);
	else
		hand_on_local(&v);
	count_transport(&w->counters, &f, &v);
	img = engine_begin(&w->engine, w->publish, now_ms(w));
	if (q->exception)
		exception_pick(q->exception, &w->spent, &f, &v, w->engine.now_ms);
	if (engine_wants_client(&w->engine, img))
		frame_clients(&f, &v);
	inspect(w, q, &f, &v, &in);
	w->engine.screen = screen_of[q->mode];
	stage_end(&w->engine.watch, STAGE_FRAME, v.n);
	engine_answer(&w->engine, img, &v);
	n = inspect_finish(&f, &v, &in, reset);
	frame_turn(&f, &v);
	if (q->has_peer)
		finish_inline(&f, &v, reset, n, &ends);
	else
		finish(&f, &v, &ends);
	stage_end(&w->engine.watch, STAGE_TURN, v.n);
	send_all(w, q, &ends);
	stage_end(&w->engine.watch, STAGE_TX, ends.reply_n);
	return v.n;
}

/* What the kernel sends on the port's exception path.  Returns how many frames came. */
static unsigned
serve_kernel(struct worker *w, const struct worker_queue *q)
{
	struct rte_mbuf *m[EXCEPTION_BURST];
	unsigned n = rte_eth_rx_burst(q->exception->tap, q->queue, m, EXCEPTION_BURST), sent;

	if (n == 0)
		return 0;
	for (unsigned i = 0; i < n; i++)
		as_it_came(m[i]);
	sent = transmit(q->port, q->queue, m, n);
	count_add(&w->counters.from_kernel, sent);
	count_add(&w->counters.kernel_unsent, n - sent);
	return n;
}

static unsigned
serve_queue(struct worker *w, const struct worker_queue *q)
{
	unsigned got = serve(w, q);

	return q->exception ? got + serve_kernel(w, q) : got;
}

int
worker_run(void *arg)
{
	struct worker *w = arg;

	publish_enter(w->publish, w->reader_id);
	while (!atomic_load_explicit(&w->publish->stop, memory_order_relaxed)) {
		unsigned got = 0;

		for (unsigned i = 0; i < w->queues_n; i++)
			got += serve_queue(w, &w->queue[i]);
		publish_quiet(w->publish, w->reader_id); /* the image is dead from here */
		if (got)
			worker_busy(w, got);
		else
			worker_idle(w);
	}
	publish_leave(w->publish, w->reader_id);
	return 0;
}
