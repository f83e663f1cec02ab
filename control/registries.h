/* registries.h - the directory of registries: who is responsible for which suffixes, who is to be
 * called there, and how it receives its parts.
 *
 * Two files in the syntax of base/conf.h: the directory, which can be kept under version control,
 * and the TSIG keys, which can not; tokens and certificates for HTTPS stand with the keys.  Both
 * are read whole and checked whole. */
#pragma once

#include "base/conf.h"
#include "lists/digest.h"
#include "lists/name.h"

#include <stdint.h>
#include <sys/socket.h>

#define REGISTRIES_PATH     "/etc/cordon/registries.conf"
#define REGISTRIES_MAX      4096
#define REGISTRY_SUFFIXES   1024
#define REGISTRY_SECRET_MAX 128 /* bytes of a TSIG secret, decoded */
#define REGISTRY_SECRET_MIN 16
#define REGISTRY_PROOFS     8  /* tokens of one registry, and certificates */
#define REGISTRY_NAME_MAX   64 /* bytes, NUL included */

enum registry_receive { RECEIVE_TRANSFER, RECEIVE_DOWNLOAD, RECEIVE_EXPORT };
enum registry_zones { ZONES_PARTS, ZONES_POLICY, ZONES_BOTH };
enum registry_tls { REGISTRY_TLS_OPTIONAL, REGISTRY_TLS_REQUIRED, REGISTRY_TLS_NO };

struct registry {
	unsigned line;
	char *name;
	struct conf_texts suffixes;
	bool mirror;                /* holds every part of its feeds, whatever the suffix */
	struct conf_texts contacts; /* "role address", in the order of escalation */
	char *time_zone;
	struct conf_texts feeds;
	int receive; /* enum registry_receive */
	int zones;   /* enum registry_zones: in which form its parts are transferred */
	int tls;     /* enum registry_tls */
	struct conf_texts addresses, notify;
};

struct registry_key {
	unsigned line;
	char *registry, *name, *secret; /* secret: base64 */
	int algorithm;                  /* index into registry_algorithms */
};

struct registry_receipt_key { /* which its node signs receipts with (receipt.h) */
	unsigned line;
	char *registry, *key; /* key: a DNSKEY record */
};

struct registry_access {
	unsigned line;
	char *registry;
	struct conf_texts tokens, certificates; /* SHA-256 in hex; of a certificate's DER form */
};

/* A token or certificate, by its digest. */
struct registry_proof {
	uint8_t digest[SHA256_BYTES];
	bool is_certificate;
	unsigned line;
	const struct registry *registry;
};

struct registry_suffix {
	const struct registry *registry;
	uint8_t len;
	uint8_t name[NAME_LEN_MAX];
};

struct registries {
	struct conf_many file;        /* struct registry */
	struct conf_many keys;        /* struct registry_key */
	struct conf_many access;      /* struct registry_access */
	struct registry_proof *proof; /* ours; in order of digests */
	size_t proofs;
	struct conf_many receipt_keys;  /* struct registry_receipt_key */
	struct registry_suffix *suffix; /* ours; in order of names */
	size_t suffixes;
};

extern const struct conf_section registries_sections[], registry_keys_sections[];
extern const char *const registry_algorithms[]; /* "hmac-sha256" ..., NULL-terminated */
extern const char *const registry_receives[], *const registry_tls_words[];
extern const char *const registry_zones_words[];

/* Reads both files; keys_path NULL: no keys.  error is called for every mistake.
 * Returns 0, -ERR_FORMAT after at least one call of error, or -ENOMEM. */
int registries_load(struct registries **out, const char *path, const char *keys_path,
    conf_error_fn *error, void *ctx);
void registries_free(struct registries *r);

/* By name, or NULL. */
const struct registry *registry_find(const struct registries *r, const char *name);

/* Whose token or certificate has this digest; NULL: nobody's. */
const struct registry *registry_of_proof(
    const struct registries *r, const uint8_t digest[SHA256_BYTES], bool is_certificate);

/* Whose suffix this is: that of the longest listed suffix at or above it.  NULL: nobody's. */
const struct registry *registry_of(const struct registries *r, const uint8_t *suffix, size_t len);

/* Whether it has opted in to a feed, and whether it may read the feed's part of a suffix: it has
 * opted in, and the suffix is its own or it is a mirror. */
bool registry_takes(const struct registry *g, const char *feed);
bool registry_reads(const struct registries *r, const struct registry *g, const char *feed,
    const uint8_t *suffix, size_t len);

/* Whether zones of a kind ("part" or "policy") are for it. */
bool registry_takes_kind(const struct registry *g, const char *kind);

/* Whether it is an address or a network: "192.0.2.1", "192.0.2.0/24", "2001:db8::/32". */
bool registry_is_net(const char *text);

/* Splits "192.0.2.1", "192.0.2.1:53", "2001:db8::1" or "[2001:db8::1]:53"; port 53 where none is
 * said.  Returns 0 or -ERR_FORMAT. */
int registry_endpoint(char address[46], uint16_t *port, const char *text);
