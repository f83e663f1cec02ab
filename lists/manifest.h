/* manifest.h - what an update consists of, or whom a feed trusts from now on: MANIFEST.zone.
 *
 *   $ORIGIN _update.conficker-c.lists.example.
 *   $TTL 3600
 *   @ SOA ns.lists.example. hostmaster.lists.example. 2026112101 3600 900 1209600 3600
 *   @ NS ns.lists.example.
 *   @ TXT "v=cordon1" "kind=update" "feed=conficker-c"
 *                 or with "override=change,names" too: guards that the publishers override
 *   @ ZONEMD ... and RRSIGs over it, as in a part
 *   com.ag TXT "serial=2026112101" "sha384=<hex of the part's ZONEMD digest>" "names=412"
 *   _all TXT ...                      the part of the root: the whole feed
 *
 * The SOA's serial is the update's.  Suffixes are of letters, digits, `-` and `_`, and do not
 * begin with `_`.
 *
 * A key change is an update of its own, without parts; its serial is the version of the set of
 * keys, which counts from 1, the first configuration's, without gaps:
 *
 *   $ORIGIN _keys-2.conficker-c.lists.example.
 *   @ SOA ns.lists.example. hostmaster.lists.example. 2 3600 900 1209600 3600
 *   @ NS ns.lists.example.
 *   @ TXT "v=cordon1" "kind=keys" "feed=conficker-c"
 *   @ ZONEMD ... and RRSIGs over it, as in a part
 *   _keys TXT "threshold=2"
 *   _keys TXT "name=alice.example" "key=256 3 15 <base64>"        each that is trusted from now on
 *
 * The version stands in the zone's name, so that each change stays where mirrors and registries
 * fetch it, whatever came after. */
#pragma once

#include "lists/scan.h"
#include "lists/trust.h"

#define MANIFEST_NAME      "MANIFEST.zone"
#define MANIFEST_PARTS_MAX 4096
#define MANIFEST_LABEL     "_update"
#define MANIFEST_KEYS      "_keys-" /* and the version */
#define MANIFEST_LABEL_MAX 20       /* bytes of either as text, NUL included */

struct manifest_part {
	uint8_t suffix[NAME_LEN_MAX]; /* canonical; the root: the whole feed */
	uint8_t suffix_len;
	bool is_seen; /* for the reader's use */
	uint32_t serial;
	uint64_t names; /* records below the apex */
	uint8_t digest[SHA384_BYTES];
};

struct manifest {
	char feed[64];
	uint32_t serial;
	uint32_t overrides;         /* bit r: enum guard_rule r of guard.h */
	uint8_t base[NAME_LEN_MAX]; /* feed.hub: the origin without its first label */
	uint8_t base_len;
	struct manifest_part *part; /* ours; sorted by length and bytes of the suffix */
	size_t n, room;
	bool is_keys;       /* a key change */
	struct trust *keys; /* ours; with is_keys alone.  feed, hub and version are not set */
};

/* Takes record r of a zone_scan's body (the caller gives it on).  m's strings come from the
 * signed zone; adds reasons MANIFEST and KEYS.  Returns 0 or -ENOMEM. */
int manifest_take(struct manifest *m, const struct record *r, const struct zone_scan *s);

/* The first label of a manifest's zone: `_update', or of a key change `_keys-VERSION'. */
void manifest_label(char out[MANIFEST_LABEL_MAX], bool is_keys, uint32_t version);

/* What the apex says, to be called when the scan is done; sorts the parts.  Returns whether the
 * manifest is in form; reasons were added where not. */
bool manifest_finish(struct manifest *m, const struct zone_scan *s);

/* The part of a suffix, NULL if there is none.  After manifest_finish. */
struct manifest_part *manifest_find(struct manifest *m, const uint8_t *suffix, size_t len);

/* Adds a part (copied).  Returns 0, -ERR_FULL, -ENOMEM. */
int manifest_add(struct manifest *m, const struct manifest_part *p);

/* Writes the zone without ZONEMD.  parts must be sorted or not, each suffix once. */
int manifest_write(const struct manifest *m, FILE *to);

void manifest_free(struct manifest *m);

/* "parts/com.ag.zone", "parts/_all.zone".  Returns 0, or -ERR_NAME for a suffix that cannot be
 * part of an update. */
int member_name(char out[REASON_WHERE_MAX], const uint8_t *suffix, size_t len);

/* The suffix of a member's name; returns its length, 0 for MANIFEST_NAME, -ERR_NAME. */
int member_suffix(uint8_t out[NAME_LEN_MAX], const char *name);
