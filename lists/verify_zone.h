/* verify_zone.h - one zone of an update.  For lists/verify*.c. */
#pragma once

#include "lists/verify.h"

/* Judges what a scan found: its digest, its signatures.  Fills z but where, suffix and meta, and
 * v's missing, signers, until.  Returns whether anything may be read from it: the
 * digest matches and at least one key counts. */
bool verify_signatures(struct verify *v, const struct zone_scan *s, struct zone_verdict *z);

/* The same for a key change that was read into v->manifest: by v's keys and by the new ones, and its
 * version (lists/verify_keys.c).  z->signers are of v's keys.  Returns whether at least one of v's
 * keys counts, or -ENOMEM. */
int verify_keys(struct verify *v, const struct zone_scan *s, struct zone_verdict *z);

/* How many keys of a set counted for a zone: v's missing and until by that. */
struct verify_quorum {
	uint64_t keys;      /* bit i: key i of the trust that z->found is by */
	unsigned threshold; /* how many of them must count */
	const char *kind;   /* for the reason: "keys", "new keys" */
};
void verify_quorum(struct verify *v, const struct zone_verdict *z, const struct verify_quorum *q);

/* No key of v's trust counts. */
void verify_nobody(struct verify *v, const struct zone_verdict *z);

/* Fills what z has of a scan. */
void verify_describe(struct zone_verdict *z, const struct zone_scan *s);

/* Reads the entries of a part; adds reasons for what breaks its form.  Calls v's callbacks when
 * calls is set.  Returns 0 with or without reasons, or as update_verify. */
int verify_entries(struct verify *v, FILE *f, struct zone_verdict *z, bool calls);

/* Serial against the one in force, by RFC 1982. */
void verify_serial(struct verify *v, uint32_t serial, const char *where);

/* Sets v's state by its reasons. */
void verify_decide(struct verify *v);
