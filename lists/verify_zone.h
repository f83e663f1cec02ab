/* verify_zone.h - one zone of an update.  For lists/verify*.c. */
#pragma once

#include "lists/verify.h"

/* Judges what a scan found: its digest, its signatures.  Fills z but where, suffix and meta, and
 * v's missing, signers, until.  Returns whether anything may be read from it: the
 * digest matches and at least one key counts. */
bool verify_signatures(struct verify *v, const struct zone_scan *s, struct zone_verdict *z);

/* Reads the entries of a part; adds reasons for what breaks its form.  Calls v's callbacks when
 * calls is set.  Returns 0 with or without reasons, or as update_verify. */
int verify_entries(struct verify *v, FILE *f, struct zone_verdict *z, bool calls);

/* Serial against the one in force, by RFC 1982. */
void verify_serial(struct verify *v, uint32_t serial, const char *where);

/* Sets v's state by its reasons. */
void verify_decide(struct verify *v);
