#include "bench/rig.h"

#include "base/err.h"
#include "base/log.h"
#include "base/progress.h"
#include "dataplane/deltas.h"
#include "dataplane/eal.h"
#include "dataplane/worker.h"

#include <errno.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MBUF_ROOM    (RTE_PKTMBUF_HEADROOM + 2048 + VEC_SLACK)
#define MBUF_CACHE   512
#define MBUFS_QUEUE  8192 /* of a queue besides what its rings hold */
#define DESCRIPTORS  2048
#define GEN_LCORE    0
#define MBUF_TAKES   (MBUF_ROOM + 1024) /* bytes of memory, with headers and alignment */
#define MEMORY_FIRST 128                /* MB of EAL memory without huge pages, besides the mbufs */
#define WATCH_US     20000
#define LINK_TRIES   250

struct rig {
	struct rig_config config;
	struct eal_plan plan;
	struct gen gen;
	uint16_t port, server_port; /* DPDK's; the second only with rings */
	unsigned queues, started;
	bool has_eal, has_port, is_ring, has_publish;
	struct publish publish;
	struct frame_port frame;
	struct worker worker[PORT_LCORES_MAX];
	const struct pool *pool;
	struct gen_trial trial; /* that runs */
	struct gen_result *result;
};

static int
fail(const char *step, int rc)
{
	log_event(LOG_LEVEL_ERROR, "rig-failed", "step=%s error=\"%s\"", step, err_text(rc));
	return rc;
}

/* Everything that can be out at once: all rings full, and bursts on their way. */
static unsigned
mbufs(const struct rig *r)
{
	return r->queues * (MBUFS_QUEUE + 2 * DESCRIPTORS + 2 * r->config.ring_size);
}

static int
start_eal(struct rig *r)
{
	const struct rig_config *c = &r->config;
	struct port_options port = {0};
	unsigned memory = c->memory_mb;
	struct eal_options eal = {
	    .program = "cordon-bench", .file_prefix = c->file_prefix, .huge = c->huge};
	int rc = eal_plan(&r->plan, c->lcores);

	if (rc < 0)
		return fail("lcores", rc);
	r->is_ring = !strcmp(c->device, RIG_RING);
	if (r->is_ring && r->plan.workers < 2)
		return fail("lcores: a ring needs two", -ERR_RANGE);
	r->queues = r->is_ring ? r->plan.workers - 1 : 1;
	if (memory == 0 && !c->huge)
		memory = MEMORY_FIRST + (unsigned)((uint64_t)mbufs(r) * MBUF_TAKES >> 20);
	eal.memory_mb = memory;
	snprintf(port.name, sizeof(port.name), "%s", c->device);
	snprintf(port.devargs, sizeof(port.devargs), "%s", c->devargs);
	rc = eal_start(&r->plan, &eal, &port, !r->is_ring);
	r->has_eal = rc == 0;
	return rc;
}

static int
setup_port(struct rig *r, uint16_t port)
{
	struct rte_eth_conf conf = {0};
	uint16_t rx = DESCRIPTORS, tx = DESCRIPTORS;
	int socket = rte_eth_dev_socket_id(port), rc;

	rc = rte_eth_dev_configure(port, (uint16_t)r->queues, (uint16_t)r->queues, &conf);
	if (rc == 0)
		rc = rte_eth_dev_adjust_nb_rx_tx_desc(port, &rx, &tx);
	for (uint16_t q = 0; rc == 0 && q < r->queues; q++) {
		rc = rte_eth_rx_queue_setup(port, q, rx, (unsigned)socket, NULL, r->gen.mbufs);
		if (rc == 0)
			rc = rte_eth_tx_queue_setup(port, q, tx, (unsigned)socket, NULL);
	}
	return rc == 0 ? rte_eth_dev_start(port) : rc;
}

/* Two ports whose queues are each other's rings. */
static int
make_rings(struct rig *r)
{
	struct rte_ring *to[PORT_LCORES_MAX], *from[PORT_LCORES_MAX];
	int a, b;

	for (unsigned q = 0; q < r->queues; q++) {
		char name[32];

		snprintf(name, sizeof(name), "to%u", q);
		to[q] =
		    rte_ring_create(name, r->config.ring_size, 0, RING_F_SP_ENQ | RING_F_SC_DEQ);
		snprintf(name, sizeof(name), "from%u", q);
		from[q] =
		    rte_ring_create(name, r->config.ring_size, 0, RING_F_SP_ENQ | RING_F_SC_DEQ);
		if (!to[q] || !from[q])
			return -ENOMEM;
	}
	a = rte_eth_from_rings("gen", from, r->queues, to, r->queues, 0);
	b = rte_eth_from_rings("served", to, r->queues, from, r->queues, 0);
	if (a < 0 || b < 0)
		return -ERR_LIBRARY;
	r->port = (uint16_t)a;
	r->server_port = (uint16_t)b;
	return setup_port(r, r->server_port);
}

/* A memif finds its other end only after a while.  Drivers that know of no link just take longer.
 */
static void
await_link(const struct rig *r)
{
	struct rte_eth_link link = {0};

	for (unsigned i = 0; i < LINK_TRIES && !link.link_status; i++) {
		if (i > 0)
			usleep(WATCH_US);
		if (rte_eth_link_get_nowait(r->port, &link) < 0)
			return;
	}
	if (!link.link_status)
		log_event(LOG_LEVEL_WARNING, "link-down", "device=%s", r->config.device);
}

static int
open_port(struct rig *r)
{
	struct rte_ether_addr mac;
	unsigned n = mbufs(r);
	int rc;

	r->gen.mbufs =
	    rte_pktmbuf_pool_create("gen", n, MBUF_CACHE, 0, MBUF_ROOM, (int)rte_socket_id());
	if (!r->gen.mbufs)
		return fail("mempool", -ENOMEM);
	rc = r->is_ring ? make_rings(r) : rte_eth_dev_get_port_by_name(r->config.device, &r->port);
	if (rc < 0)
		return fail("device", rc);
	rc = setup_port(r, r->port);
	if (rc < 0)
		return fail("port", rc);
	r->has_port = true;
	await_link(r);
	if (rte_eth_macaddr_get(r->port, &mac) == 0 && !r->is_ring)
		memcpy(r->config.frames.source_mac, mac.addr_bytes, 6);
	return 0;
}

static int
prepare(struct rig *r)
{
	const struct gen_frames_config *f = &r->config.frames;

	gen_frames_init(&r->gen.frames, f);
	r->gen.port = r->port;
	r->gen.queues = (uint16_t)r->queues;
	r->gen.verify_mask = r->config.verify_mask;
	r->gen.slot = aligned_alloc(64, sizeof(struct match_slot) * MATCH_PORTS_MAX * MATCH_IDS);
	if (!r->gen.slot)
		return fail("memory", -ENOMEM);
	if (!r->is_ring)
		return 0;
	memcpy(r->frame.mac, f->target_mac, 6);
	r->frame.udp_port_be = htons(f->udp_port);
	r->frame.check_checksum = true;
	r->frame.a_n = r->frame.aaaa_n = 1;
	r->frame.a[0] = f->target;
	r->frame.aaaa[0] = f->target6;
	if (f->vlan)
		r->frame.vlan[f->vlan / 64] |= 1ull << f->vlan % 64;
	frame_port_ready(&r->frame);
	r->has_publish = publish_init(&r->publish) == 0;
	return r->has_publish ? 0 : fail("publish", -ENOMEM);
}

int
rig_open(struct rig **out, const struct rig_config *c)
{
	size_t bytes = (sizeof(struct rig) + 63) / 64 * 64;
	struct rig *r = aligned_alloc(64, bytes);
	int rc;

	if (!r)
		return -ENOMEM;
	memset(r, 0, bytes);
	r->config = *c;
	rc = start_eal(r);
	if (rc == 0)
		rc = open_port(r);
	if (rc == 0)
		rc = prepare(r);
	if (rc < 0)
		rig_close(r);
	else
		*out = r;
	return rc;
}

void
rig_close(struct rig *r)
{
	if (!r)
		return;
	rig_rest(r);
	if (r->has_publish)
		publish_close(&r->publish);
	if (r->has_port)
		rte_eth_dev_stop(r->port);
	if (r->has_eal)
		rte_eal_cleanup();
	free(r->gen.slot);
	free(r);
}

bool
rig_is_ring(const struct rig *r)
{
	return r->is_ring;
}

unsigned
rig_workers(const struct rig *r)
{
	return r->is_ring ? r->queues : 0;
}

int
rig_serve(struct rig *r, struct image *img, unsigned n)
{
	publish_swap(&r->publish, img);
	atomic_store(&r->publish.day, (int32_t)(time(NULL) / 86400));
	atomic_store(&r->publish.stop, false);
	for (; r->started < n; r->started++) {
		unsigned i = r->started;
		struct worker *w = &r->worker[i];

		memset(w, 0, sizeof(*w));
		w->publish = &r->publish;
		w->reader_id = i;
		w->lcore = i + 1;
		w->busy_poll = true;
		w->engine.counters = &w->counters;
		w->tsc_ms = (uint64_t)(((unsigned __int128)1000 << 64) / rte_get_tsc_hz());
		w->queues_n = 1;
		w->queue[0] = (struct worker_queue){
		    .port = r->server_port, .queue = (uint16_t)i, .frame = &r->frame};
		if (rte_eal_remote_launch(worker_run, w, i + 1) < 0)
			return -EBUSY;
	}
	r->gen.queues = (uint16_t)r->started;
	return 0;
}

void
rig_rest(struct rig *r)
{
	atomic_store(&r->publish.stop, true);
	for (unsigned i = 0; i < r->started; i++)
		rte_eal_wait_lcore(i + 1);
	r->started = 0;
}

static void
say_mistake(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "cordon-bench: %s\n", text);
}

int
rig_add_zone(struct rig *r, unsigned feed, const struct list_meta *zone)
{
	return image_part_add(atomic_load(&r->publish.current), feed, zone);
}

int
rig_take_delta(struct rig *r, const struct options *o, unsigned feed, const char *path)
{
	struct deltas d = {.img = atomic_load(&r->publish.current),
	    .o = o,
	    .error = say_mistake,
	    .grace = publish_grace,
	    .grace_ctx = &r->publish};
	bool waits;

	return deltas_take_file(&d, feed, path, &waits);
}

static int
run_trial(void *arg)
{
	struct rig *r = arg;

	return gen_run(&r->gen, &r->trial, r->result);
}

int
rig_launch(
    struct rig *r, const struct pool *pool, const struct gen_trial *t, struct gen_result *out)
{
	r->pool = pool;
	r->gen.pool = pool;
	r->trial = *t;
	r->result = out;
	atomic_store(&r->gen.progress, 0);
	return rte_eal_remote_launch(run_trial, r, GEN_LCORE);
}

int
rig_wait(struct rig *r, const char *what)
{
	struct progress p;

	progress_start(&p, what, (uint64_t)(r->trial.rate * r->trial.seconds));
	while (rte_eal_get_lcore_state(GEN_LCORE) == RUNNING) {
		usleep(WATCH_US);
		progress_step(&p, atomic_load(&r->gen.progress));
	}
	progress_end(&p);
	return rte_eal_wait_lcore(GEN_LCORE);
}

void
rig_spread(struct rig *r, unsigned bits)
{
	struct gen_frames_config *f = &r->config.frames;

	f->source.s_addr = htonl(0x0a000000);
	memset(&f->source6.s6_addr[13], 0, 3);
	f->host_bits = f->host6_bits = bits;
	gen_frames_init(&r->gen.frames, f);
}

void
rig_counters(const struct rig *r, struct counters *sum)
{
	for (unsigned i = 0; i < r->started; i++)
		counters_sum(sum, &r->worker[i].counters);
}

void
rig_stop(struct rig *r)
{
	atomic_store(&r->gen.stop, true);
}

bool
rig_is_stopped(const struct rig *r)
{
	return atomic_load(&r->gen.stop);
}
