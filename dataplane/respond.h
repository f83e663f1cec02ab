/* respond.h - what stages that write answers share.  For dataplane/respond.c and zone_answer.c. */
#pragma once

#include "dataplane/tails.h"
#include "dataplane/vec.h"

#include <stdint.h>

/* Adds what was asked for by options to the OPT that ends the message: the cookie, whose room was
 * kept free, and the NSID where there is some.
 *   rdlen  where the OPT's RDLENGTH stands
 * Hot. */
void respond_options(struct vec *v, unsigned i, uint8_t *rdlen, const struct tails *tails);
