#include "bench/plan_print.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define HOURS_A_LINE 8
#define TLD_ROWS     12

static const char *
source(const struct plan_input *in, unsigned i)
{
	const struct plan_assumption *a = &plan_assumptions[i];
	struct plan_input usual;

	plan_defaults(&usual, in->family);
	if (in->value[i] < usual.value[i] || in->value[i] > usual.value[i])
		return "given";
	if (i == PLAN_HOSTS)
		return in->family->hosts_source;
	return a->source ? a->source : in->family->source;
}

/* "20255 qps", "607.6 kqps", "18 M": whole to five digits, then four of them. */
static const char *
scaled(char out[static 32], double v, const char *unit)
{
	static const char *const prefix[] = {"", "k", "M", "G", "T", "P"};
	unsigned u = 0;

	for (double top = 99999.5; v >= top && u < 5; top = 999.95) {
		v /= 1000;
		u++;
	}
	snprintf(out, 32, u == 0 && v >= 99.95 ? "%.0f%s%s%s" : "%.4g%s%s%s", v,
	    u > 0 || *unit ? " " : "", prefix[u], unit);
	return out;
}

static void
line(FILE *to, const char *what, double v, const char *unit)
{
	char text[32];
	int digits = (int)strcspn(scaled(text, v, unit), " ");

	fprintf(to, "  %-34s %*s%s\n", what, 7 - digits, "", text);
}

static void
print_load(const struct plan *p, const struct plan_input *in, FILE *to)
{
	fprintf(to, "Load of %s\n", in->family->name);
	line(to, "asked by the hosts today", p->asked_qps, "qps");
	line(to, "absorbed by resolvers' caches", 100 * p->absorbed, "%");
	line(to, "left of it, with growth", p->mean_qps, "qps");
	line(to, "a TLD of it on average", p->mean_qps / (double)p->tlds_n, "qps");
	if (in->suffix)
		fprintf(to, "  below .%s: %.2f %% of the names\n", in->suffix, 100 * p->share);
	line(to, "to be answered, mean", p->served_qps, "qps");
	line(to, "to be answered, highest hour", p->peak_qps, "qps");
	line(to, "with the headroom for attacks", p->design_qps, "qps");
}

static void
print_hours(const struct plan *p, FILE *to)
{
	char text[32];

	fputs("\nQueries/s of the family by UTC hour\n", to);
	for (unsigned h = 0; h < PLAN_HOURS; h++) {
		if (h % HOURS_A_LINE == 0)
			fprintf(to, "  %02u-%02u", h, h + HOURS_A_LINE - 1);
		fprintf(to, " %9s", scaled(text, p->mean_qps * p->share * p->shape[h], ""));
		if (h % HOURS_A_LINE == HOURS_A_LINE - 1)
			fputc('\n', to);
	}
}

static int
by_share(const void *a, const void *b)
{
	const struct plan_tld *x = a, *y = b;

	return x->share > y->share ? -1 : x->share < y->share ? 1 : strcmp(x->name, y->name);
}

static void
print_tld_row(
    const struct plan *p, const struct plan_input *in, const struct plan_tld *t, size_t n, FILE *to)
{
	double qps = p->mean_qps * t->share;
	char mean[32], peak[32];

	fprintf(to, "  %4zu  %6.2f%% %12s %12s ", n, 100 * t->share, scaled(mean, qps, ""),
	    scaled(peak, qps * in->value[PLAN_PEAK], ""));
	for (size_t k = 0; k < n && k < 8; k++)
		fprintf(to, " %s", t[k].name);
	fputs(n > 8 ? " ...\n" : "\n", to);
}

/* TLDs with the same share on one row: Conficker.C has 110 of them, but two shares.  With a day's
 * names nearly each has its own, and only the first are shown. */
static void
print_tlds(const struct plan *p, const struct plan_input *in, FILE *to)
{
	struct plan_tld tld[PLAN_TLDS_MAX];
	size_t n, rows = 0;

	memcpy(tld, p->tld, sizeof(tld));
	qsort(tld, p->tlds_n, sizeof(tld[0]), by_share);
	fputs("\nQueries/s of the family by TLD (--json has each by hour)\n"
	      "  TLDS    SHARE         MEAN         PEAK\n",
	    to);
	for (size_t i = 0; i < p->tlds_n; i += n) {
		for (n = 1; i + n < p->tlds_n && tld[i + n].share >= tld[i].share; n++)
			continue;
		if (rows++ == TLD_ROWS) {
			fprintf(to, "  %4zu  below these\n", p->tlds_n - i);
			return;
		}
		print_tld_row(p, in, &tld[i], n, to);
	}
}

static void
print_needs(const struct plan *p, const struct plan_input *in, FILE *to)
{
	fputs("\nWhat it takes\n", to);
	line(to, "cores, all sites", p->cores, "");
	line(to, "cores a site", p->cores_a_site, "");
	line(to, "machines a site", p->machines_a_site, "");
	fprintf(to, "  %-34s %7.0f (%.0f sites and %.0f spare)\n", "machines in all", p->machines,
	    in->value[PLAN_SITES], in->value[PLAN_SPARES]);
	line(to, "memory of a machine for the lists", p->memory_bytes, "B");
	line(to, "into a site", p->site_in_bps, "bit/s");
	line(to, "out of a site", p->site_out_bps, "bit/s");
	line(to, "into all sites", p->in_bps, "bit/s");
	line(to, "out of all sites", p->out_bps, "bit/s");
	line(to, "log a day, all sites", p->log_bytes_a_day, "B");
}

void
plan_print_text(const struct plan *p, const struct plan_input *in, FILE *to)
{
	char text[32];

	print_load(p, in, to);
	print_hours(p, to);
	print_tlds(p, in, to);
	print_needs(p, in, to);
	fputs("\nAssumptions (each an option)\n", to);
	for (unsigned i = 0; i < PLAN_OPTIONS; i++) {
		const struct plan_assumption *a = &plan_assumptions[i];

		fprintf(to, "  --%-15s %-10s %s [%s]\n", a->name,
		    scaled(text, in->value[i], a->unit), a->help, source(in, i));
	}
	if (in->day)
		fprintf(to, "  Shares of the suffixes are those of the %.0f names given.\n",
		    in->day->names);
	else
		fputs("  Suffixes are drawn evenly, so a TLD with two of them has twice the "
		      "share;\n  one day's names differ from that (--day).\n",
		    to);
	fputs(
	    "  Hosts are spread evenly over resolvers, which all keep answers for their whole "
	    "TTL.\n"
	    "  Of families whose hosts share their names, the most that caches may let through.\n",
	    to);
}

static json_t *
hours(const struct plan *p, double mean_qps)
{
	json_t *all = json_array();

	for (unsigned h = 0; h < PLAN_HOURS; h++)
		json_array_append_new(all, json_real(mean_qps * p->shape[h]));
	return all;
}

static json_t *
tlds(const struct plan *p)
{
	json_t *all = json_array();

	for (size_t i = 0; i < p->tlds_n; i++) {
		double qps = p->mean_qps * p->tld[i].share;

		json_array_append_new(
		    all, json_pack("{ss sf sf so}", "tld", p->tld[i].name, "share", p->tld[i].share,
			     "mean_qps", qps, "hours_qps", hours(p, qps)));
	}
	return all;
}

static json_t *
assumptions(const struct plan_input *in)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < PLAN_OPTIONS; i++) {
		const struct plan_assumption *a = &plan_assumptions[i];

		json_array_append_new(
		    all, json_pack("{ss sf ss ss ss}", "option", a->name, "value", in->value[i],
			     "unit", a->unit, "help", a->help, "source", source(in, i)));
	}
	return all;
}

int
plan_print_json(const struct plan *p, const struct plan_input *in, FILE *to)
{
	json_t *j = json_pack("{ss ss ss* sf sf sf sf sf sf sf}", "version", CORDON_VERSION,
	    "family", in->family->name, "suffix", in->suffix, "share", p->share, "asked_qps",
	    p->asked_qps, "absorbed", p->absorbed, "mean_qps", p->mean_qps, "served_qps",
	    p->served_qps, "peak_qps", p->peak_qps, "design_qps", p->design_qps);
	json_t *needs = json_pack("{sf sf sf sf sf sf sf sf sf sf}", "cores", p->cores,
	    "cores_a_site", p->cores_a_site, "machines_a_site", p->machines_a_site, "machines",
	    p->machines, "memory_bytes", p->memory_bytes, "in_bps", p->in_bps, "out_bps",
	    p->out_bps, "site_in_bps", p->site_in_bps, "site_out_bps", p->site_out_bps,
	    "log_bytes_a_day", p->log_bytes_a_day);
	int bad = json_object_update(j, needs);

	json_decref(needs);
	bad |= json_object_set_new(
	    j, "shares_of", json_string(in->day ? "a day's names" : "mean of all days"));
	bad |= json_object_set_new(j, "hours_qps", hours(p, p->mean_qps * p->share));
	bad |= json_object_set_new(j, "tlds", tlds(p));
	bad |= json_object_set_new(j, "assumptions", assumptions(in));
	bad |= bad ? 0 : json_dumpf(j, to, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	json_decref(j);
	fputc('\n', to);
	return bad ? -ENOMEM : 0;
}
