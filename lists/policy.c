#include "lists/policy.h"

#include <stddef.h>
#include <string.h>

void
policy_defaults(struct policy *p)
{
	static const uint8_t mname[] = "\10sinkhole\7invalid";
	static const uint8_t rname[] = "\12hostmaster\10sinkhole\7invalid";

	memset(p, 0, sizeof(*p));
	memcpy(p->name, "default", sizeof("default"));
	p->ttl = 300;
	p->negative_ttl = 300;
	memcpy(p->mname, mname, sizeof(mname));
	memcpy(p->rname, rname, sizeof(rname));
	p->serial = 1;
	p->refresh = 3600;
	p->retry = 900;
	p->expire = 1209600;
}

const char *
policy_lacks(const struct policy *p, enum action a)
{
	if ((a == ACTION_SINKHOLE || a == ACTION_TRUNCATE) && !p->a_n && !p->aaaa_n &&
	    !p->pool.has_a && !p->pool.has_aaaa)
		return "no address; give it \"a\", \"aaaa\" or a pool";
	if (a == ACTION_REFER && !p->has_ns)
		return "no name server to refer to; give it \"ns\"";
	return NULL;
}
