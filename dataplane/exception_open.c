#include "dataplane/exception.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <stdlib.h>
#include <string.h>

#define DESCRIPTORS 128 /* of each queue; buffers of what the kernel sends */
#define MBUF_ROOM   2048
#define FRAME_MORE  26 /* beside the packet: Ethernet, three tags */
#define SECOND_NS   UINT64_C(1000000000)

static int
fail(const struct exception_plan *p, const char *step, int rc)
{
	log_event(LOG_LEVEL_ERROR, "exception-failed", "interface=%s step=%s error=\"%s\"",
	    p->port->exception, step, err_text(rc));
	return rc;
}

static uint64_t
cost_of(unsigned rate)
{
	return rate ? SECOND_NS / rate : 0;
}

static int
take_limits(struct exception *x, const struct port_options *o)
{
	struct prefix exempt[PORT_ADDRS_MAX];

	x->limit.len4 = EXCEPTION_LEN4;
	x->limit.len6 = EXCEPTION_LEN6;
	x->limit.burst_ns = SECOND_NS;
	x->limit.cost_ns[LIMIT_POSITIVE] = cost_of(o->exception_rate);
	x->total_cost_ns = cost_of(o->exception_total);
	memcpy(exempt, o->exempt, sizeof(exempt));
	return o->exempt_n ? prefixes_new(&x->exempt, exempt, o->exempt_n) : 0;
}

static int
make_device(struct exception *x, const struct exception_plan *p)
{
	char args[128];
	int rc;

	snprintf(args, sizeof(args), "iface=%s,mac=%02x:%02x:%02x:%02x:%02x:%02x",
	    p->port->exception, p->mac[0], p->mac[1], p->mac[2], p->mac[3], p->mac[4], p->mac[5]);
	rc = rte_eal_hotplug_add("vdev", p->device, args);
	if (rc < 0)
		return fail(p, "make", rc);
	rc = rte_eth_dev_get_port_by_name(p->device, &x->tap);
	return rc < 0 ? fail(p, "find", rc) : 0;
}

static struct rte_mempool *
pool_new(const struct exception_plan *p)
{
	unsigned room = RTE_MAX(MBUF_ROOM, RTE_ALIGN(p->port->mtu + FRAME_MORE, 64));
	/* A sending port may hold a ring full of them. */
	unsigned n = p->queues * (DESCRIPTORS + p->port->tx_desc + 2u * EXCEPTION_BURST);

	return rte_pktmbuf_pool_create(
	    p->device, n, 0, 0, (uint16_t)(RTE_PKTMBUF_HEADROOM + room), SOCKET_ID_ANY);
}

static int
start_device(const struct exception *x, const struct exception_plan *p)
{
	struct rte_eth_conf conf = {0};
	struct rte_mempool *pool = pool_new(p);
	int rc = rte_eth_dev_configure(x->tap, p->queues, p->queues, &conf);

	if (!pool)
		return fail(p, "mempool", -ENOMEM);
	if (rc < 0)
		return fail(p, "configure", rc);
	for (uint16_t q = 0; q < p->queues; q++) {
		rc = rte_eth_rx_queue_setup(x->tap, q, DESCRIPTORS, 0, NULL, pool);
		if (rc < 0)
			return fail(p, "rx-queue", rc);
		rc = rte_eth_tx_queue_setup(x->tap, q, DESCRIPTORS, 0, NULL);
		if (rc < 0)
			return fail(p, "tx-queue", rc);
	}
	rc = rte_eth_dev_set_mtu(x->tap, p->port->mtu);
	if (rc < 0)
		return fail(p, "mtu", rc);
	rc = rte_eth_dev_start(x->tap);
	return rc < 0 ? fail(p, "start", rc) : 0;
}

int
exception_open(struct exception *x, const struct exception_plan *plan)
{
	int rc;

	x->tap = RTE_MAX_ETHPORTS;
	rc = take_limits(x, plan->port);
	if (rc < 0)
		return fail(plan, "limits", rc);
	rc = make_device(x, plan);
	if (rc < 0)
		return rc;
	rc = start_device(x, plan);
	if (rc < 0)
		return rc;
	log_event(LOG_LEVEL_NOTICE, "exception-open", "device=%s interface=%s", plan->port->name,
	    plan->port->exception);
	return 0;
}

void
exception_close(struct exception *x)
{
	if (x->tap != RTE_MAX_ETHPORTS) {
		rte_eth_dev_stop(x->tap);
		rte_eth_dev_close(x->tap);
	}
	prefixes_free(x->exempt);
}
