#include "bench/gen.h"

#include "base/err.h"
#include "bench/pace.h"
#include "dataplane/wire.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <stdlib.h>
#include <string.h>

#define BURST          32
#define LAG_US         200 /* a sender this late gives queries up: no more at once than rings hold */
#define EXPIRE_MOST    512 /* slots a round */
#define RCODE_SERVFAIL 2

/* One trial as it runs. */
struct run {
	struct gen *g;
	struct gen_result *out;
	struct match match;
	struct pace pace;
	const struct gen_trial *trial;
	uint64_t number; /* of the next query, skipped ones counted */
	uint64_t hz, lag;
	uint32_t at;    /* of the next query in the pool */
	uint16_t queue; /* for the next burst */
	uint64_t second_end, lost_before;
	struct gen_second now;  /* the second that runs */
	struct hdr second, all; /* ticks */
};

double
gen_loss(const struct gen_result *r)
{
	double tried = (double)(r->sent + r->unsent);

	return tried > 0 ? (double)(r->unsent + r->lost) / tried : 0;
}

/* The tick at which query i is due. */
static uint64_t
due_at(const struct run *r, uint64_t i)
{
	if (!r->trial->event)
		return pace_due(&r->pace, i);
	return r->pace.start + r->trial->event[i].due_us * r->hz / 1000000;
}

/* How many queries are due, a burst at most. */
static unsigned
ready(const struct run *r, uint64_t now)
{
	unsigned n = 0;

	if (!r->trial->event)
		return pace_ready(&r->pace, r->number, now, BURST);
	while (n < BURST && r->number + n < r->trial->events_n && due_at(r, r->number + n) <= now)
		n++;
	return n;
}

/* What goes out next: where it stands in the pool and where it comes from. */
static struct gen_event
next_event(struct run *r, uint64_t i)
{
	struct gen_event e = {0, r->at, ((uint32_t)r->match.next * 0x9e3779b1u) >> 8};

	if (r->trial->event)
		return r->trial->event[i];
	r->at = pool_next(r->g->pool, r->at);
	return e;
}

/* In the place of one query in GEN_WATCH_STEP: the watched names in turn. */
static const struct pool_query *
watched(const struct run *r, uint64_t i, struct gen_event *e)
{
	const struct pool *p = r->trial->watch->pool;
	bool comes = i / GEN_WATCH_STEP % 2 == 0;

	e->at = comes ? 0 : pool_next(p, 0);
	e->host = (e->host & (GEN_HOSTS - 1)) | GEN_HOST_WATCH | (comes ? GEN_HOST_COMES : 0);
	return pool_at(p, e->at);
}

static unsigned
make_burst(struct run *r, struct rte_mbuf **m, unsigned n, uint64_t now)
{
	struct gen *g = r->g;

	if (rte_pktmbuf_alloc_bulk(g->mbufs, m, n) < 0)
		return 0;
	for (unsigned i = 0; i < n; i++) {
		struct gen_event e = next_event(r, r->number + i);
		const struct pool_query *q = pool_at(g->pool, e.at);
		uint32_t key = (uint32_t)(r->match.next & (r->match.slots - 1));
		uint32_t host;
		unsigned len;

		e.host &= GEN_HOSTS - 1;
		if (r->trial->watch && (r->number + i) % GEN_WATCH_STEP == 0)
			q = watched(r, r->number + i, &e);
		host = e.host;
		len = gen_frame_put(
		    &g->frames, rte_pktmbuf_mtod(m[i], uint8_t *), q, host & (GEN_HOSTS - 1), key);
		host |= (q->is_hit ? GEN_HOST_HIT : 0) | (q->is_v6 ? GEN_HOST_V6 : 0);
		match_ask(&r->match, r->trial->window ? now : due_at(r, r->number + i), e.at, host);
		m[i]->data_len = (uint16_t)len;
		m[i]->pkt_len = len;
		m[i]->ol_flags = 0;
	}
	return n;
}

static void
send_due(struct run *r, uint64_t now)
{
	struct rte_mbuf *m[BURST];
	unsigned n = ready(r, now), made, sent;

	if (n == 0 || (r->trial->window && r->match.next - r->match.oldest >= r->trial->window))
		return;
	made = make_burst(r, m, n, now);
	sent = rte_eth_tx_burst(r->g->port, r->queue, m, (uint16_t)made);
	if (sent < made)
		sent += rte_eth_tx_burst(r->g->port, r->queue, m + sent, (uint16_t)(made - sent));
	if (sent < made) {
		match_unask(&r->match, made - sent);
		rte_pktmbuf_free_bulk(m + sent, made - sent);
	}
	r->queue = (uint16_t)(r->queue + 1 == r->g->queues ? 0 : r->queue + 1);
	if (r->trial->window) /* what waits is not lost */
		n = sent;
	r->number += n;
	r->out->sent += sent;
	r->out->unsent += n - sent;
	r->now.sent += sent;
	atomic_store_explicit(&r->g->progress, r->number, memory_order_relaxed);
}

/* Whether the answer is of the kind that a listed or an unlisted name gets. */
static bool
is_fitting(const uint8_t *message, uint32_t host)
{
	unsigned rcode = message[3] & 15;

	if (!(message[2] & DNS_QR) || rcode == RCODE_SERVFAIL || rcode == RCODE_FORMERR)
		return false;
	return host & GEN_HOST_HIT ? rcode != RCODE_REFUSED : wire16(message + 6) == 0;
}

static bool
is_right(
    struct run *r, const uint8_t *frame, const struct gen_answer *a, const struct match_slot *s)
{
	const struct pool *p = s->host & GEN_HOST_WATCH ? r->trial->watch->pool : r->g->pool;

	if (!(s->host & GEN_HOST_WATCH) && !is_fitting(a->message, s->host))
		return false;
	if (wire16(a->message) & r->g->verify_mask)
		return true;
	r->out->verified++;
	return gen_frame_same(&r->g->frames, frame, a, pool_at(p, s->at), s->host);
}

static void
note_watched(struct gen_watch *w, const uint8_t *message, const struct match_slot *s, uint64_t now)
{
	bool comes = s->host & GEN_HOST_COMES;
	bool is_listed = (message[3] & 15) != RCODE_REFUSED;

	w->seen++;
	if (comes && is_listed && !w->comes_at)
		w->comes_at = now;
	if (!comes && is_listed)
		w->goes_at = now;
	if (comes != is_listed && s->due > w->old_due)
		w->old_due = s->due;
}

static void
take(struct run *r, const uint8_t *frame, unsigned len, uint64_t now)
{
	struct gen_result *out = r->out;
	struct gen_answer a;
	struct match_slot *s;

	if (!gen_frame_get(&r->g->frames, frame, len, &a)) {
		out->other++;
		return;
	}
	s = match_find(&r->match, a.port, wire16(a.message));
	if (s && s->host >> 28 == MATCH_WAITING && !is_right(r, frame, &a, s)) {
		out->wrong++;
		return;
	}
	switch (s ? match_answer(s) : MATCH_STRAY) {
	case MATCH_OK:
		hdr_add(&r->second, now > s->due ? now - s->due : 0);
		if (s->host & GEN_HOST_WATCH)
			note_watched(r->trial->watch, a.message, s, now);
		out->rcode[a.message[3] & 15]++;
		out->answer_bytes += a.len;
		out->answered++;
		r->now.answered++;
		if (r->trial->answered)
			r->trial->answered[s->at]++;
		break;
	case MATCH_LATE: out->late++; break;
	case MATCH_DUPLICATE: out->duplicate++; break;
	case MATCH_STRAY: out->stray++; break;
	}
}

static void
receive(struct run *r)
{
	struct rte_mbuf *m[BURST];

	for (uint16_t q = 0; q < r->g->queues; q++) {
		unsigned n = rte_eth_rx_burst(r->g->port, q, m, BURST);
		uint64_t now = rte_rdtsc();

		if (n == 0)
			continue;
		for (unsigned i = 0; i < n; i++)
			rte_prefetch0(rte_pktmbuf_mtod(m[i], void *));
		for (unsigned i = 0; i < n; i++)
			take(r, rte_pktmbuf_mtod(m[i], uint8_t *), rte_pktmbuf_data_len(m[i]), now);
		rte_pktmbuf_free_bulk(m, n);
	}
}

static uint64_t
to_ns(const struct run *r, uint64_t ticks)
{
	return (uint64_t)((double)ticks * 1e9 / (double)r->hz);
}

static void
end_second(struct run *r)
{
	struct gen_result *out = r->out;

	r->now.lost = r->match.lost - r->lost_before;
	r->now.p50 = to_ns(r, hdr_percentile(&r->second, 0.5));
	r->now.p99 = to_ns(r, hdr_percentile(&r->second, 0.99));
	r->now.max = to_ns(r, r->second.n ? r->second.max : 0);
	if (out->series_n < out->series_room)
		out->series[out->series_n++] = r->now;
	hdr_merge(&r->all, &r->second);
	hdr_clear(&r->second);
	r->now = (struct gen_second){0};
	r->lost_before = r->match.lost;
	r->second_end += r->hz;
}

/* Gives up what cannot be sent in time without a burst that the rate does not ask for. */
static void
skip_missed(struct run *r, uint64_t now)
{
	uint64_t due, missed;

	if (r->trial->event) /* a day's queries are all sent, late ones too */
		return;
	due = pace_due(&r->pace, r->number);
	if (now < due + r->lag)
		return;
	missed = (uint64_t)((double)(now - due - r->lag / 2) * (double)r->out->intended /
			    ((double)r->hz * r->out->seconds));
	if (missed > r->out->intended - r->number)
		missed = r->out->intended - r->number;
	r->number += missed;
	r->out->skipped += missed;
}

static void
round_of(struct run *r, uint64_t now)
{
	receive(r);
	match_expire(&r->match, now, EXPIRE_MOST);
	if (now >= r->second_end)
		end_second(r);
}

static void
loop(struct run *r, const struct gen_trial *t)
{
	uint64_t end = r->pace.start + (uint64_t)(t->seconds * (double)r->hz), now;

	while (((now = rte_rdtsc()) < end || r->number < t->events_n) && !r->g->stop) {
		skip_missed(r, now);
		send_due(r, now);
		round_of(r, now);
	}
	while (r->match.oldest < r->match.next && !r->g->stop) {
		now = rte_rdtsc();
		round_of(r, now);
	}
	end_second(r);
}

/* Latencies were counted in ticks: each bucket moves as a whole, which widens it once. */
static void
convert(const struct run *r)
{
	struct hdr *h = &r->out->latency;

	for (unsigned i = 0; i < HDR_BUCKETS; i++)
		if (r->all.bucket[i])
			h->bucket[hdr_bucket(to_ns(r, hdr_highest(i)))] += r->all.bucket[i];
	h->n = r->all.n;
	h->sum = to_ns(r, r->all.sum);
	h->min = to_ns(r, r->all.min);
	h->max = to_ns(r, r->all.max);
}

static void
flush(struct gen *g)
{
	struct rte_mbuf *m[BURST];

	for (uint16_t q = 0; q < g->queues; q++)
		for (unsigned n = 1; n > 0;) {
			n = rte_eth_rx_burst(g->port, q, m, BURST);
			rte_pktmbuf_free_bulk(m, n);
		}
}

int
gen_run(struct gen *g, const struct gen_trial *t, struct gen_result *out)
{
	unsigned ports = match_ports(t->rate, t->timeout_s), room = out->series_room;
	struct gen_second *series = out->series;
	struct run *r;
	double hz = (double)rte_get_tsc_hz();

	if (ports == 0)
		return -ERR_RANGE;
	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	*out = (struct gen_result){.series = series, .series_room = room, .seconds = t->seconds};
	out->intended = t->event ? t->events_n : (uint64_t)(t->rate * t->seconds);
	r->g = g;
	r->trial = t;
	r->out = out;
	r->hz = (uint64_t)hz;
	r->lag = r->hz / 1000000 * LAG_US;
	memset(g->slot, 0, (size_t)ports * MATCH_IDS * sizeof(*g->slot));
	if (t->answered)
		memset(t->answered, 0, g->pool->used / 8 * sizeof(*t->answered));
	flush(g);
	match_start(&r->match, g->slot, ports, (uint64_t)(t->timeout_s * hz));
	r->pace = pace_new(rte_rdtsc(), t->rate, r->hz);
	r->second_end = r->pace.start + r->hz;
	loop(r, t);
	out->lost = r->match.lost;
	convert(r);
	free(r);
	return 0;
}
