#include "lists/policy_zone.h"

#include "base/date.h"
#include "base/err.h"
#include "base/serial.h"
#include "lists/name_order.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

uint32_t
policy_zone_serial(uint32_t before, int32_t day)
{
	struct date d = date_of_day(day);
	uint32_t dated = (uint32_t)d.year * 1000000 + d.month * 10000 + d.day * 100;

	return serial_newer(dated, before) ? dated : before + 1;
}

void
policy_zone_begin(struct policy_zone *z, FILE *to, const struct policy_zone_options *o)
{
	char origin[NAME_TEXT_MAX], ns[NAME_TEXT_MAX], mail[NAME_TEXT_MAX];

	memset(z, 0, sizeof(*z));
	z->to = to;
	z->o = *o;
	name_to_text(origin, o->origin);
	name_to_text(ns, o->ns);
	name_to_text(mail, o->mail);
	fprintf(to, "$ORIGIN %s.\n$TTL %" PRIu32 "\n", origin, o->policy->ttl);
	fprintf(to, "@ SOA %s. %s. %" PRIu32 " 3600 900 1209600 %" PRIu32 "\n@ NS %s.\n", ns, mail,
	    o->serial, o->policy->negative_ttl, ns);
}

static const char *
target(enum action a)
{
	switch (a) {
	case ACTION_NODATA: return "*.";
	case ACTION_DROP: return "rpz-drop.";
	case ACTION_PASS: return "rpz-passthru.";
	case ACTION_TRUNCATE: return "rpz-tcp-only.";
	default: return ".";
	}
}

static void
write_rule(const struct policy_zone *z, const uint8_t *name, enum action action)
{
	char owner[NAME_TEXT_MAX], address[INET6_ADDRSTRLEN];
	const struct policy *p = z->o.policy;

	name_to_text(owner, name); /* without its final dot: relative to the origin */
	if (action != ACTION_SINKHOLE) {
		fprintf(z->to, "%s CNAME %s\n", owner, target(action));
		return;
	}
	for (unsigned i = 0; i < p->a_n; i++)
		fprintf(z->to, "%s A %s\n", owner,
		    inet_ntop(AF_INET, &p->a[i], address, sizeof(address)));
	for (unsigned i = 0; i < p->aaaa_n; i++)
		fprintf(z->to, "%s AAAA %s\n", owner,
		    inet_ntop(AF_INET6, &p->aaaa[i], address, sizeof(address)));
}

/* Writes the wildcards that stand before name; NULL: all. */
static void
write_waiting(struct policy_zone *z, const uint8_t *name)
{
	while (z->waiting_n) {
		unsigned last = z->waiting_n - 1;

		if (name && name_order(z->waiting[last].name, name) > 0)
			return;
		write_rule(z, z->waiting[last].name, z->waiting[last].action);
		z->waiting_n--;
	}
}

/* Writes the name at hand, and lets its wildcard wait: "!" and "#" sort before "*". */
static int
finish(struct policy_zone *z)
{
	enum action action = (enum action)z->e.action;
	uint8_t *wildcard;

	if (!z->is_listed)
		return 0;
	if (action == ACTION_SINKHOLE && !z->o.policy->a_n && !z->o.policy->aaaa_n)
		return -ERR_REFUSED;
	z->is_listed = false;
	if (z->e.name_len - 1 + z->o.origin_len > NAME_LEN_MAX) {
		z->left_out++;
		return 0;
	}
	write_waiting(z, z->e.name);
	write_rule(z, z->e.name, action);
	z->names++;
	if (z->e.name_len + 1 + z->o.origin_len > NAME_LEN_MAX)
		return 0; /* nor can a name below it be there */
	wildcard = z->waiting[z->waiting_n].name;
	memcpy(wildcard, "\1*", 2);
	memcpy(wildcard + 2, z->e.name, z->e.name_len);
	z->waiting[z->waiting_n++].action = action;
	return 0;
}

/* Whether a goes before b, both of one name and in force. */
static bool
goes_first(const struct entry *a, const struct entry *b)
{
	if ((a->action == ACTION_PASS) != (b->action == ACTION_PASS))
		return a->action == ACTION_PASS;
	return a->from != b->from ? a->from < b->from : a->until < b->until;
}

int
policy_zone_entry(struct policy_zone *z, const struct entry *e)
{
	struct entry own = *e;
	int order = z->has_entry ? name_order(e->name, z->e.name) : 1;
	int rc = 0;

	if (order < 0)
		return -ERR_RANGE;
	if (order > 0)
		rc = finish(z);
	if (rc < 0)
		return rc;
	if (own.action == ACTION_INHERIT)
		own.action = (uint8_t)z->o.action;
	if (e->from <= z->o.day && z->o.day < e->until) {
		if (!z->is_listed || goes_first(&own, &z->e))
			z->e = own;
		z->is_listed = true;
	} else if (!z->is_listed) {
		z->e = own;
	}
	z->e.comment = NULL;
	z->has_entry = true;
	return 0;
}

int
policy_zone_end(struct policy_zone *z)
{
	int rc = finish(z);

	write_waiting(z, NULL);
	return rc;
}
