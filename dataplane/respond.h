/* respond.h - what stages that write answers share.  For dataplane/respond.c and zone_answer.c. */
#pragma once

#include "dataplane/tails.h"
#include "dataplane/vec.h"

#include <stdint.h>

/* Adds the NSID to the OPT that ends the message, if there is one and room for it.
 *   rdlen  where the OPT's RDLENGTH stands
 * Hot. */
void respond_nsid(struct vec *v, unsigned i, uint8_t *rdlen, const struct tails *tails);
