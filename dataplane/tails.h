/* tails.h - prepared answers: everything behind the question, one copy a hit. */
#pragma once

#include "dataplane/vec.h"
#include "lists/policy.h"

#include <stdint.h>

#define TAIL_MAX     1024 /* bytes */
#define TAIL_PATCHES 8    /* compression pointers to the listed name or its parent */

enum tail_kind {
	TAIL_A,
	TAIL_AAAA,
	TAIL_NS,
	TAIL_SOA,
	TAIL_TXT,
	TAIL_NODATA,          /* of a sinkholed name: SOA of that name as authority */
	TAIL_NEGATIVE,        /* of a blocked name: SOA of its parent as authority */
	TAIL_EMPTY,           /* OPT alone, where there is EDNS */
	TAIL_KINDS
};

struct tail {
	uint16_t len;
	uint16_t ancount, nscount, arcount; /* host order */
	uint8_t patch_n;
	uint16_t patch[TAIL_PATCHES]; /* offsets in bytes of pointers to add to: see patch_parent */
	uint8_t parent;       /* 1: the pointers want the listed name's parent */
	uint8_t bytes[TAIL_MAX];
};

struct tails;

/* Prepares the tails of n policies.  Returns 0, -ENOMEM, or -ERR_LIMIT when a policy's records do
 * not fit into TAIL_MAX. */
int tails_new(struct tails **out, const struct policy *policies, unsigned n);
void tails_free(struct tails *t);

/* policy 0..n-1.  Hot. */
const struct tail *tails_get(const struct tails *t, unsigned policy, enum tail_kind kind,
    enum edns edns);
