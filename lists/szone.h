/* szone.h - a static zone: a zone of our own, served whole from a zone file (RFC 1034 4.3.2).
 *
 * Made once, then only read.  Names are kept as keys: the labels from the right, each behind
 * its length, without the root, so that an ancestor's key is the beginning of its descendants'
 * and what is below a name stands behind it without a gap when keys are sorted as bytes.  Every
 * node but the apex has its parent as a node: empty non-terminals are nodes without sets. */
#pragma once

#include "lists/name.h"
#include "lists/read.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SZONE_NONE        UINT32_MAX /* no such node */
#define SZONE_OUT         0xff       /* a name that is not in the zone */
#define SZONE_RECORDS_MAX 10000000
#define SZONE_SET_MAX     1200 /* bytes of an RRset's records: what every answer has room for */
#define SZONE_CHAIN_MAX   8    /* CNAMEs that lead to one another */

struct szone_rr {
	uint32_t rdata;   /* offset in bytes, uncompressed wire form */
	uint32_t target;  /* node that the name in NS, CNAME, MX, SRV leads to; of CNAME with
			   * target_exact false its closest encloser; SZONE_NONE: not ours */
	uint16_t len;     /* bytes of RDATA */
	uint8_t name_at;  /* offset of that name in RDATA */
	uint8_t relative; /* its bytes in front of what it shares; SZONE_OUT: not compressed */
	bool shares_owner; /* that is the record's owner; else the apex */
	bool target_exact;
};

struct szone_set {
	uint16_t type, rrs_n;
	uint32_t ttl;
	uint32_t first; /* of its records in rrs */
	uint32_t bytes; /* of its records in an answer, at most */
	uint32_t line;  /* of its first record */
};

struct szone_node {
	uint32_t key; /* offset in bytes */
	uint32_t parent;
	uint32_t wildcard; /* its child `*`, or SZONE_NONE */
	uint32_t cut;      /* the uppermost delegation at or above it, or SZONE_NONE */
	uint32_t first;    /* of its sets, by type */
	uint16_t sets_n;
	uint8_t key_len;
};

struct szone {
	uint32_t nodes_n, sets_n, rrs_n;
	uint32_t serial, negative_ttl;          /* of the SOA; seconds, RFC 2308 3 */
	uint8_t mname_relative, rname_relative; /* bytes before the apex or SZONE_OUT */
	uint8_t mname_len;                      /* bytes */
	uint8_t origin_len;
	uint8_t origin[NAME_LEN_MAX]; /* canonical */
	struct szone_node *nodes;     /* sorted by key; the apex is the first */
	struct szone_set *sets;
	struct szone_rr *rrs;
	uint8_t *bytes;
	uint64_t bytes_n;
};

/* Reads a zone file (RFC 1035 5, RFC 2308 4) to its end.
 *   origin       canonical; the first $ORIGIN too
 *   records_max  1..SZONE_RECORDS_MAX
 *   sink         error alone is used; every mistake is reported, up to a limit
 * Refused: records outside of the zone, generic ones (RFC 3597), classes but IN, DNAME and what
 * signs a zone, a second SOA, none, no NS; CNAME beside other data, in a ring, or over
 * SZONE_CHAIN_MAX; sets of two TTLs (RFC 2181 5.2) or over SZONE_SET_MAX; NS at a wildcard; what
 * stands below a delegation and is no address; and NS, MX and SRV that lead to a name of this
 * zone without an address or to a CNAME (RFC 2181 10.3).  Records that are there twice count once.
 * Returns 0, -ERR_FORMAT or -ERR_LIMIT after at least one report, -ENOMEM or -errno. */
int szone_read(struct szone **out, FILE *f, const char *path, const uint8_t *origin,
    size_t origin_len, uint64_t records_max, const struct list_sink *sink);
void szone_free(struct szone *z); /* NULL is allowed */

/* Writes the key of a valid name.  Returns its bytes, 0..254; 0 for the root.  Hot. */
unsigned szone_key(uint8_t out[NAME_LEN_MAX], const uint8_t *name);

/* The node of a key that is in the zone, or its closest encloser (RFC 4592 3.3.1).  Hot. */
const struct szone_node *szone_find(
    const struct szone *z, const uint8_t *key, unsigned len, bool *exact);

/* A node's records of a type, or NULL.  Hot. */
const struct szone_set *szone_set(
    const struct szone *z, const struct szone_node *node, unsigned type);

/* Bytes that all of it takes. */
uint64_t szone_size(const struct szone *z);
