/* hub_config.h - cordond's configuration file as it is written: the table of its options.
 *
 * Types and ranges are checked by base/conf.h; what the texts mean, by hub_options.h. */
#pragma once

#include "base/conf.h"

enum hub_role { ROLE_HUB, ROLE_NODE };

struct config_hub {
	int role; /* enum hub_role */
	char *state, *domain, *registries, *registry_keys, *control, *user, *group;
	int log_level; /* enum log_level */
	bool seccomp;
	int64_t clock_offset;                  /* s */
	int64_t history_versions, history_age; /* days */
	int64_t decisions_age, uploads_age;    /* days */
	int64_t archive_max, expanded_max;     /* MiB */
	int64_t judge_memory, judge_time;      /* MiB, s */
};

struct config_transfer {
	struct conf_texts listen, listen_tls;
	char *certificate, *key;
	int64_t connections, connections_per_client, transfers_per_registry;
	int64_t idle, stall, longest; /* s */
};

struct config_https {
	struct conf_texts listen;
	char *certificate, *key, *client_ca;
	int64_t connections, connections_per_client, header_max; /* bytes */
	int64_t idle, longest;                                   /* s */
	int64_t downloads_per_registry, requests_per_minute;     /* of one registry */
};

struct config_publisher {
	unsigned line;
	char *name;
	struct conf_texts feeds;
	struct conf_texts tokens;       /* SHA-256 in hex */
	struct conf_texts certificates; /* SHA-256 of the DER form in hex */
};

struct config_hub_feed {
	unsigned line;
	char *name;
	struct conf_texts keys; /* files with DNSKEY records */
	int64_t threshold, override_threshold, keys_version, keys_min, threshold_min;
	bool key_change, from_sources;
	struct conf_texts suffixes, actions;
	int64_t window_max, names_max, change_max, change_percent_max;
	struct conf_texts protect, protect_below, allow;
	bool public_suffixes;
	struct conf_texts policy_addresses;
	int64_t policy_ttl; /* s */
};

struct config_node {
	char *lists;                  /* folder; NULL: none */
	struct conf_texts responders; /* control sockets */
	bool withdraw;
	int64_t refresh, retry, stall, longest; /* s */
	int64_t zone_max;                       /* MiB */
	int64_t pulls;
	char *catalog;
	int64_t parts;
	char *registry, *receipt_key;
	char *policy; /* folder; NULL: none */
};

struct config_command {
	unsigned line;
	char *name;
	struct conf_texts argv;
};

enum source_tls { SOURCE_TLS_NO, SOURCE_TLS_REQUIRED };

struct config_source {
	unsigned line;
	char *name, *address, *key, *secret_file;
	struct conf_texts notify_from;
	int tls; /* enum source_tls */
	char *tls_ca, *tls_name;
	struct conf_texts tls_pins;
	char *receipts, *receipts_ca;
	int algorithm;
};

struct config_export {
	unsigned line;
	char *name, *registry, *feed, *form, *folder;
	int64_t ahead; /* days */
	char *action;
	bool skip_pass;
	struct conf_texts addresses, ns;
	char *mail;
	int64_t ttl; /* s */
	char *registered, *auth_file, *registrant, *reason;
	struct conf_texts contacts;
	int64_t years;
	bool client;
};

struct hub_config {
	struct config_hub top;
	struct config_transfer transfer;
	struct config_https https;
	struct config_node node;
	struct conf_many sources;    /* struct config_source */
	struct conf_many commands;   /* struct config_command */
	struct conf_many publishers; /* struct config_publisher */
	struct conf_many feeds;      /* struct config_hub_feed */
	struct conf_many exports;    /* struct config_export */
};

#define HUB_SOURCES_MAX    16
#define HUB_COMMANDS_MAX   4
#define HUB_COMMAND_WORDS  16
#define HUB_FEEDS_MAX      64
#define HUB_PUBLISHERS_MAX 256
#define HUB_EXPORTS_MAX    1024

extern const struct conf_section hub_sections[];
