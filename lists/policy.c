#include "lists/policy.h"

#include <string.h>

void
policy_defaults(struct policy *p)
{
	static const uint8_t mname[] = "\10sinkhole\7invalid";
	static const uint8_t rname[] = "\12hostmaster\10sinkhole\7invalid";

	*p = (struct policy){
	    .name = "default",
	    .ttl = 300,
	    .negative_ttl = 300,
	    .serial = 1,
	    .refresh = 3600,
	    .retry = 900,
	    .expire = 604800,
	    .ns_n = 1,
	};
	memcpy(p->ns[0], mname, sizeof(mname));
	memcpy(p->mname, mname, sizeof(mname));
	memcpy(p->rname, rname, sizeof(rname));
}
