#include "dataplane/worker.h"

#include "dataplane/local.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

/* ARP, ND and echo are rare: most bursts have none. */
static void
answer_local(const struct frame_port *p, struct frames *f, struct vec *v)
{
	for (unsigned i = 0; i < v->n; i++)
		if (v->way[i] == WAY_LOCAL)
			v->way[i] = (uint8_t)local_answer(p, f->mbuf[i]);
}

/* Replies to the front, what has none is freed. */
static unsigned
finish(struct frames *f, struct vec *v, struct rte_mbuf **reply)
{
	unsigned n = 0, dead_n = 0;
	struct rte_mbuf *dead[VEC_MAX];

	for (unsigned i = 0; i < v->n; i++) {
		if (v->way[i] < WAY_ANSWERS) {
			dead[dead_n++] = f->mbuf[i];
			continue;
		}
		reply[n++] = f->mbuf[i];
	}
	rte_pktmbuf_free_bulk(dead, dead_n);
	return n;
}

static void
transmit(struct worker *w, const struct worker_queue *q, struct rte_mbuf **reply, unsigned n)
{
	uint16_t sent = rte_eth_tx_burst(q->port, q->queue, reply, (uint16_t)n);

	if (sent < n) /* a device may take fewer: once more, then they are lost and counted */
		sent += rte_eth_tx_burst(q->port, q->queue, reply + sent, (uint16_t)(n - sent));
	if (sent < n) {
		count_add(&w->counters.tx_unsent, n - sent);
		rte_pktmbuf_free_bulk(reply + sent, n - sent);
	}
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
	struct rte_mbuf *reply[VEC_MAX];
	const struct image *img;
	unsigned n;

	stage_start(&w->engine.watch);
	n = rte_eth_rx_burst(q->port, q->queue, f.mbuf, VEC_MAX);
	if (n == 0)
		return 0;
	stage_end(&w->engine.watch, STAGE_RX, n);
	count_add(&w->counters.bursts, 1);
	frame_parse(q->frame, &f, &v, n);
	answer_local(q->frame, &f, &v);
	count_transport(&w->counters, &f, &v);
	img = engine_begin(&w->engine, w->publish, now_ms(w));
	if (engine_wants_client(&w->engine, img))
		frame_clients(&f, &v);
	stage_end(&w->engine.watch, STAGE_FRAME, v.n);
	engine_answer(&w->engine, img, &v);
	frame_turn(&f, &v);
	n = finish(&f, &v, reply);
	stage_end(&w->engine.watch, STAGE_TURN, v.n);
	if (n > 0)
		transmit(w, q, reply, n);
	stage_end(&w->engine.watch, STAGE_TX, n);
	return v.n;
}

int
worker_run(void *arg)
{
	struct worker *w = arg;
	uint64_t idle = 0;

	publish_enter(w->publish, w->reader_id);
	while (!atomic_load_explicit(&w->publish->stop, memory_order_relaxed)) {
		unsigned got = 0;

		for (unsigned i = 0; i < w->queues_n; i++)
			got += serve(w, &w->queue[i]);
		publish_quiet(w->publish, w->reader_id); /* the image is dead from here */
		idle = got ? 0 : idle + 1;
		if (idle)
			worker_idle(w, idle);
	}
	publish_leave(w->publish, w->reader_id);
	return 0;
}
