/* policy_zone.h - a part as a response policy zone (RPZ) for one day, for stock name servers.
 *
 * Each entry in force on the day gives two records of its listed name, below the zone's origin,
 * one for the name and one for `*` below it:
 *   CNAME .              nxdomain; refuse and refer, which RPZ has not
 *   CNAME *.             nodata
 *   CNAME rpz-drop.      drop
 *   CNAME rpz-passthru.  pass
 *   CNAME rpz-tcp-only.  truncate
 *   A ..., AAAA ...      sinkhole: the policy's addresses
 *
 * Pure: entries in, text out.  Entries come in canonical order of their names, as a signed part
 * has them, and leave in that order, so that two days can be compared by merging. */
#pragma once

#include "lists/entry.h"
#include "lists/policy.h"

#include <stdbool.h>
#include <stdio.h>

struct policy_zone_options {
	const uint8_t *origin, *ns, *mail; /* canonical; SOA MNAME and RNAME */
	size_t origin_len;
	uint32_t serial;
	int32_t day;                 /* UTC, days since 1970 */
	enum action action;          /* the feed's, for entries that inherit */
	const struct policy *policy; /* a sinkhole's addresses; ttl of every record */
};

struct policy_zone {
	FILE *to; /* the caller's */
	struct policy_zone_options o;
	bool has_entry;
	struct entry e;     /* the best so far of the name at hand, or only its name */
	bool is_listed;     /* e is in force */
	unsigned waiting_n; /* wildcards that come behind names yet to come */
	struct {
		uint8_t name[NAME_LEN_MAX];
		enum action action;
	} waiting[NAME_LABELS_MAX];
	uint64_t names;    /* written */
	uint64_t left_out; /* in force, but too long to stand below the origin */
};

/* Writes the apex.  What o points to is borrowed until policy_zone_end.  I/O errors stay in the
 * FILE. */
void policy_zone_begin(struct policy_zone *z, FILE *to, const struct policy_zone_options *o);

/* Takes an entry.  Of several of one name that are in force a pass goes first, then the one that
 * began first; a name too long below the origin is left out and counted.  Returns 0, or
 *   -ERR_RANGE    its name stands before that of the entry before
 *   -ERR_REFUSED  a sinkhole, and the policy has no address */
int policy_zone_entry(struct policy_zone *z, const struct entry *e);

/* Writes what is left.  Returns as policy_zone_entry. */
int policy_zone_end(struct policy_zone *z);

/* The serial of the next version: YYYYMMDD00 of the day where that is newer (RFC 1982) than the
 * one before, else one more. */
uint32_t policy_zone_serial(uint32_t before, int32_t day);
