/* delta.h - what changes in a part from one serial to another: an IXFR answer as text (RFC 1995 4).
 *
 *   $ORIGIN com.mx.conficker-c.lists.example.
 *   @ SOA . . 2026112102 0 0 0 0
 *   @ SOA . . 2026112101 0 0 0 0
 *   oubezepg TXT "2009-04-01/2009-04-02"
 *   @ SOA . . 2026112102 0 0 0 0
 *   kzyq TXT "2009-04-03/2009-04-05"
 *   @ SOA . . 2026112102 0 0 0 0
 *
 * First the serial that it leads to and the one that it starts from; what goes; the serial that
 * this leads to; what comes; and so on, until the serial that it leads to stands at the end.  So a
 * file that was cut short is found out.  Of an SOA only the serial counts; NS, ZONEMD and RRSIG at
 * the apex are read over.  What the apex says of the zone cannot change in a delta.  `cordon delta`
 * writes this form, and `kdig IXFR=serial` prints it. */
#pragma once

#include "lists/read.h"

#include <stdbool.h>

struct list_delta {
	uint32_t from, to; /* serials; to is newer (RFC 1982) */
	uint8_t origin_len;
	uint8_t origin[NAME_LEN_MAX]; /* the zone's own name */
};

struct delta_sink {
	void *ctx;
	/* Once, before the first change: fills in the zone's suffix (list_meta.suffix).  A negative
	 * return ends the reading, as one of change does; delta_read returns it. */
	int (*begin)(void *ctx, const struct list_delta *d, struct list_meta *meta);
	int (*change)(void *ctx, const struct entry *e, bool remove);
	void (*error)(void *ctx, const struct list_error *e);
};

/* Reads a delta from f, to its end; limits->entries_max bounds its changes.  Whoever reads must
 * throw away what it got when this does not return 0.  Returns as list_read. */
int delta_read(
    FILE *f, const char *path, const struct list_limits *limits, const struct delta_sink *sink);
