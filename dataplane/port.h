/* port.h - DPDK ports: EAL, devices, their addresses, and the workers that serve them. */
#pragma once

#include "dataplane/counters.h"
#include "dataplane/publish.h"
#include "lists/prefixes.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define PORT_ADDRS_MAX  16
#define PORTS_MAX       COUNTER_PORTS
#define PORT_LCORES_MAX 64

enum port_mode {
	PORT_AUTHORITATIVE, /* answers what is sent to its addresses */
	PORT_INLINE,  /* answers queries for listed names, hands everything else to its peer */
	PORT_MONITOR, /* answers nothing, counts; hands everything to its peer if it has one */
};

/* As configured. */
struct port_options {
	char name[64];     /* "net_tap0", "0000:01:00.0": as DPDK names the device */
	char devargs[256]; /* for a vdev or PCI device: "iface=dtap0"; may be empty */
	unsigned address_n;
	struct in_addr a[PORT_ADDRS_MAX]; /* IPv4 addresses that are ours */
	unsigned address6_n;
	struct in6_addr aaaa[PORT_ADDRS_MAX]; /* IPv6 likewise */
	uint64_t vlan[64];                    /* a bit for each VLAN that is taken */
	bool any_address;    /* answer whatever address a query went to (pcap replays) */
	bool check_checksum; /* verify IP and UDP sums where the device has not */
	bool promiscuous;
	uint16_t udp_port; /* host order, 53 */
	uint16_t rx_desc, tx_desc;
	uint16_t mtu; /* bytes that a frame may carry */
	uint8_t mode; /* enum port_mode */
	bool has_peer;
	bool inspects_tcp; /* inline: DNS over TCP too */
	unsigned peer;      /* index of the port that frames are handed to; its peer is this one */
	char exception[16]; /* kernel interface for what is not answered; empty: none */
	unsigned exception_rate, exception_total; /* frames/s of a network, of all; 0: any */
	unsigned exempt_n;
	struct prefix exempt[PORT_ADDRS_MAX]; /* networks that these do not limit */
};

struct eal_options {
	const char *program;
	const char *lcores; /* EAL -l, e.g. "1" or "1-3"; NULL: the first core */
	const char *file_prefix;
	unsigned memory_mb;       /* 0: what the ports need */
	bool huge;                /* use huge pages */
	unsigned nap_max_us;      /* of a worker (idle.h); 0: lower latency, one core at 100 % */
	const char *const *extra; /* further EAL arguments, passed on as they are */
	unsigned extra_n;
};

struct ports;

/* Starts the EAL and the devices, one queue pair a worker lcore and port.  Start-up only, before
 * any other thread.  Says what failed on the log.  Returns 0, -errno or -ERR_*. */
int ports_open(
    struct ports **out, const struct eal_options *eal, const struct port_options *port, unsigned n);

/* Starts the workers, which answer from p and use its reader ids from reader_id on, each with a
 * table of limit.h. */
int ports_start(struct ports *ps, struct publish *p, unsigned reader_id, unsigned limit_buckets);

/* Ends the workers once publish.stop is set, stops and closes the devices and the EAL. */
void ports_close(struct ports *ps);

/* Workers; counters of one; the lcore it runs on. */
unsigned ports_workers(const struct ports *ps);
const struct counters *ports_counters(const struct ports *ps, unsigned worker, unsigned *lcore);

/* Switches every worker's stop watch (stages.h) on or off, from its next burst on; what one has
 * shown since the start. */
struct stage_times;
void ports_watch(struct ports *ps, bool on);
const struct stage_times *ports_stages(const struct ports *ps, unsigned worker, unsigned *lcore);

/* What the devices themselves count. */
struct port_stats {
	char name[64];
	char mac[18];
	bool link_up;
	uint64_t rx, tx, missed, rx_errors, tx_errors, rx_nombuf;
};
unsigned ports_n(const struct ports *ps);
void ports_stats(const struct ports *ps, unsigned port, struct port_stats *s);
