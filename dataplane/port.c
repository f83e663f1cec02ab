#include "dataplane/port.h"

#include "base/err.h"
#include "base/log.h"
#include "dataplane/eal.h"
#include "dataplane/exception.h"
#include "dataplane/limit.h"
#include "dataplane/worker.h"

#include <errno.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <stdlib.h>
#include <string.h>

#define MBUF_ROOM  2048 /* bytes of a frame, at least */
#define FRAME_MORE 26   /* beside the packet: Ethernet, three tags */
#define MBUF_CACHE 256

struct port {
	uint16_t id; /* DPDK's */
	uint16_t queues;
	struct port_options options;
	struct frame_port frame;
	bool has_exception;
	struct exception exception;
};

struct ports {
	unsigned n, workers;
	bool has_eal, is_running;
	unsigned nap_max_us;
	struct eal_plan plan;
	struct port port[PORTS_MAX];
	struct worker worker[PORT_LCORES_MAX];
};

static int
fail(const struct port *p, const char *step, int rc)
{
	log_event(LOG_LEVEL_ERROR, "port-failed", "device=%s step=%s error=\"%s\"", p->options.name,
	    step, err_text(rc));
	return rc;
}

static struct rte_mempool *
pool_new(const struct port *p, uint16_t rx_desc, uint16_t tx_desc)
{
	char name[RTE_MEMPOOL_NAMESIZE];
	unsigned room = RTE_MAX(MBUF_ROOM, RTE_ALIGN(p->options.mtu + FRAME_MORE, 64));
	/* Everything that can be out at once: both rings full, a burst, every cache. */
	unsigned n = p->queues * (rx_desc + tx_desc + 2u * VEC_MAX + MBUF_CACHE);

	snprintf(name, sizeof(name), "port%u", p->id);
	return rte_pktmbuf_pool_create(name, n, MBUF_CACHE, 0,
	    (uint16_t)(RTE_PKTMBUF_HEADROOM + room + VEC_SLACK), rte_eth_dev_socket_id(p->id));
}

static int
setup_queues(struct port *p)
{
	uint16_t rx = p->options.rx_desc, tx = p->options.tx_desc;
	int socket = rte_eth_dev_socket_id(p->id);
	struct rte_mempool *pool;
	int rc = rte_eth_dev_adjust_nb_rx_tx_desc(p->id, &rx, &tx);

	if (rc < 0)
		return fail(p, "descriptors", rc);
	pool = pool_new(p, rx, tx);
	if (!pool)
		return fail(p, "mempool", -ENOMEM);
	for (uint16_t q = 0; q < p->queues; q++) {
		rc = rte_eth_rx_queue_setup(p->id, q, rx, (unsigned)socket, NULL, pool);
		if (rc < 0)
			return fail(p, "rx-queue", rc);
		rc = rte_eth_tx_queue_setup(p->id, q, tx, (unsigned)socket, NULL);
		if (rc < 0)
			return fail(p, "tx-queue", rc);
	}
	return 0;
}

/* One queue pair a worker, or as many as the device has. */
static int
find_port(struct port *p, unsigned workers)
{
	struct rte_eth_dev_info dev;
	unsigned most;
	int rc = rte_eth_dev_get_port_by_name(p->options.name, &p->id);

	if (rc < 0)
		return fail(p, "find", rc);
	rc = rte_eth_dev_info_get(p->id, &dev);
	if (rc < 0)
		return fail(p, "info", rc);
	most = RTE_MIN(dev.max_rx_queues, dev.max_tx_queues);
	if (p->options.exception[0])
		most = RTE_MIN(most, EXCEPTION_QUEUES_MAX);
	p->queues = (uint16_t)RTE_MIN(workers, most);
	return 0;
}

/* A worker hands frames from its queue of one port to its queue of the other: both have as many. */
static void
pair_queues(struct ports *ps)
{
	for (unsigned i = 0; i < ps->n; i++) {
		struct port *p = &ps->port[i];

		if (p->options.has_peer)
			p->queues = RTE_MIN(p->queues, ps->port[p->options.peer].queues);
		if (p->queues < ps->workers)
			log_event(LOG_LEVEL_WARNING, "port-queues", "device=%s queues=%u lcores=%u",
			    p->options.name, p->queues, ps->workers);
	}
}

/* Larger packets than usual, and chains of buffers where the device makes them. */
static void
take_jumbo(const struct port *p, const struct rte_eth_dev_info *dev, struct rte_eth_conf *conf)
{
	unsigned mtu = p->options.mtu;

	if (p->options.has_peer) {
		conf->rxmode.offloads |= dev->rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
		conf->txmode.offloads |= dev->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	}
	if (mtu == RTE_ETHER_MTU)
		return;
	if (mtu <= dev->max_mtu && mtu + FRAME_MORE <= dev->max_rx_pktlen)
		conf->rxmode.mtu = mtu;
	else
		log_event(LOG_LEVEL_INFO, "port-mtu",
		    "device=%s mtu=%u note=\"the device is not told: its arguments count\"",
		    p->options.name, mtu);
}

static int
configure(struct port *p)
{
	struct rte_eth_conf conf = {0};
	struct rte_eth_dev_info dev;
	int rc = rte_eth_dev_info_get(p->id, &dev);

	if (rc < 0)
		return fail(p, "info", rc);
	if (p->queues > 1) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf =
		    dev.flow_type_rss_offloads & (RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP);
		if (conf.rx_adv_conf.rss_conf.rss_hf == 0)
			conf.rxmode.mq_mode = RTE_ETH_MQ_RX_NONE;
	}
	conf.rxmode.offloads =
	    dev.rx_offload_capa & (RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM);
	take_jumbo(p, &dev, &conf);
	rc = rte_eth_dev_configure(p->id, p->queues, p->queues, &conf);
	return rc < 0 ? fail(p, "configure", rc) : 0;
}

static void
describe_frames(struct port *p, const struct rte_ether_addr *mac)
{
	const struct port_options *o = &p->options;

	memcpy(p->frame.mac, mac, sizeof(p->frame.mac));
	p->frame.udp_port_be = rte_cpu_to_be_16(o->udp_port);
	p->frame.any_address = o->any_address;
	p->frame.check_checksum = o->check_checksum;
	p->frame.a_n = o->address_n;
	p->frame.aaaa_n = o->address6_n;
	memcpy(p->frame.vlan, o->vlan, sizeof(o->vlan));
	memcpy(p->frame.a, o->a, sizeof(o->a));
	memcpy(p->frame.aaaa, o->aaaa, sizeof(o->aaaa));
	frame_port_ready(&p->frame);
}

static int
open_exception(struct port *p)
{
	char device[32];
	struct exception_plan plan = {device, &p->options, p->frame.mac, p->queues};

	if (!p->options.exception[0])
		return 0;
	snprintf(device, sizeof(device), "net_tap_exception%u", p->id);
	p->has_exception = true;
	return exception_open(&p->exception, &plan);
}

static int
open_port(struct port *p)
{
	struct rte_ether_addr mac;
	int rc = configure(p);

	if (rc < 0)
		return rc;
	rc = setup_queues(p);
	if (rc < 0)
		return rc;
	rc = rte_eth_dev_start(p->id);
	if (rc < 0)
		return fail(p, "start", rc);
	/* IPv6 neighbour discovery comes to multicast groups; a device that cannot join them is
	 * made promiscuous when the configuration says so. */
	if (rte_eth_allmulticast_enable(p->id) < 0 && p->options.address6_n > 0)
		log_event(LOG_LEVEL_INFO, "port-no-allmulticast", "device=%s", p->options.name);
	rc = p->options.promiscuous ? rte_eth_promiscuous_enable(p->id) : 0;
	if (rc < 0 && !(rc == -ENOTSUP && p->options.mode != PORT_AUTHORITATIVE))
		return fail(p, "promiscuous", rc);
	rc = rte_eth_macaddr_get(p->id, &mac);
	if (rc < 0)
		return fail(p, "mac", rc);
	describe_frames(p, &mac);
	log_event(LOG_LEVEL_NOTICE, "port-open", "device=%s queues=%u mac=" RTE_ETHER_ADDR_PRT_FMT,
	    p->options.name, p->queues, RTE_ETHER_ADDR_BYTES(&mac));
	return open_exception(p);
}

int
ports_open(
    struct ports **out, const struct eal_options *eal, const struct port_options *port, unsigned n)
{
	size_t bytes = (sizeof(struct ports) + 63) / 64 * 64;
	struct ports *ps = aligned_alloc(64, bytes);
	int rc;

	if (!ps)
		return -ENOMEM;
	memset(ps, 0, bytes);
	ps->nap_max_us = eal->nap_max_us;
	rc = eal_plan(&ps->plan, eal->lcores);
	if (rc < 0) {
		log_event(LOG_LEVEL_ERROR, "lcores", "lcores=%s error=\"%s\"",
		    eal->lcores ? eal->lcores : "", err_text(rc));
		goto out;
	}
	rc = eal_start(&ps->plan, eal, port, n);
	if (rc < 0)
		goto out;
	ps->has_eal = true;
	ps->workers = ps->plan.workers;
	for (unsigned i = 0; i < n && rc == 0; i++) {
		ps->port[i].options = port[i];
		rc = find_port(&ps->port[i], ps->workers);
		ps->n += rc == 0;
	}
	pair_queues(ps);
	for (unsigned i = 0; i < n && rc == 0; i++)
		rc = open_port(&ps->port[i]);
out:
	if (rc < 0)
		ports_close(ps);
	else
		*out = ps;
	return rc;
}

static struct worker_queue
queue_of(const struct ports *ps, unsigned port, unsigned queue)
{
	const struct port *p = &ps->port[port];

	return (struct worker_queue){
	    .port = p->id,
	    .queue = (uint16_t)queue,
	    .frame = &p->frame,
	    .index = (uint8_t)port,
	    .mode = p->options.mode,
	    .has_peer = p->options.has_peer,
	    .inspects_tcp = p->options.inspects_tcp,
	    .peer = p->options.has_peer ? ps->port[p->options.peer].id : 0,
	    .exception = p->has_exception ? &p->exception : NULL,
	};
}

int
ports_start(struct ports *ps, struct publish *p, unsigned reader_id, unsigned limit_buckets)
{
	for (unsigned i = 0; i < ps->workers; i++) {
		struct worker *w = &ps->worker[i];
		int rc;

		w->publish = p;
		w->reader_id = reader_id + i;
		w->lcore = i;
		w->nap_max_us = ps->nap_max_us;
		w->engine.counters = &w->counters;
		w->tsc_ms = (uint64_t)(((unsigned __int128)1000 << 64) / rte_get_tsc_hz());
		for (unsigned k = 0; k < ps->n; k++)
			if (i < ps->port[k].queues)
				w->queue[w->queues_n++] = queue_of(ps, k, i);
		rc = limiter_new(&w->engine.limiter, limit_buckets);
		if (rc == 0)
			rc = limiter_new(&w->spent.limiter, limit_buckets);
		if (rc < 0)
			return rc;
		rc = rte_eal_remote_launch(worker_run, w, i);
		if (rc < 0)
			return rc;
	}
	ps->is_running = true;
	return 0;
}

void
ports_close(struct ports *ps)
{
	if (!ps)
		return;
	if (ps->is_running)
		rte_eal_mp_wait_lcore();
	for (unsigned i = 0; i < ps->n; i++) {
		if (ps->port[i].has_exception)
			exception_close(&ps->port[i].exception);
		rte_eth_dev_stop(ps->port[i].id);
		rte_eth_dev_close(ps->port[i].id);
	}
	if (ps->has_eal)
		rte_eal_cleanup();
	for (unsigned i = 0; i < ps->workers; i++) {
		limiter_free(ps->worker[i].engine.limiter);
		limiter_free(ps->worker[i].spent.limiter);
	}
	free(ps);
}

unsigned
ports_workers(const struct ports *ps)
{
	return ps ? ps->workers : 0;
}

const struct counters *
ports_counters(const struct ports *ps, unsigned worker, unsigned *lcore)
{
	*lcore = ps->plan.cpu[worker];
	return &ps->worker[worker].counters;
}

void
ports_watch(struct ports *ps, bool on)
{
	for (unsigned i = 0; i < ports_workers(ps); i++)
		atomic_store_explicit(&ps->worker[i].is_watched, on, memory_order_relaxed);
}

const struct stage_times *
ports_stages(const struct ports *ps, unsigned worker, unsigned *lcore)
{
	*lcore = ps->plan.cpu[worker];
	return &ps->worker[worker].times;
}

unsigned
ports_n(const struct ports *ps)
{
	return ps ? ps->n : 0;
}

void
ports_stats(const struct ports *ps, unsigned port, struct port_stats *s)
{
	const struct port *p = &ps->port[port];
	struct rte_eth_stats eth = {0};
	struct rte_eth_link link = {0};

	memset(s, 0, sizeof(*s));
	snprintf(s->name, sizeof(s->name), "%s", p->options.name);
	snprintf(s->mac, sizeof(s->mac), "%02x:%02x:%02x:%02x:%02x:%02x", p->frame.mac[0],
	    p->frame.mac[1], p->frame.mac[2], p->frame.mac[3], p->frame.mac[4], p->frame.mac[5]);
	if (rte_eth_stats_get(p->id, &eth) == 0) {
		s->rx = eth.ipackets;
		s->tx = eth.opackets;
		s->missed = eth.imissed;
		s->rx_errors = eth.ierrors;
		s->tx_errors = eth.oerrors;
		s->rx_nombuf = eth.rx_nombuf;
	}
	s->link_up = rte_eth_link_get_nowait(p->id, &link) == 0 && link.link_status;
}
