/* shield.h - what keeps the answers from harm: who may ask, how much goes out to whom.
 *
 * A client that has a good cookie, or came over TCP, has shown its address: only access holds for
 * it. */
#pragma once

#include "dataplane/counters.h"
#include "dataplane/limit.h"
#include "dataplane/vec.h"
#include "lists/prefixes.h"

#include <stdint.h>

struct engine;

enum { ACCESS_ALLOW = 1, ACCESS_DENY }; /* values of the access list */

struct shield {
	struct prefixes *access; /* NULL: all may ask */
	uint8_t access_default;  /* of who is on no prefix: ACCESS_ALLOW or ACCESS_DENY */
	uint8_t access_way;      /* WAY_ACL_REFUSED or WAY_ACL_DROPPED */
	unsigned amplification;  /* an answer's IP packet at most so many tenths of the query's; 0:
				  * no bound */
	struct limit_rules limit;
	struct prefixes *exempt; /* from limit; NULL: nobody */
};

/* Behind the lookup: gives the lanes of clients that may not ask another way. */
void stage_access(struct vec *v, const struct shield *s);

/* Last before the answer: lowers the limits of lanes, and gives those of which too many came
 * another way. */
void stage_limit(struct vec *v, const struct shield *s, const struct engine *e);
