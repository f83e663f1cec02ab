/* tails.h - prepared answers: everything behind the question, one copy a hit. */
#pragma once

#include "dataplane/vec.h"
#include "lists/policy.h"

#include <stdatomic.h>
#include <stdint.h>

#define TAIL_MAX     1024          /* bytes */
#define TAIL_BLOCK   32            /* tails are copied in blocks of this many bytes */
#define TAIL_SLACK   64            /* readable past a tail */
#define TAIL_PATCHES POLICY_NS_MAX /* records that are owned by the listed name or its parent */

/* Without addresses or texts in the policy, TAIL_A, TAIL_AAAA, TAIL_NS, TAIL_TXT and TAIL_ANY are
 * the same as TAIL_NODATA.  With EDNS, TAIL_NEGATIVE and TAIL_REFUSED tell the policy's extended
 * error (RFC 8914). */
enum tail_kind {
	TAIL_A,
	TAIL_AAAA,
	TAIL_NS,
	TAIL_SOA,
	TAIL_TXT,
	TAIL_ANY,      /* one RRset (RFC 8482 4.1): A, else AAAA, else TXT */
	TAIL_NODATA,   /* of a sinkholed name: that name's SOA as authority (RFC 2308 2.2) */
	TAIL_NEGATIVE, /* of a blocked name: the SOA of its parent as authority */
	TAIL_REFUSED,  /* of a refused name: nothing but what EDNS may tell */
	TAIL_REFERRAL, /* the listed name's NS as authority, without glue */
	TAIL_EMPTY,    /* OPT alone, where there is EDNS */
	TAIL_KINDS
};

/* Owners are compression pointers to QNAME (offset 12), as they are right for a query for the
 * listed name itself.  When QNAME is below it, or the owner is the parent, the difference is
 * added to the pointers at patch[]. */
struct tail {
	uint16_t len;
	uint16_t patch[TAIL_PATCHES]; /* offsets in bytes */
	uint8_t patch_n;
	uint8_t is_parent;     /* the pointers at patch[] want the listed name's parent */
	uint16_t opt_rdlen_at; /* offset of the OPT's RDLENGTH; the OPT ends the tail; 0: none */
	uint8_t counts[8];     /* QDCOUNT 1, ANCOUNT, NSCOUNT, ARCOUNT as in the header */
	uint16_t pool_at;      /* offset of the address that name and slot choose */
	uint8_t pool_len;      /* its bytes: 4, 16; 0: none, all is said */
	/* What counts and bytes add to an Internet checksum, not complemented, when the bytes begin
	 * at an even offset, and at an odd one. */
	uint32_t sum[2];
	uint8_t bytes[TAIL_MAX + TAIL_SLACK];
};

/* What the server says of itself; an empty text: nothing. */
struct identity {
	char nsid[64];
	char id[64];
	char version[64];
};

/* A policy's pool, and the time slot that it is in now: moved by the main thread. */
struct tails_pool {
	struct addrpool pool;
	_Atomic uint64_t slot;
};

_Static_assert(TAIL_KINDS <= 16 && EDNS_STATES <= 4, "room in struct tails");

struct tails {
	unsigned n;
	struct tails_pool pool[POLICIES_MAX];
	unsigned nsid_len;
	char nsid[64];
	struct tail version[EDNS_STATES], id[EDNS_STATES]; /* without a text: of no length */
	/* By policy, as tails_get wants it: no multiplication finds a pointer. */
	const struct tail *at[POLICIES_MAX][16][4];
	struct tail tail[][TAIL_KINDS][EDNS_STATES];
};

/* Prepares the tails of n policies; self may be NULL.  Returns 0, -ENOMEM, or -ERR_LIMIT when a
 * policy's records do not fit into TAIL_MAX. */
int tails_new(
    struct tails **out, const struct policy *policies, unsigned n, const struct identity *self);
void tails_free(struct tails *t);

/* Moves every pool to the slot of a time, Unix seconds. */
void tails_tick(struct tails *t, uint64_t unix_s);

/* Writes the address that a policy's pool has for a canonical name now: len 4 or 16 bytes.  Hot. */
void tails_pool_put(
    uint8_t *to, unsigned len, const struct tails *t, unsigned policy, const uint8_t *name);

/* policy 0..n-1.  Hot. */
static inline const struct tail *
tails_get(const struct tails *t, unsigned policy, enum tail_kind kind, enum edns edns)
{
	return t->at[policy][kind][edns];
}

/* The TXT record in class CH that an ASKS_VERSION or ASKS_ID query gets; NULL: refused.  Hot. */
const struct tail *tails_chaos(const struct tails *t, unsigned asks, enum edns edns);

/* The NSID and its length in bytes, 0 when there is none.  Hot. */
const char *tails_nsid(const struct tails *t, unsigned *len);
