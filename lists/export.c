#include "lists/export_impl.h"

#include "base/date.h"
#include "base/err.h"

#include <inttypes.h>
#include <string.h>

#define A(action) (1u << ACTION_##action)
#define ALL_BLOCKS \
	(A(NXDOMAIN) | A(NODATA) | A(SINKHOLE) | A(REFUSE) | A(DROP) | A(REFER) | A(TRUNCATE))

enum name_rule { NAME_ANY, NAME_HOST, NAME_REGISTERED };
enum need { NEED_SUFFIX = 1, NEED_NS = 2, NEED_ADDRESS = 4 };

static const struct form {
	const char *text, *lead; /* lead: of a comment; NULL: it has none */
	const char *file;        /* of names, in a folder */
	const char *cannot;      /* why not the other actions */
	unsigned actions, need;
	enum name_rule rule;
	bool is_folder, drops_covered;
} forms[EXPORT_FORMS] = {
    /* clang-format off */
    [EXPORT_PLAIN] = {.text = "plain", .lead = "# ", .actions = ALL_BLOCKS | A(INHERIT),
	.cannot = "names alone have no exceptions"},
    [EXPORT_CSV] = {.text = "csv", .actions = ALL_BLOCKS | A(INHERIT) | A(PASS)},
    [EXPORT_HOSTS] = {.text = "hosts", .lead = "# ", .actions = ALL_BLOCKS & ~A(REFER),
	.rule = NAME_HOST, .cannot = "a hosts file gives addresses alone"},
    [EXPORT_RPZ] = {.text = "rpz", .lead = "; ", .actions = ALL_BLOCKS | A(PASS)},
    [EXPORT_FRAGMENT] = {.text = "fragment", .lead = "; ", .actions = A(SINKHOLE) | A(REFER),
	.need = NEED_SUFFIX | NEED_NS, .rule = NAME_HOST, .drops_covered = true,
	.cannot = "a parent zone can only delegate"},
    [EXPORT_BIND] = {.text = "bind", .lead = "; ", .actions = ALL_BLOCKS | A(PASS),
	.is_folder = true, .file = "rpz.zone"},
    [EXPORT_KNOT] = {.text = "knot", .lead = "# ", .actions = A(SINKHOLE),
	.need = NEED_NS | NEED_ADDRESS, .rule = NAME_HOST, .is_folder = true, .drops_covered = true,
	.file = "knot.conf", .cannot = "each name becomes a sinkhole's zone"},
    [EXPORT_NSD] = {.text = "nsd", .lead = "# ", .actions = A(SINKHOLE),
	.need = NEED_NS | NEED_ADDRESS, .rule = NAME_HOST, .is_folder = true, .drops_covered = true,
	.file = "nsd.conf", .cannot = "each name becomes a sinkhole's zone"},
    [EXPORT_UNBOUND] = {.text = "unbound", .lead = "# ",
	.actions = (ALL_BLOCKS | A(PASS)) & ~(A(REFER) | A(TRUNCATE)),
	.rule = NAME_HOST, .cannot = "local zones have nothing like it"},
    [EXPORT_POWERDNS] = {.text = "powerdns", .lead = "// ", .actions = A(SINKHOLE),
	.need = NEED_NS | NEED_ADDRESS, .rule = NAME_HOST, .is_folder = true, .drops_covered = true,
	.file = "named.conf", .cannot = "each name becomes a sinkhole's zone"},
    [EXPORT_EPP] = {.text = "epp", .actions = A(SINKHOLE) | A(REFER) | A(NXDOMAIN),
	.need = NEED_SUFFIX, .rule = NAME_REGISTERED, .is_folder = true,
	.cannot = "a registry can only hold or delegate"},
    [EXPORT_NOMULUS] = {.text = "nomulus", .lead = "# ", .actions = ALL_BLOCKS | A(INHERIT),
	.need = NEED_SUFFIX, .rule = NAME_REGISTERED,
	.cannot = "reserved lists have no exceptions"},
    /* clang-format on */
};

const char *
export_form_text(enum export_form form)
{
	return forms[form].text;
}

int
export_form_parse(const char *text)
{
	for (int f = 0; f < EXPORT_FORMS; f++)
		if (!strcmp(text, forms[f].text))
			return f;
	return -ERR_UNKNOWN;
}

bool
export_is_folder(enum export_form form)
{
	return forms[form].is_folder;
}

bool
export_keeps_covered(enum export_form form)
{
	return !forms[form].drops_covered;
}

const char *
export_names_file(enum export_form form)
{
	return forms[form].file;
}

const char *
export_lacks(const struct export_options *o)
{
	const struct form *f = &forms[o->form];

	if ((f->need & NEED_SUFFIX) && !o->suffix)
		return "it is for one registry: give its --suffix";
	if ((f->need & NEED_NS) && !o->policy->ns_n)
		return "it needs the sinkhole's name servers: --ns";
	if ((f->need & NEED_ADDRESS) && policy_lacks(o->policy, ACTION_SINKHOLE))
		return "it needs the sinkhole's addresses: --address";
	return NULL;
}

const char *
export_refuses(const struct export_options *o, enum action action)
{
	const struct form *f = &forms[o->form];
	bool gives_address = o->form == EXPORT_HOSTS || o->form == EXPORT_UNBOUND ||
			     o->form == EXPORT_RPZ || o->form == EXPORT_BIND;

	if (!(f->actions & 1u << action))
		return action == ACTION_INHERIT ? "its list says no action: give --action"
						: f->cannot;
	if (gives_address && action != ACTION_REFER && policy_lacks(o->policy, action) &&
	    (action != ACTION_TRUNCATE || o->form == EXPORT_HOSTS))
		return "a sinkhole needs an --address";
	if (o->form == EXPORT_EPP && action != ACTION_NXDOMAIN && !o->policy->ns_n)
		return "a sinkhole needs name servers: --ns";
	return NULL;
}

/* The labels that hosts have; `_' too unless strict. */
static bool
is_host(const uint8_t *name, bool is_strict)
{
	for (; *name; name += *name + 1)
		for (unsigned i = 1; i <= *name; i++) {
			uint8_t c = name[i];
			bool is_hyphen = c == '-' && (!is_strict || (i > 1 && i < *name));

			if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !is_hyphen &&
			    (c != '_' || is_strict))
				return false;
		}
	return true;
}

const char *
export_refuses_name(const struct export_options *o, const struct entry *e)
{
	enum name_rule rule = forms[o->form].rule;

	if (o->suffix && e->name_len == o->suffix_len)
		return "is the suffix itself: all of the registry's names would be hit";
	if (e->name[0] == 1 && e->name[1] == '*')
		return "is a wildcard: all names beside it would be hit";
	if (rule == NAME_REGISTERED && e->name[0] + 1u + o->suffix_len != e->name_len)
		return "is more than one label below the suffix: no name of this registry";
	if (rule != NAME_ANY && !is_host(e->name, rule == NAME_REGISTERED))
		return "has other characters than letters, digits and hyphens";
	return NULL;
}

void
export_write_head(FILE *to, const struct export_options *o, const char *lead)
{
	char date[DATE_TEXT_MAX];

	date_format(date, o->day);
	fprintf(to, "%sfeed %s, serial %" PRIu32 ", date %s, names %" PRIu64 "\n", lead,
	    *o->feed ? o->feed : "unknown", o->serial, date, o->names);
}

static void
begin_rpz(struct exporter *x)
{
	const struct export_options *o = x->o;
	struct policy_zone_options z = {.origin = o->zone,
	    .origin_len = o->zone_len,
	    .ns = o->policy->mname,
	    .mail = o->policy->rname,
	    .serial = policy_zone_serial(o->serial, o->day),
	    .day = o->day,
	    .action = ACTION_NXDOMAIN,
	    .policy = o->policy};

	policy_zone_begin(&x->rpz, x->to, &z);
}

void
export_begin(struct exporter *x, FILE *to, const struct export_options *o)
{
	char text[NAME_TEXT_MAX];

	*x = (struct exporter){.to = to, .o = o};
	if (forms[o->form].lead)
		export_write_head(to, o, forms[o->form].lead);
	switch (o->form) {
	case EXPORT_CSV: fputs("name,from,until,action,comment\n", to); break;
	case EXPORT_RPZ:
	case EXPORT_BIND: begin_rpz(x); break;
	case EXPORT_FRAGMENT:
		name_to_text(text, o->suffix);
		fprintf(to, "$ORIGIN %s%s\n", text, o->suffix_len > 1 ? "." : "");
		break;
	case EXPORT_KNOT:
		fprintf(to,
		    "template:\n  - id: \"cordon\"\n    storage: \"%s\"\n"
		    "    file: \"sinkhole.zone\"\n    zonefile-sync: -1\n"
		    "    zonefile-load: whole\n    journal-content: none\n%s",
		    o->folder, o->names ? "zone:\n" : "");
		break;
	case EXPORT_NSD:
		fprintf(to, "pattern:\n\tname: \"cordon\"\n\tzonefile: \"%s/sinkhole.zone\"\n",
		    o->folder);
		break;
	case EXPORT_UNBOUND: fputs("server:\n", to); break;
	default: break;
	}
}

int
export_entry(struct exporter *x, const struct entry *e)
{
	char name[NAME_TEXT_MAX];

	name_to_text(name, e->name);
	switch (x->o->form) {
	case EXPORT_PLAIN: export_plain_entry(x->to, e); break;
	case EXPORT_CSV: export_csv_entry(x->to, e); break;
	case EXPORT_HOSTS: export_hosts_entry(x->to, x->o, e); break;
	case EXPORT_RPZ:
	case EXPORT_BIND: return policy_zone_entry(&x->rpz, e);
	case EXPORT_FRAGMENT: export_fragment_entry(x->to, x->o, e); break;
	case EXPORT_KNOT:
		fprintf(x->to, "  - domain: \"%s.\"\n    template: \"cordon\"\n", name);
		break;
	case EXPORT_NSD:
		fprintf(x->to, "zone:\n\tname: \"%s\"\n\tinclude-pattern: \"cordon\"\n", name);
		break;
	case EXPORT_UNBOUND: export_unbound_entry(x->to, x->o, e); break;
	case EXPORT_POWERDNS:
		fprintf(x->to, "zone \"%s\" { type native; file \"%s/sinkhole.zone\"; };\n", name,
		    x->o->folder);
		break;
	case EXPORT_NOMULUS: fprintf(x->to, "%.*s,FULLY_BLOCKED\n", e->name[0], name); break;
	default: break;
	}
	return 0;
}

int
export_end(struct exporter *x)
{
	bool is_rpz = x->o->form == EXPORT_RPZ || x->o->form == EXPORT_BIND;

	return is_rpz ? policy_zone_end(&x->rpz) : 0;
}
