/* xfr_stream.h - the records of one transfer, in order, a message at a time.
 *
 *   AXFR  SOA, all other records, SOA (RFC 5936 2.2)
 *   IXFR  SOA new, SOA old, what goes, SOA new, what comes, SOA new (RFC 1995 4): one
 *         condensed difference, made from the two files while it is sent
 *
 * An IXFR becomes an AXFR when the serial is not kept, when the difference would be larger than
 * the zone, or when the files cannot be merged; it becomes the SOA alone when nothing is newer. */
#pragma once

#include "control/book.h"
#include "control/message.h"

enum xfr_kind { XFR_SOA, XFR_AXFR, XFR_IXFR };

struct xfr_want {
	struct book *book;
	const struct book_zone *zone; /* in book */
	int dir_fd;                   /* the state directory */
	enum xfr_kind kind;           /* AXFR or IXFR, or SOA: the SOA alone */
	uint32_t serial;              /* IXFR: what the peer has */
};

struct xfr_stream;

/* Opens the zone's file.  *out holds the book.  Returns 0, -ENOMEM, -errno, -ERR_FORMAT,
 * -ERR_LIMIT, or -ERR_STALE when the file does not have the book's serial. */
int xfr_stream_new(struct xfr_stream **out, const struct xfr_want *want);
void xfr_stream_free(struct xfr_stream *s); /* NULL is allowed */

/* Adds records to m's answer section.  Returns
 *   1        m is full, more is to come
 *   0        all is sent
 *   -EAGAIN  much was read, call again after serving others; m may have records already
 *   else a code as above: the transfer cannot be ended in order */
int xfr_stream_fill(struct xfr_stream *s, struct message *m);

/* What it has become; final once fill has added a record. */
enum xfr_kind xfr_stream_kind(const struct xfr_stream *s);

/* What is wrong with a file, for the log; may be empty. */
const char *xfr_stream_error(const struct xfr_stream *s);
