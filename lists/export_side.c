#include "lists/export_impl.h"

#include <arpa/inet.h>
#include <inttypes.h>

const char *
export_side_file(enum export_form form, unsigned i)
{
	static const char *const bind[] = {"named.conf", "named.conf.options"};

	switch (form) {
	case EXPORT_BIND: return i < 2 ? bind[i] : NULL;
	case EXPORT_KNOT:
	case EXPORT_NSD:
	case EXPORT_POWERDNS: return i == 0 ? "sinkhole.zone" : NULL;
	default: return NULL;
	}
}

static void
write_addresses(FILE *to, const struct policy *p, const char *owner)
{
	char address[INET6_ADDRSTRLEN];

	for (unsigned i = 0; i < p->a_n; i++)
		fprintf(
		    to, "%s A %s\n", owner, inet_ntop(AF_INET, &p->a[i], address, sizeof(address)));
	for (unsigned i = 0; i < p->aaaa_n; i++)
		fprintf(to, "%s AAAA %s\n", owner,
		    inet_ntop(AF_INET6, &p->aaaa[i], address, sizeof(address)));
}

/* One file is every name's zone: nothing in it names an origin. */
static void
write_sinkhole(FILE *to, const struct export_options *o)
{
	const struct policy *p = o->policy;
	char text[NAME_TEXT_MAX], mail[NAME_TEXT_MAX];

	export_write_head(to, o, "; ");
	name_to_text(text, p->mname);
	name_to_text(mail, p->rname);
	fprintf(to, "$TTL %" PRIu32 "\n@ SOA %s. %s. %" PRIu32 " 3600 900 1209600 %" PRIu32 "\n",
	    p->ttl, text, mail, policy_zone_serial(o->serial, o->day), p->negative_ttl);
	for (unsigned i = 0; i < p->ns_n; i++) {
		name_to_text(text, p->ns[i]);
		fprintf(to, "@ NS %s.\n", text);
	}
	write_addresses(to, p, "@");
	write_addresses(to, p, "*");
}

void
export_side_write(FILE *to, const struct export_options *o, unsigned i)
{
	char zone[NAME_TEXT_MAX];

	if (o->form != EXPORT_BIND) {
		write_sinkhole(to, o);
		return;
	}
	export_write_head(to, o, "// ");
	name_to_text(zone, o->zone);
	if (i == 0)
		fprintf(to,
		    "zone \"%s\" {\n\ttype primary;\n\tfile \"%s/%s\";\n"
		    "\tallow-query { localhost; };\n\tallow-transfer { none; };\n};\n",
		    zone, o->folder, export_names_file(EXPORT_BIND));
	else
		fprintf(to,
		    "response-policy { zone \"%s\"; }\n"
		    "\tbreak-dnssec yes qname-wait-recurse no;\n",
		    zone);
}
