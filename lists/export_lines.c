#include "lists/export_impl.h"

#include "base/date.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

void
export_hosts_entry(FILE *to, const struct export_options *o, const struct entry *e)
{
	const struct policy *p = o->policy;
	char name[NAME_TEXT_MAX], address[INET6_ADDRSTRLEN];

	name_to_text(name, e->name);
	if (e->action != ACTION_SINKHOLE && e->action != ACTION_TRUNCATE) {
		fprintf(to, "0.0.0.0 %s\n:: %s\n", name, name);
		return;
	}
	for (unsigned i = 0; i < p->a_n; i++)
		fprintf(
		    to, "%s %s\n", inet_ntop(AF_INET, &p->a[i], address, sizeof(address)), name);
	for (unsigned i = 0; i < p->aaaa_n; i++)
		fprintf(to, "%s %s\n", inet_ntop(AF_INET6, &p->aaaa[i], address, sizeof(address)),
		    name);
}

/* The readers of lists take other bytes than these as \DDD alone (list_odd_byte). */
static void
write_listed(FILE *to, const uint8_t *name)
{
	char text[NAME_TEXT_MAX], *p = text;

	for (; *name; name += *name + 1) {
		for (unsigned i = 1; i <= *name; i++) {
			uint8_t c = name[i];

			if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
			    c == '_') {
				*p++ = (char)c;
				continue;
			}
			*p++ = '\\';
			*p++ = (char)('0' + c / 100);
			*p++ = (char)('0' + c / 10 % 10);
			*p++ = (char)('0' + c % 10);
		}
		*p++ = '.';
	}
	fwrite(text, 1, (size_t)(p - text - 1), to);
}

void
export_plain_entry(FILE *to, const struct entry *e)
{
	write_listed(to, e->name);
	fputc('\n', to);
}

/* RFC 4180 2.6, 2.7. */
static void
write_field(FILE *to, const char *text, size_t len)
{
	bool quotes = memchr(text, '"', len) || memchr(text, ',', len);

	if (quotes)
		fputc('"', to);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			fputc('"', to);
		fputc(text[i], to);
	}
	if (quotes)
		fputc('"', to);
}

void
export_csv_entry(FILE *to, const struct entry *e)
{
	char from[DATE_TEXT_MAX] = "", until[DATE_TEXT_MAX] = "";
	bool inherits = e->action == ACTION_INHERIT;

	if (e->from != DAY_FIRST)
		date_format(from, e->from);
	if (e->until != DAY_NEVER)
		date_format(until, e->until);
	write_listed(to, e->name);
	fprintf(to, ",%s,%s,%s,", from, until, inherits ? "" : action_text((enum action)e->action));
	if (e->comment_len)
		write_field(to, e->comment, e->comment_len);
	fputc('\n', to);
}

void
export_fragment_entry(FILE *to, const struct export_options *o, const struct entry *e)
{
	size_t relative = e->name_len - o->suffix_len;
	char owner[NAME_TEXT_MAX], ns[NAME_TEXT_MAX];
	uint8_t name[NAME_LEN_MAX];

	memcpy(name, e->name, relative);
	name[relative] = 0;
	name_to_text(owner, name);
	for (unsigned i = 0; i < o->policy->ns_n; i++) {
		name_to_text(ns, o->policy->ns[i]);
		fprintf(to, "%s %" PRIu32 " IN NS %s.\n", owner, o->policy->ttl, ns);
	}
}

static const char *
local_zone(enum action a)
{
	switch (a) {
	case ACTION_PASS: return "always_transparent";
	case ACTION_NODATA: return "always_nodata";
	case ACTION_REFUSE: return "always_refuse";
	case ACTION_DROP: return "always_deny";
	case ACTION_SINKHOLE: return "redirect";
	default: return "always_nxdomain";
	}
}

void
export_unbound_entry(FILE *to, const struct export_options *o, const struct entry *e)
{
	const struct policy *p = o->policy;
	char name[NAME_TEXT_MAX], address[INET6_ADDRSTRLEN];

	name_to_text(name, e->name);
	fprintf(to, "\tlocal-zone: \"%s.\" %s\n", name, local_zone((enum action)e->action));
	if (e->action != ACTION_SINKHOLE)
		return;
	for (unsigned i = 0; i < p->a_n; i++)
		fprintf(to, "\tlocal-data: \"%s. %" PRIu32 " IN A %s\"\n", name, p->ttl,
		    inet_ntop(AF_INET, &p->a[i], address, sizeof(address)));
	for (unsigned i = 0; i < p->aaaa_n; i++)
		fprintf(to, "\tlocal-data: \"%s. %" PRIu32 " IN AAAA %s\"\n", name, p->ttl,
		    inet_ntop(AF_INET6, &p->aaaa[i], address, sizeof(address)));
}
