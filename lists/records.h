/* records.h - a zone file as a stream of records in canonical form (RFC 4034 6.2), in the
 * order of the file. */
#pragma once

#include "lists/read.h"

#include <stdint.h>
#include <stdio.h>

#define RECORD_SOA    6
#define RECORD_NS     2
#define RECORD_TXT    16
#define RECORD_RRSIG  46
#define RECORD_ZONEMD 63

/* Class IN.  What it points to is borrowed until the call that got it returns. */
struct record {
	uint64_t line; /* of the file, from 1 */
	uint32_t ttl;  /* seconds */
	uint16_t type;
	uint16_t rdata_len;
	uint8_t owner_len;
	const uint8_t *owner; /* absolute, canonical wire form */
	const uint8_t *rdata; /* names in it expanded, and folded where RFC 4034 6.2 says so */
};

struct record_sink {
	void *ctx;
	/* A negative return stops the reading; records_read returns it. */
	int (*record)(void *ctx, const struct record *r);
	void (*error)(void *ctx, const struct list_error *e);
};

/* Reads f to its end.  entries_max of limits counts records.  The same files are understood as
 * by list_read(LIST_ZONE), in the same way, but nothing is demanded of what the records are.
 * Returns 0, -ERR_FORMAT after at least one error was reported, -ERR_LIMIT likewise, -errno, or
 * what the sink returned.  Memory does not grow with the file. */
int records_read(
    FILE *f, const char *path, const struct list_limits *limits, const struct record_sink *sink);
