#include "control/check.h"

#include "base/date.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#define ROWS_SHOWN_MIN 10

static int
flush_error(FILE *to)
{
	return fflush(to) || ferror(to) ? errno ? -errno : -EIO : 0;
}

static const char *
source_path(const struct check *c, enum judge_kind kind, const struct judge_finding *f)
{
	if (f->source < 0)
		return NULL;
	if (kind == JUDGE_COVERS_SUFFIX)
		return "Public Suffix List";
	return (kind == JUDGE_REGISTERED ? c->registered : c->allow)[f->source];
}

static void
print_finding(
    const struct check *c, enum judge_kind kind, const struct judge_finding *f, int width, FILE *to)
{
	const char *path = source_path(c, kind, f);
	char day[DATE_TEXT_MAX];

	fprintf(to, "    %-*s", f->other || f->value > 0 ? width : 0, f->name);
	if (f->other)
		fprintf(to, "  %s", f->other);
	if (path)
		fprintf(to, "  (%s)", path);
	if (kind == JUDGE_SHORT)
		fprintf(to, "  odds %.2g", f->value);
	if (kind == JUDGE_OUTLIER) {
		date_format(day, f->day);
		fprintf(to, "  %s  %.0f names, %.1f expected", day, f->value, f->expected);
	}
	fputc('\n', to);
}

static void
print_kind(
    const struct check *c, const struct judge *j, enum judge_kind kind, uint64_t total, FILE *to)
{
	const struct judge_kind_row *row = judge_kind(kind);
	const struct judge_finding *item;
	size_t n = judge_items(j, kind, &item);
	int width = 0;

	fprintf(to, "\n%-4s  %-14s  %8" PRIu64 "  %s\n", judge_severity_text(row->severity),
	    row->word, total, row->about);
	for (size_t i = 0; i < n; i++) {
		int len = (int)strlen(item[i].name);

		width = len > width && len <= 40 ? len : width;
	}
	for (size_t i = 0; i < n; i++)
		print_finding(c, kind, &item[i], width, to);
	if (n && n < total)
		fprintf(to, "    and %" PRIu64 " more\n", total - n);
}

static void
print_rows(const struct judge_totals *t, uint32_t limit, FILE *to)
{
	size_t shown = limit > ROWS_SHOWN_MIN ? limit : ROWS_SHOWN_MIN;

	fprintf(to, "\n%-16s  %10s  %6s  %7s  %7s  %9s  %s\n", "SUFFIX", "NAMES", "DAYS", "LEAST",
	    "MOST", "EXPECTED", "OUTLIERS");
	for (size_t i = 0; i < t->rows && i < shown; i++) {
		const struct tally_row *r = &t->row[i];
		char text[NAME_TEXT_MAX];

		name_to_text(text, r->suffix);
		fprintf(to, "%-16s  %10" PRIu64 "  %6u  %7u  %7u  %9.3g  %u%s\n", text, r->names,
		    r->days, r->least, r->most, r->odds, r->outliers, r->outliers ? " *" : "");
	}
	if (t->rows > shown)
		fprintf(to, "and %zu more suffixes\n", t->rows - shown);
}

static void
print_days(const struct judge_totals *t, FILE *to)
{
	fprintf(to, "\n%-16s  %-10s  %10s\n", "SUFFIX", "DAY", "NAMES");
	for (size_t i = 0; i < t->rows; i++) {
		const struct tally_row *r = &t->row[i];
		char text[NAME_TEXT_MAX], day[DATE_TEXT_MAX];

		name_to_text(text, r->suffix);
		for (uint32_t k = 0; k < r->span; k++) {
			if (!r->count[k])
				continue;
			date_format(day, r->first + (int32_t)k);
			fprintf(to, "%-16s  %-10s  %10u%s\n", text, day, r->count[k],
			    tally_is_outlier(r, r->count[k]) ? " *" : "");
		}
	}
}

int
check_print(const struct check *c, const struct judge *j, FILE *to)
{
	struct judge_totals t;

	errno = 0;
	judge_totals(j, &t);
	fprintf(to, "%s: %" PRIu64 " entries, %" PRIu64 " names below %zu suffixes\n", c->list,
	    t.entries, t.names, t.rows);
	fprintf(to,
	    "%.3g accidental collisions expected (a label of l letters below a suffix of N names:\n"
	    "    N * share(l) / 26^l, at most 1; N from %s)\n",
	    t.odds, c->population ? c->population : "a built-in table, --population replaces it");
	if (t.tally_full)
		fputs("too many suffixes or days: some names are not in the table below\n", to);
	for (int s = JUDGE_HIGH; s >= 0; s--)
		for (int k = 0; k < JUDGE_KINDS; k++)
			if (t.found[k] && (int)judge_kind((enum judge_kind)k)->severity == s)
				print_kind(c, j, (enum judge_kind)k, t.found[k], to);
	print_rows(&t, c->limit, to);
	if (c->by_day)
		print_days(&t, to);
	return flush_error(to);
}

static json_t *
finding_json(const struct check *c, enum judge_kind kind, const struct judge_finding *f)
{
	const char *path = source_path(c, kind, f);
	json_t *o = json_pack("{ss}", kind == JUDGE_OUTLIER ? "suffix" : "name", f->name);
	char day[DATE_TEXT_MAX];

	if (f->other)
		json_object_set_new(o, "collides_with", json_string(f->other));
	if (path)
		json_object_set_new(o, "source", json_string(path));
	if (kind == JUDGE_SHORT)
		json_object_set_new(o, "odds", json_real(f->value));
	if (kind == JUDGE_OUTLIER) {
		date_format(day, f->day);
		json_object_set_new(o, "day", json_string(day));
		json_object_set_new(o, "names", json_integer((json_int_t)f->value));
		json_object_set_new(o, "expected", json_real(f->expected));
	}
	return o;
}

static json_t *
kind_json(const struct check *c, const struct judge *j, enum judge_kind kind, uint64_t total)
{
	const struct judge_kind_row *row = judge_kind(kind);
	const struct judge_finding *item;
	size_t n = judge_items(j, kind, &item);
	json_t *items = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(items, finding_json(c, kind, &item[i]));
	return json_pack("{ss ss ss sI so}", "kind", row->word, "severity",
	    judge_severity_text(row->severity), "about", row->about, "total", (json_int_t)total,
	    "items", items);
}

static json_t *
days_json(const struct tally_row *r)
{
	json_t *days = json_object();
	char day[DATE_TEXT_MAX];

	for (uint32_t k = 0; k < r->span; k++) {
		if (!r->count[k])
			continue;
		date_format(day, r->first + (int32_t)k);
		json_object_set_new(days, day, json_integer(r->count[k]));
	}
	return days;
}

static json_t *
row_json(const struct tally_row *r, bool by_day)
{
	char text[NAME_TEXT_MAX];
	json_t *o;

	name_to_text(text, r->suffix);
	o = json_pack("{ss sI si si si sf sf si}", "suffix", text, "names", (json_int_t)r->names,
	    "days", (int)r->days, "least", (int)r->least, "most", (int)r->most, "median", r->median,
	    "expected_collisions", r->odds, "outliers", (int)r->outliers);
	if (by_day)
		json_object_set_new(o, "by_day", days_json(r));
	return o;
}

int
check_print_json(const struct check *c, const struct judge *j, FILE *to)
{
	json_t *findings = json_array(), *rows = json_array(), *all;
	struct judge_totals t;

	errno = 0;
	judge_totals(j, &t);
	for (int k = 0; k < JUDGE_KINDS; k++)
		if (t.found[k])
			json_array_append_new(
			    findings, kind_json(c, j, (enum judge_kind)k, t.found[k]));
	for (size_t i = 0; i < t.rows; i++)
		json_array_append_new(rows, row_json(&t.row[i], c->by_day));
	all = json_pack("{ss sI sI sf sb so so}", "list", c->list, "entries", (json_int_t)t.entries,
	    "names", (json_int_t)t.names, "expected_collisions", t.odds, "tally_full", t.tally_full,
	    "findings", findings, "suffixes", rows);
	if (!all)
		return -ENOMEM;
	json_dumpf(all, to, JSON_INDENT(1));
	fputc('\n', to);
	json_decref(all);
	return flush_error(to);
}
