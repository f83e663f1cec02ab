/* zone_file.h - reads a zone's text as records in wire form, one at a time.
 *
 * The text is the hub's own: a record a line, each with its owner; $ORIGIN and $TTL; comments.
 *   [owner] [TTL] [IN] type rdata
 * Anything else is an error, with its line.  Memory does not grow with the file. */
#pragma once

#include "lists/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ZONE_LINE_MAX  8192 /* bytes */
#define ZONE_RDATA_MAX ZONE_LINE_MAX
#define ZONE_ERROR_MAX 160

struct zone_rr {
	uint8_t owner[NAME_LEN_MAX], owner_len; /* canonical */
	uint16_t type, rdata_len;
	uint32_t ttl;
	uint8_t rdata[ZONE_RDATA_MAX]; /* names canonical, not compressed */
};

struct zone_file {
	const char *line; /* of the record at hand, borrowed until zone_file_next; NULL: none */
	size_t line_len;
	uint64_t line_no; /* from 1 */
	uint64_t bytes;   /* of the lines so far */
	uint32_t ttl;
	uint8_t origin[NAME_LEN_MAX], origin_len;
	char error[ZONE_ERROR_MAX]; /* what is wrong with the line, after -ERR_FORMAT */
	int fd;                     /* -1: the text is in memory */
	char *buffer;               /* ours if fd >= 0 */
	size_t at, end;             /* of what is in it */
	bool is_end;                /* nothing is behind it */
};

/* Opens a file below dir_fd.  Returns 0 (*out is the caller's), -errno, or -ENOMEM. */
int zone_file_open(struct zone_file **out, int dir_fd, const char *file);

/* The same for len bytes at text, borrowed until zone_file_close. */
int zone_file_open_text(struct zone_file **out, const char *text, size_t len);

void zone_file_close(struct zone_file *z); /* NULL is allowed */

/* Goes to the next record.  Returns 1, 0 at the end of the file, or
 *   -ERR_FORMAT  a directive that is none of ours
 *   -ERR_LIMIT   a line over ZONE_LINE_MAX
 *   -errno */
int zone_file_next(struct zone_file *z);

/* Bytes of text that were passed: at the end of the file its size. */
static inline uint64_t
zone_file_bytes(const struct zone_file *z)
{
	return z->bytes;
}

/* Takes the record at hand apart.  Returns 0 or -ERR_FORMAT; may be called again. */
int zone_file_record(struct zone_file *z, struct zone_rr *rr);

/* Reads the first record, which must be the zone's SOA, and its serial.  Returns 0 or as
 * above, -ERR_FORMAT also when it is none. */
int zone_file_soa(struct zone_file *z, struct zone_rr *soa, uint32_t *serial);
