#include "control/identify.h"

#include "base/date.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define NAME_COLUMN_MAX 48

struct printer {
	const struct identify_plan *plan;
	FILE *to;
	int name_width, family_width;
};

static void
day_text(char out[DATE_TEXT_MAX], const struct identify_run *run, int32_t day)
{
	if (run->family->dateless)
		strcpy(out, "-");
	else
		date_format(out, day);
}

static void
print_match(const struct printer *p, const char *text, const struct identify_match *m)
{
	const struct identify_run *run = &p->plan->run[m->run];
	char day[DATE_TEXT_MAX];

	day_text(day, run, m->day);
	fprintf(p->to, "%-*s  %-9s  %-*s  %-10s  %6u  %-16s  %s\n", p->name_width, text,
	    identify_verdict_text(m->verdict), p->family_width, run->family->name, day, m->index,
	    dga_proof_text(run->family->proof), *run->params ? run->params : "-");
	if (m->verdict == IDENTIFY_CHANCE)
		fprintf(p->to, "%*s  made %u times, but so is a share of %.2g of all such names\n",
		    p->name_width, "", m->times, m->chance);
}

static void
print_name(const struct printer *p, const char *text, const struct identify_name *name)
{
	if (!name || name->verdict == IDENTIFY_UNKNOWN) {
		fprintf(p->to, "%-*s  unknown\n", p->name_width, text);
		return;
	}
	for (unsigned i = 0; i < name->matches; i++)
		if (name->match[i].verdict == name->verdict ||
		    name->match[i].verdict == IDENTIFY_ALONE)
			print_match(p, text, &name->match[i]);
}

static json_t *
match_json(const struct identify_plan *plan, const struct identify_match *m)
{
	const struct identify_run *run = &plan->run[m->run];
	char day[DATE_TEXT_MAX];

	day_text(day, run, m->day);
	return json_pack("{ss ss so si ss ss si sf}", "verdict", identify_verdict_text(m->verdict),
	    "family", run->family->name, "day",
	    run->family->dateless ? json_null() : json_string(day), "index", (int)m->index,
	    "params", run->params, "proof", dga_proof_text(run->family->proof), "times",
	    (int)m->times, "chance", m->chance);
}

static int
print_json(const struct printer *p, const char *text, const struct identify_name *name)
{
	json_t *matches = json_array();
	json_t *o;

	for (unsigned i = 0; name && i < name->matches; i++)
		json_array_append_new(matches, match_json(p->plan, &name->match[i]));
	o = json_pack("{ss ss so}", "name", text, "verdict",
	    identify_verdict_text(name ? name->verdict : IDENTIFY_UNKNOWN), "matches", matches);
	if (!o)
		return -ENOMEM;
	json_dumpf(o, p->to, JSON_COMPACT);
	json_decref(o);
	return 0;
}

static struct printer
printer_of(const struct identify_plan *plan, char *const *raw, size_t n, FILE *to)
{
	struct printer p = {plan, to, 4, 6};

	for (size_t i = 0; i < n; i++) {
		int len = (int)strlen(raw[i]);

		if (len > p.name_width)
			p.name_width = len < NAME_COLUMN_MAX ? len : NAME_COLUMN_MAX;
	}
	for (size_t i = 0; i < plan->runs; i++) {
		int len = (int)strlen(plan->run[i].family->name);

		p.family_width = len > p.family_width ? len : p.family_width;
	}
	return p;
}

int64_t
identify_print(const struct identify *id, const struct identify_plan *plan, char *const *text,
    char *const *raw, size_t n, bool json, FILE *to)
{
	struct printer p = printer_of(plan, raw, n, to);
	int64_t unknown = 0;
	int rc = 0;

	errno = 0;
	if (json)
		fputs("[\n", to);
	else
		fprintf(to, "%-*s  %-9s  %-*s  %-10s  %6s  %-16s  %s\n", p.name_width, "NAME",
		    "VERDICT", p.family_width, "FAMILY", "DAY", "INDEX", "PROOF", "PARAMETERS");
	for (size_t i = 0; i < n && !rc; i++) {
		const struct identify_name *name = text[i] ? identify_find(id, text[i]) : NULL;

		unknown += !name || name->verdict < IDENTIFY_SEEN;
		if (!json) {
			print_name(&p, raw[i], name);
			continue;
		}
		if (i)
			fputs(",\n", to);
		rc = print_json(&p, raw[i], name);
	}
	if (json)
		fputs("\n]\n", to);
	if (!rc && (fflush(to) || ferror(to)))
		rc = errno ? -errno : -EIO;
	return rc ? rc : unknown;
}
