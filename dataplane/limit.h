/* limit.h - response rate limiting (RRL): how many answers of a kind a client's network gets.
 *
 * Each network and class has a bucket: it holds `burst` seconds of its rate, fills at its rate and
 * loses one answer's worth with each answer.  Over any t seconds a network gets at most
 * rate * (t + burst) answers of a class from one thread; threads do not share buckets.
 *
 * Buckets stand in sets of four in a table of fixed size.  Where a set has none to spare, the
 * fullest one changes hands with what it holds: so the bound above holds whatever else comes
 * in, and a network can only get less, while over four of its set use up their rates. */
#pragma once

#include "dataplane/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum limit_class {
	LIMIT_POSITIVE,
	LIMIT_NODATA,
	LIMIT_NXDOMAIN,
	LIMIT_REFERRAL,
	LIMIT_ERROR,
	LIMIT_CLASSES
};

struct limit_rules {
	uint64_t cost_ns[LIMIT_CLASSES]; /* 10^9 / rate; 0: not limited */
	uint64_t burst_ns;               /* at least each cost */
	uint8_t len4, len6;              /* bits of a network, 1..32 and 1..64 */
	uint32_t slip;                   /* of the answers over the limit each slip-th goes as TC or
					  * BADCOOKIE; 0: none */
	bool dry_run;                    /* count, limit nothing */
};

enum limit_verdict { LIMIT_PASS, LIMIT_DROP, LIMIT_SLIP };

struct limiter; /* one thread's */

#define LIMIT_BUCKETS_MIN 64
#define LIMIT_BUCKETS_MAX (1 << 26)
#define LIMIT_BUCKET_LEN  16 /* bytes */

/* buckets is rounded up to a power of two.  Its key is random: nobody outside can choose networks
 * that share a set.  Returns 0, -ENOMEM or -EIO. */
int limiter_new(struct limiter **out, unsigned buckets);
void limiter_free(struct limiter *l); /* NULL is allowed */

/* The key of a network and class.  Hot. */
uint64_t limit_hash(const struct limiter *l, const struct limit_rules *r,
    const uint8_t client[VEC_CLIENT_LEN], enum limit_class class);

/* Has the hash's set fetched.  Hot. */
void limit_prefetch(const struct limiter *l, uint64_t hash);

/* One answer more at now_ms.  Hot. */
enum limit_verdict limit_take(struct limiter *l, const struct limit_rules *r, uint64_t hash,
    enum limit_class class, uint64_t now_ms);
