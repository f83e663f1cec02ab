/* book.h - what may be transferred to whom: book.json, written by the hub, read here.
 *
 *   {"version": 1,
 *    "zones": [{"origin", "serial", "file", "history": [{"serial", "file"}], "readers": [NAME]}],
 *    "registries": [{"name", "keys": [{"name", "algorithm", "secret"}], "addresses": [NET],
 *        "notify": [{"address", "port"}], "tls": "optional|required|no", "pins": [HEX]}],
 *    "catalogs": [{"origin", "serial", "reader", "members": [ORIGIN]}],
 *    "audit": {"seq", "hash"},
 *    "sources": [{"name", "keys", "addresses"}], "pulled": [ORIGIN]}
 *
 * file is relative to the state directory.  addresses (none: any), notify, tls, pins, history,
 * catalogs and audit may be missing; keys that are not named here are read over.  pins are SHA-256
 * digests of public keys: a registry that has any must show one of them over TLS.  sources are
 * whom we fetch the zones named in pulled from: with their keys, from their addresses, they may say
 * by NOTIFY that there is something new.
 *
 * A book is whole or it is not there: any mistake and book_read returns none.  It never
 * changes; holders count themselves.  One thread. */
#pragma once

#include "control/tsig.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

#define BOOK_BYTES_MAX    (64 << 20)
#define BOOK_ZONES_MAX    65536
#define BOOK_REGISTRY_MAX 8192
#define BOOK_KEYS_MAX     8   /* of one registry */
#define BOOK_NETS_MAX     64  /* likewise */
#define BOOK_TARGETS_MAX  16  /* likewise */
#define BOOK_PINS_MAX     8   /* likewise */
#define BOOK_HISTORY_MAX  256 /* of one zone */
#define BOOK_NAME_MAX     64  /* bytes of a registry's name */
#define BOOK_ERROR_MAX    256 /* bytes of a mistake's text, with its NUL */
#define BOOK_PIN_BYTES    32
#define BOOK_DIGEST_MAX   97 /* SHA-384 in hex and a NUL */
#define BOOK_HASH_MAX     65 /* SHA-256 in hex and a NUL */
#define BOOK_SOURCES_MAX  16

enum book_tls { BOOK_TLS_OPTIONAL, BOOK_TLS_REQUIRED, BOOK_TLS_NO };

struct book_net {
	uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
	uint8_t prefix;      /* bits, 0..128 */
};

struct book_registry {
	char name[BOOK_NAME_MAX + 1]; /* [A-Za-z0-9._-]+ */
	enum book_tls tls;
	unsigned keys_n, nets_n, targets_n, pins_n;
	struct tsig_key *keys;
	struct book_net *nets;
	struct sockaddr_in6 *targets; /* of NOTIFY; IPv4 as ::ffff:a.b.c.d */
	uint8_t (*pins)[BOOK_PIN_BYTES];
};

struct book_name {
	uint8_t name[NAME_LEN_MAX], len; /* canonical */
};

struct book_version {
	uint32_t serial;
	char *file;  /* relative to the state directory, or NULL: */
	char *bytes; /* the zone's text itself */
	size_t len;
};

struct book_zone {
	uint8_t origin[NAME_LEN_MAX], origin_len; /* canonical */
	struct book_version now;
	struct book_version *history; /* in no order */
	unsigned history_n;
	uint32_t *readers; /* indices of registries, ascending */
	unsigned readers_n;
};

struct book {
	unsigned holders;
	struct book_zone *zones; /* by origin */
	size_t zones_n;
	struct book_registry *registries; /* in the book's order */
	size_t registries_n;
	struct book_by_key *by_key; /* by name and algorithm */
	size_t by_key_n;
	uint64_t audit_seq; /* of the last audit record when the book was written; 0: not said */
	char audit_hash[BOOK_HASH_MAX];
	struct book_registry *sources; /* in the book's order */
	size_t sources_n;
	struct book_name *pulled; /* in the book's order */
	size_t pulled_n;
};

struct book_by_key {
	const struct tsig_key *key;
	uint32_t registry;
};

/* Reads a book from len bytes at text.
 *   error  says what is wrong and where, when the return is not 0
 * Returns 0 (*out has one holder, the caller), -ERR_FORMAT, -ERR_LIMIT or -ENOMEM. */
int book_parse(struct book **out, const char *text, size_t len, char error[BOOK_ERROR_MAX]);

/* The same for a file in the directory dir_fd; also -errno. */
int book_read(struct book **out, int dir_fd, const char *file, char error[BOOK_ERROR_MAX]);

struct book *book_hold(struct book *b); /* one holder more; returns b */
void book_drop(struct book *b);         /* frees it with its last holder; NULL is allowed */

/* The SHA-384 of a version's bytes, in hex, by which its file is named; -ERR_FORMAT for one that is
 * in memory or has another name. */
int book_digest(char out[BOOK_DIGEST_MAX], const struct book_version *v);

/* The zone of that name (canonical), or NULL. */
const struct book_zone *book_zone(const struct book *b, const uint8_t *origin, size_t len);

/* The key of that name and algorithm, with its registry; NULL: there is none. */
const struct book_by_key *book_key(
    const struct book *b, const uint8_t *name, size_t len, int algorithm);

/* The index of a registry; -1: there is none of that name. */
int64_t book_registry(const struct book *b, const char *name);
/* A source's key of that name and algorithm, with the source's number in *source; or NULL. */
const struct tsig_key *book_source_key(
    const struct book *b, const uint8_t *name, size_t len, int algorithm, uint32_t *source);

/* Whether the zone of that name (canonical) is fetched from the sources; or NULL. */
const struct book_name *book_pulled(const struct book *b, const uint8_t *origin, size_t len);

bool book_may_read(const struct book_zone *z, uint32_t registry);

/* Whether a registry may come from that address (IPv4 as ::ffff:a.b.c.d). */
bool book_may_come_from(const struct book_registry *r, const struct in6_addr *from);
