/* trust.h - whose signatures make an update valid: pinned keys of a feed and how many of them.
 *
 * A key counts once, whatever name, flags or tag it comes under: keys are told apart by
 * algorithm and bytes.  Key tags only find candidates; two keys that share one are both tried. */
#pragma once

#include "lists/key.h"
#include "lists/reason.h"
#include "lists/zonemd.h"

#define TRUST_KEYS_MAX       64 /* a set of them is a uint64_t */
#define TRUST_SIGNATURES_MAX 64 /* looked at of one zone */

struct trust {
	char feed[64];             /* "": any */
	uint8_t hub[NAME_LEN_MAX]; /* the zone's name behind suffix and feed */
	uint8_t hub_len;           /* 0: any */
	uint32_t version;          /* of this set of keys, from 1; 0: not known */
	unsigned threshold;        /* 1..n */
	size_t n;
	struct public_key key[TRUST_KEYS_MAX];
};

/* Adds a key (copied).  Returns 0, -EEXIST when it is there already, -ERR_FULL. */
int trust_add(struct trust *t, const struct public_key *k);

/* What was found of one signature. */
struct signature_found {
	uint8_t algorithm;
	uint16_t tag;
	int64_t inception, expiration; /* Unix seconds */
	int key;                       /* index into trust, -1: of none of its keys */
	enum reason_code verdict;      /* REASON_CODES: it counts */
};

/* Looks at every signature over zonemd: whether it counts at this time, and why not.
 *   now    Unix seconds
 *   where  for the reasons: the file
 *   found  takes up to TRUST_SIGNATURES_MAX, *n their number; NULL: not wanted
 * Adds a reason for each that does not count; not for there being too few.  More than
 * TRUST_SIGNATURES_MAX are a reason and not looked at.
 * Returns the keys that count, bit i for key i. */
uint64_t trust_signers(const struct trust *t, const struct apex *a,
    const struct apex_record *zonemd, int64_t now, const char *where, struct signature_found *found,
    size_t *n, struct reasons *reasons);

/* How many more keys of a set are needed: 0 when the threshold is met. */
unsigned trust_missing(const struct trust *t, uint64_t signers);
