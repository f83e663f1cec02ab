/* zonemd.h - the digest of a zone: RFC 8976, scheme SIMPLE (1), hash SHA-384 (1).
 *
 * Digested is every record of the zone once, in canonical order (RFC 4034 6.1, 6.3), but for
 * the ZONEMD RRset at the apex and the RRSIGs over it.  Records in canonical order are digested
 * as they come; others go through a sorter, whose memory is bounded.  Of duplicates, one
 * counts.  Records of one RRset must agree on their TTL (RFC 2181 5.2): servers even TTLs out,
 * and the digest would not survive a transfer. */
#pragma once

#include "lists/digest.h"
#include "lists/name.h"
#include "lists/records.h"

#define ZONEMD_SCHEME_SIMPLE 1
#define ZONEMD_HASH_SHA384   1
#define ZONEMD_RDATA_BYTES   (6 + SHA384_BYTES)

#define APEX_RECORDS_MAX 128 /* at the apex, of all types */
#define APEX_BYTES_MAX   (1 << 18)

struct apex_record {
	uint16_t type;
	uint16_t rdata_len;
	uint32_t ttl;
	uint8_t *rdata; /* ours */
};

/* What stands at the apex, in canonical order once zonemd_end was called; duplicates are gone. */
struct apex {
	uint8_t origin[NAME_LEN_MAX];
	uint8_t origin_len;
	uint32_t serial;  /* of the SOA */
	uint32_t soa_ttl; /* seconds */
	struct apex_record record[APEX_RECORDS_MAX];
	size_t n, bytes;
};

struct zonemd;

struct zonemd_options {
	bool sort;           /* records come in any order; otherwise -EAGAIN tells that they do */
	size_t memory_bytes; /* of the sorter; 0: 64 MiB */
	int spill_fd;        /* for the sorter, the caller's; -1: memory must do */
	/* NULL or: gets each record below the apex once, in canonical order, as it is digested.
	 * A negative return ends the work.  The records have no line. */
	int (*body)(void *ctx, const struct record *r);
	void *ctx;
};

/* Returns NULL out of memory.  o is copied. */
struct zonemd *zonemd_open(const struct zonemd_options *o);
void zonemd_close(struct zonemd *z);

/* Adds a record; the first must be the SOA.  Returns 0, or 1 for a record outside the zone, which
 * is left out (RFC 8976 3.3.1), or
 *   -ERR_SHORT    the first record is not an SOA
 *   -ERR_REFUSED  a second SOA
 *   -ERR_RANGE    another TTL than the records of its RRset
 *   -ERR_FULL     too many records at the apex, or the sorter is full
 *   -EAGAIN       not in canonical order; begin again, with sort set
 *   -errno, or what body returned */
int zonemd_add(struct zonemd *z, const struct record *r);

/* The digest.  Returns 0, -ERR_SHORT when there was no SOA, -ERR_RANGE as above, -errno, or what
 * body returned. */
int zonemd_end(struct zonemd *z, uint8_t digest[SHA384_BYTES]);

/* Borrowed until zonemd_close.  origin and serial are there after the SOA. */
const struct apex *zonemd_apex(const struct zonemd *z);

/* Records below the apex, duplicates counted once. */
uint64_t zonemd_body(const struct zonemd *z);

/* Whether r is an RRSIG over ZONEMD. */
bool apex_is_signature(const struct apex_record *r);
