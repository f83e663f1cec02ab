#include "bench/report.h"

#include "bench/records.h"
#include "bench/report_plots.h"
#include "bench/svg.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    "<style>body{font:15px/1.45 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;"
    "color:#222}h1,h2{font-weight:600}svg{width:100%;margin:.5em 0}svg text{font:12px sans-serif;"
    "fill:#333}svg .t{font-size:14px;font-weight:600}svg .g{stroke:#ddd}table{border-collapse:"
    "collapse;margin:.5em 0}td,th{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:right}"
    "td:first-child,th:first-child{text-align:left}code,pre{font-size:12px;white-space:pre-wrap;"
    "overflow-wrap:anywhere}.w{color:#a00}summary{cursor:pointer}div.s{overflow-x:auto}</style>\n";

static void
write_value(FILE *to, const json_t *v)
{
	char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));

	svg_text(to, json_is_string(v) ? json_string_value(v) : text ? text : "");
	free(text);
}

static json_t *
member(const json_t *object, const char *key)
{
	return json_object_get((json_t *)(uintptr_t)object, key);
}

/* Whether its values are objects of plain values: a row each. */
static bool
is_table(const json_t *v)
{
	json_t *first = json_object_iter_value(json_object_iter((json_t *)(uintptr_t)v));

	return json_is_object(first);
}

/* Every key of the objects in v, in the order in which they come. */
static json_t *
columns_of(const json_t *v)
{
	json_t *columns = json_object(), *row, *cell;
	const char *key, *inner;

	json_object_foreach(
	    (json_t *)(uintptr_t)v, key, row) if (!json_is_object(row) || !is_table(row))
	    json_object_foreach(row, inner, cell) json_object_set_new(columns, inner, json_true());
	return columns;
}

static void
write_rows(FILE *to, const json_t *v)
{
	json_t *columns = columns_of(v), *row, *any;
	const char *key, *inner;

	fputs("<table>\n<tr><th>", to);
	json_object_foreach(columns, inner, any)
	{
		fputs("<th>", to);
		svg_text(to, inner);
	}
	json_object_foreach((json_t *)(uintptr_t)v, key, row)
	{
		if (!json_is_object(row) || is_table(row))
			continue;
		fputs("\n<tr><td>", to);
		svg_text(to, key);
		json_object_foreach(columns, inner, any)
		{
			fputs("<td>", to);
			if (json_object_get(row, inner))
				write_value(to, json_object_get(row, inner));
		}
	}
	fputs("\n</table>\n", to);
	json_decref(columns);
}

/* A summary: its plain values, its objects as rows of one table, and what is a table by itself. */
static void
write_summary(FILE *to, const json_t *summary)
{
	const char *key;
	bool has_rows = false;
	json_t *v;

	fputs("<p>", to);
	json_object_foreach((json_t *)(uintptr_t)summary, key, v)
	{
		has_rows |= json_is_object(v) && !is_table(v);
		if (json_is_object(v))
			continue;
		svg_text(to, key);
		fputs(" <b>", to);
		write_value(to, v);
		fputs("</b> &nbsp; ", to);
	}
	fputs("</p>\n", to);
	if (has_rows)
		write_rows(to, summary);
	json_object_foreach((json_t *)(uintptr_t)summary, key, v)
	{
		if (!json_is_object(v) || !is_table(v))
			continue;
		fputs("<details><summary>", to);
		svg_text(to, key);
		fputs("</summary>\n", to);
		write_rows(to, v);
		fputs("</details>\n", to);
	}
}

/* What must be known before the figures are believed. */
static void
write_caution(FILE *to, const json_t *record)
{
	const json_t *summary = member(record, "summary");
	double disturbed = records_number(summary, "visits_disturbed");
	double left_out = records_number(summary, "visits_left_out");

	if (disturbed > 0)
		fprintf(to, "<p class=w>%.0f runs count although others used the machine.</p>\n",
		    disturbed);
	if (left_out > 0)
		fprintf(to, "<p class=w>Time was up: %.0f runs were left out.</p>\n", left_out);
}

static void
write_environment(FILE *to, const json_t *record)
{
	json_t *environment = json_object_get(record, "environment"), *v, *word;
	const char *key;
	size_t i;

	fputs("<details><summary>environment and command</summary><p>", to);
	json_object_foreach(environment, key, v)
	{
		if (json_is_array(v))
			continue;
		svg_text(to, key);
		fputs(" ", to);
		write_value(to, v);
		fputs("; ", to);
	}
	fputs("</p>\n<pre>$", to);
	json_array_foreach(json_object_get(environment, "command"), i, word)
	{
		fputs(" ", to);
		svg_text(to, json_string_value(word));
	}
	fputs("</pre></details>\n", to);
}

static void
write_record(FILE *to, const json_t *record)
{
	const char *scenario = records_text(record, "scenario");

	fputs("<h2>", to);
	svg_text(to, scenario);
	fputs(", ", to);
	svg_text(to, records_text(record, "label"));
	fputs("</h2>\n", to);
	write_caution(to, record);
	plot_record(to, record);
	write_summary(to, member(record, "summary"));
	write_environment(to, record);
}

int
report_write(FILE *to, const json_t *records)
{
	json_t *r;
	size_t i;

	fprintf(to,
	    "<!doctype html><html lang=en><meta charset=utf-8><title>cordon: bench</title>%s",
	    style);
	fputs(
	    "<h1>cordon: bench</h1>\n<p>Figures of one machine and one run; compare them within it "
	    "only.</p>\n",
	    to);
	plot_sweeps(to, records);
	json_array_foreach(records, i, r) write_record(to, r);
	fputs("</html>\n", to);
	return fflush(to) == 0 && !ferror(to) ? 0 : -1;
}
