/* zone.h - writes a part, or a whole feed, as a DNS zone.
 *
 *   $ORIGIN com.mx.conficker-c.lists.example.
 *   $TTL 3600
 *   @ SOA ns.lists.example. hostmaster.lists.example. 2026112101 3600 900 1209600 3600
 *   @ NS ns.lists.example.
 *   @ TXT "v=cordon1" "feed=conficker-c" "suffix=com.mx" "family=conficker-c" "action=sinkhole" ...
 *   oubezepg TXT "2009-04-01/2009-04-02"
 *   kzyq TXT "2009-04-03/2009-04-05" "action=pass" "why=..."
 *   ; end of zone, entries: 2
 *
 * The owner is relative to the origin, as the listed name is to the suffix.  A window
 * without beginning or end has an empty side: "/2009-04-02", "2009-04-01/", "/".  A name
 * may have several TXT records.  ZONEMD and RRSIG at the apex are read over (RFC 8976);
 * signing them is not the writer's work.  A zone may be written in any order.
 *
 * The first line is a comment too, `; cordon1 ...`; a file that has it must end with the
 * count, so that one that was cut short is found out.  Other tools drop both. */
#pragma once

#include "lists/entry.h"
#include "lists/read.h"

#include <stdio.h>

struct zone_writer {
	FILE *to; /* the caller's, for as long as the writer is used */
	uint64_t entries;
	uint8_t suffix[NAME_LEN_MAX];
	uint8_t suffix_len, origin_len;
};

/* Writes apex and metadata.  meta: feed, suffix and origin must be set, and origin must be
 * suffix.feed.hub; ns and mail are the SOA's MNAME and RNAME, canonical.  Returns 0, or
 * -ERR_RANGE when meta breaks that, -ERR_NAME when a text field cannot stand in a TXT. */
int zone_write_head(struct zone_writer *w, FILE *to, const struct list_meta *meta,
    const uint8_t *ns, const uint8_t *mail);

/* Writes one entry.  Returns 0, or -ERR_NAME when e is not below the suffix or too long under
 * the origin, or -ERR_RANGE when its window, action or comment breaks what entry.h says.
 * I/O errors stay in the FILE (ferror), to be checked at the end. */
int zone_write_entry(struct zone_writer *w, const struct entry *e);

/* Writes the count that ends the zone. */
void zone_write_end(struct zone_writer *w);
