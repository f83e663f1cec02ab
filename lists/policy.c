#include "lists/policy.h"

#include "base/err.h"

#include <arpa/inet.h>
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

int
policy_add_address(struct policy *p, const char *text)
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, text, &four) == 1) {
		if (p->a_n == POLICY_ADDRS_MAX)
			return -ERR_FULL;
		p->a[p->a_n++] = four;
		return 0;
	}
	if (inet_pton(AF_INET6, text, &six) != 1)
		return -ERR_FORMAT;
	if (p->aaaa_n == POLICY_ADDRS_MAX)
		return -ERR_FULL;
	p->aaaa[p->aaaa_n++] = six;
	return 0;
}

int
policy_add_ns(struct policy *p, const char *text)
{
	if (p->ns_n == POLICY_NS_MAX)
		return -ERR_FULL;
	if (name_from_text(p->ns[p->ns_n], text, strlen(text)) < 2)
		return -ERR_NAME;
	if (p->ns_n++ == 0)
		memcpy(p->mname, p->ns[0], NAME_LEN_MAX);
	p->has_ns = true;
	return 0;
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
