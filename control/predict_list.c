#include "control/predict.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>

static void
print_param(const struct dga_param *p, FILE *to)
{
	fprintf(to, "    --set %s=", p->name);
	if (p->choices) {
		for (uint64_t i = 0; i <= p->max; i++)
			fprintf(to, "%s%s", i ? "|" : "", p->choices[i]);
		fprintf(to, " (%s)", p->choices[p->def]);
	} else if (p->text) {
		fprintf(to, "TEXT of %" PRIu64 "..%" PRIu64 " bytes", p->min, p->max);
		if (p->text[0])
			fprintf(to, " (%s)", p->text);
	} else {
		fprintf(to, "%" PRIu64 "..%" PRIu64 " (", p->min, p->max);
		fprintf(to,
		    p->max == UINT32_MAX && p->def > 0xffff ? "0x%08" PRIX64 ")" : "%" PRIu64 ")",
		    p->def);
	}
	fprintf(to, "  %s\n", p->help);
}

static void
print_family(const struct dga_family *f, FILE *to)
{
	fprintf(to, "%s: %s, %" PRIu32 " names%s, ", f->name, dga_proof_text(f->proof),
	    f->names_a_day, f->dateless ? ", the same every day" : " a day");
	if (f->year_from)
		fprintf(to, "in use from %d", f->year_from);
	else
		fputs("years of use not known", to);
	if (f->year_to)
		fprintf(to, " to %d", f->year_to);
	if (f->year_from)
		fputs(" (literature)", to);
	if (!f->dateless)
		fprintf(to, ", window -%d +%d days", f->window_before, f->window_after);
	fprintf(to, "\n    %s\n    %s\n", f->about, f->proof_text);
	for (const struct dga_param *p = f->params; p->name; p++)
		print_param(p, to);
}

static json_t *
param_json(const struct dga_param *p)
{
	json_t *o = json_pack("{ss ss}", "name", p->name, "help", p->help);

	if (p->choices) {
		json_t *words = json_array();

		for (uint64_t i = 0; i <= p->max; i++)
			json_array_append_new(words, json_string(p->choices[i]));
		json_object_set_new(o, "choices", words);
		json_object_set_new(o, "default", json_string(p->choices[p->def]));
		return o;
	}
	json_object_set_new(o, p->text ? "min_bytes" : "min", json_integer((json_int_t)p->min));
	json_object_set_new(o, p->text ? "max_bytes" : "max", json_integer((json_int_t)p->max));
	json_object_set_new(
	    o, "default", p->text ? json_string(p->text) : json_integer((json_int_t)p->def));
	return o;
}

static json_t *
family_json(const struct dga_family *f)
{
	json_t *o = json_pack("{ss ss ss ss sb si}", "name", f->name, "about", f->about, "proof",
	    dga_proof_text(f->proof), "proof_text", f->proof_text, "dateless", f->dateless,
	    "names_a_day", (int)f->names_a_day);
	json_t *params = json_array(), *suffixes = json_array();

	json_object_set_new(
	    o, "year_from", f->year_from ? json_integer(f->year_from) : json_null());
	json_object_set_new(o, "year_to", f->year_to ? json_integer(f->year_to) : json_null());
	json_object_set_new(o, "window_before_days", json_integer(f->window_before));
	json_object_set_new(o, "window_after_days", json_integer(f->window_after));
	for (const struct dga_param *p = f->params; p->name; p++)
		json_array_append_new(params, param_json(p));
	for (const char *const *s = f->suffixes; *s; s++)
		json_array_append_new(suffixes, json_string(*s));
	json_object_set_new(o, "suffixes", suffixes);
	json_object_set_new(o, "params", params);
	return o;
}

int
predict_list_families(FILE *to, bool json)
{
	errno = 0;
	if (json) {
		json_t *all = json_array();

		for (const struct dga_family *const *f = dga_families; *f; f++)
			json_array_append_new(all, family_json(*f));
		if (!all)
			return -ENOMEM;
		json_dumpf(all, to, JSON_INDENT(1));
		fputc('\n', to);
		json_decref(all);
	} else {
		for (const struct dga_family *const *f = dga_families; *f; f++)
			print_family(*f, to);
	}
	return fflush(to) || ferror(to) ? errno ? -errno : -EIO : 0;
}
