/* hub_options.h - what cordond was told, checked and ready to use. */
#pragma once

#include "control/hub_config.h"
#include "control/pull_tls.h"
#include "control/registries.h"
#include "control/tsig.h"
#include "lists/digest.h"
#include "lists/export.h"
#include "lists/guard.h"
#include "lists/policy.h"
#include "lists/trust.h"

#include <netinet/in.h>

#define HUB_LISTEN_MAX 8
#define HUB_PROOFS_MAX 8 /* tokens or certificates of one publisher */

struct hub_feed {
	const struct config_hub_feed *conf;
	const char *name;
	struct trust trust;     /* the configuration's, or of a key change after it (hub_keys.h) */
	int64_t keys_since;     /* Unix seconds: of that key change; 0: the configuration's */
	uint32_t keys_withheld; /* key changes up to this version are given to nobody */
	struct guard_suffix *suffix; /* ours; scope points to it */
	struct guard_names *protect; /* likewise; NULL: no name is protected */
	struct guard_scope scope;    /* today is the user's to set */
	struct policy policy;        /* of its policy zones */
	uint32_t origin_len;
	uint8_t origin[NAME_LEN_MAX]; /* FEED.DOMAIN */
};

struct hub_publisher {
	const char *name;
	uint64_t feeds; /* bit i: feed i */
	unsigned tokens, certificates;
	uint8_t token[HUB_PROOFS_MAX][SHA256_BYTES];
	uint8_t certificate[HUB_PROOFS_MAX][SHA256_BYTES];
};

struct hub_source {
	const struct config_source *conf;
	const char *name;
	struct sockaddr_in6 address; /* IPv4 as ::ffff:a.b.c.d */
	struct tsig_key key;
	bool is_tls;
	struct pull_tls_want tls;
	char *receipts_ca; /* ours; NULL: the system's authorities */
};

struct hub_export {
	const struct config_export *conf;
	const struct registry *registry;
	const struct hub_feed *feed;
	char *folder, *registered, *auth_file; /* ours; the last two may be NULL */
	enum action action;                    /* ACTION_INHERIT: the list's */
	struct policy policy;
	struct export_options o; /* without day, serial and suffix; points to policy */
};

struct hub_listen {
	unsigned n;
	struct sockaddr_in6 address[HUB_LISTEN_MAX]; /* IPv4 as ::ffff:a.b.c.d */
};

struct hub_options {
	struct hub_config config;
	const char *path; /* of the file, the caller's */
	char *dir;        /* where relative paths begin, "" or with a final slash */
	uint8_t domain[NAME_LEN_MAX];
	uint8_t domain_len;
	struct registries *registries;
	struct psl *psl;
	struct hub_listen transfer, transfer_tls, https;
	struct hub_feed *feed; /* ours, feeds_n of them */
	unsigned feeds_n;
	struct hub_export *export; /* likewise */
	unsigned exports_n;
	struct hub_source *source; /* likewise; role node, or feeds with from-sources */
	unsigned sources_n;
	uint8_t catalog[NAME_LEN_MAX];   /* likewise */
	uint8_t catalog_len;             /* 0: none */
	struct hub_publisher *publisher; /* likewise */
	unsigned publishers_n;
};

/* Reads the file and those that it names, and checks the whole.  error is called for every
 * mistake.  Returns 0, -ERR_FORMAT after at least one call of error, or -ENOMEM. */
int hub_options_load(struct hub_options **out, const char *path, conf_error_fn *error, void *ctx);
void hub_options_free(struct hub_options *o); /* NULL is allowed */

/* A feed by its name, or NULL. */
const struct hub_feed *hub_feed_find(const struct hub_options *o, const char *name);

/* A path as it stands in the file: relative ones begin at the file's directory.  The caller's to
 * free; NULL: no memory. */
char *hub_path(const struct hub_options *o, const char *path);
