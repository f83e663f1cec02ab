/* hub_refused.h - what the processes that meet the network turned away, as audit records.
 *
 * Anybody can cause them, and audit records stay for ever.  So of one reason there is one record
 * an hour for all strangers together, and one for each registry or publisher; it says how often
 * the same was left out since the one before.  No flood of one kind hides another. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#define HUB_REFUSED_KINDS 256  /* remembered at a time */
#define HUB_REFUSED_EVERY 3600 /* s */

struct hub;

struct hub_refused {
	struct {
		uint64_t kind;  /* 0: free */
		int64_t at_ns;  /* of its record, monotonic */
		uint64_t since; /* left out since */
	} item[HUB_REFUSED_KINDS];
	uint64_t dropped; /* for want of room, or left out of a kind that came no more */
};

/* Writes a record, or counts.
 *   event  of the record, "transfer-refused" or "https-refused"
 *   who    the registry or publisher that it was, proven; "": a stranger
 *   line   as the process said it; "error" is the reason */
void hub_refused_take(struct hub *h, const char *event, const char *who, const json_t *line);
