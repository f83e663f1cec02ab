/* tsig_mac.h - HMACs over several pieces.  The control plane's door to libcrypto. */
#pragma once

#include "control/tsig.h"

struct tsig_mac; /* one under way */

/* Returns NULL when the library refuses or memory is out. */
struct tsig_mac *tsig_mac_new(const struct tsig_key *key);

/* NULL and a failure before are passed on to tsig_mac_end. */
void tsig_mac_add(struct tsig_mac *m, const void *bytes, size_t len);

/* Writes the whole MAC and frees m.  Returns its length in bytes, or -ERR_LIBRARY. */
int tsig_mac_end(struct tsig_mac *m, uint8_t out[TSIG_MAC_MAX]);

void tsig_mac_free(struct tsig_mac *m); /* NULL is allowed */

/* Whether two MACs are equal, in a time that does not tell where they differ. */
bool tsig_mac_equal(const uint8_t *a, const uint8_t *b, size_t len);
