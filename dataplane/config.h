/* config.h - the responder's configuration file as it is written: the table of its options.
 *
 * Types and ranges are checked by base/conf.h; what the texts mean, by options.h. */
#pragma once

#include "base/conf.h"

#define CONFIG_TTL_MAX 604800 /* seconds, a week */

struct config_top {
	char *control;
	int log_level; /* enum log_level */
	char *now;     /* NULL: the clock */
	struct conf_texts listen;
	int64_t list_memory;
	char *nsid, *identity, *version;   /* NULL or empty: not told */
	char *user, *group;                /* NULL: stay, the user's */
	char *drain_file, *log_file;       /* NULL: none */
	char *blocks_file, *blocks_policy; /* NULL: no blocks, "default" */
	bool seccomp;
	int64_t amplification; /* tenths */
	int64_t monitor_log;   /* seconds, 0: off */
};

struct config_sockets {
	int64_t udp_threads, tcp_clients, tcp_clients_per_address, tcp_queries, tcp_idle;
};

struct config_cookies {
	int mode; /* enum cookie_mode */
	char *secret_file;
};

struct config_rrl {
	int64_t rate, positive_rate, nodata_rate, nxdomain_rate, referral_rate, error_rate;
	int64_t window, slip, ipv4_prefix, ipv6_prefix, table;
	bool dry_run;
	struct conf_texts exempt;
};

struct config_acl {
	struct conf_texts allow, deny;
	char *file; /* NULL: none */
	int action; /* 0 refuse, 1 drop */
};

struct config_dpdk {
	char *lcores, *file_prefix; /* NULL: DPDK's */
	int64_t memory;
	bool huge_pages, busy_poll;
	struct conf_texts eal_extra;
};

struct config_port {
	unsigned line;
	char *device, *args; /* args: NULL for none */
	int mode;            /* enum port_mode */
	char *peer;          /* NULL: none */
	bool forge_signed;
	int tcp; /* 0: inspect */
	int64_t mtu;
	struct conf_texts addresses, vlans;
	bool any_address, check_checksums, promiscuous;
	int64_t udp_port, rx_descriptors, tx_descriptors;
	char *exception; /* NULL: none */
	int64_t exception_rate, exception_total;
	struct conf_texts exception_exempt;
};

struct config_policy {
	unsigned line;
	char *name;
	struct conf_texts a, aaaa, ns, txt;
	char *mname, *rname; /* NULL: policy_defaults */
	int64_t ttl, negative_ttl, serial, refresh, retry, expire;
	int ede; /* index into none, blocked, censored ... */
	char *ede_text;
	char *pool_a, *pool_aaaa, *pool_key; /* NULL: none */
	int64_t pool_slot;
	bool any_ns;
};

struct config_feed {
	unsigned line;
	char *name;
	struct conf_texts files, deltas;
	int form;     /* enum list_form */
	int action;   /* index into config_actions */
	char *policy; /* NULL: "default" */
	int64_t max_names;
	bool any_zone; /* from the command line: zones of any feed's name */
};

struct config_zone {
	unsigned line;
	char *origin, *file;
	int64_t max_records;
};

struct config {
	struct config_top top;
	struct config_sockets sockets;
	struct config_cookies cookies;
	struct config_rrl rrl;
	struct config_acl acl;
	struct config_dpdk dpdk;
	struct conf_many ports;    /* struct config_port */
	struct conf_many policies; /* struct config_policy */
	struct conf_many feeds;    /* struct config_feed */
	struct conf_many zones;    /* struct config_zone */
};

extern const struct conf_section config_sections[];
extern const char *const config_actions[]; /* words of action.h, NULL-terminated */
