#include "bench/report.h"

#include "bench/bootstrap.h"
#include "bench/records.h"
#include "bench/svg.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_MAX 4096
#define VALUES_MAX 256

static const char style[] =
    "<style>body{font:15px/1.45 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;"
    "color:#222}h1,h2{font-weight:600}svg{width:100%;margin:.5em 0}svg text{font:12px sans-serif;"
    "fill:#333}svg .t{font-size:14px;font-weight:600}svg .g{stroke:#ddd}table{border-collapse:"
    "collapse;margin:.5em 0}td,th{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:right}"
    "td:first-child,th:first-child{text-align:left}code,pre{font-size:12px;white-space:pre-wrap;"
    "overflow-wrap:anywhere}</style>\n";

/* The points that a plot's lines are drawn from. */
struct points {
	struct svg_point *at;
	size_t n;
};

static struct svg_line
begin_line(const struct points *p, const char *name)
{
	return (struct svg_line){.name = name, .point = p->at + p->n};
}

static void
add(struct points *p, struct svg_line *l, double x, double y)
{
	if (p->n == POINTS_MAX)
		return;
	p->at[p->n++] = (struct svg_point){x, y};
	l->n++;
}

/* A summary of {"10000": qps, ...}, as a line. */
static void
plot_sweep(FILE *to, const json_t *records, const char *scenario, struct svg_plot *plot)
{
	struct points p = {calloc(POINTS_MAX, sizeof(*p.at)), 0};
	json_t *r, *v;
	size_t i;

	json_array_foreach(records, i, r)
	{
		struct svg_line line = begin_line(&p, records_text(r, "label"));
		const char *key;

		if (strcmp(records_text(r, "scenario"), scenario) != 0 ||
		    plot->lines_n == SVG_LINES_MAX || !p.at)
			continue;
		json_object_foreach(json_object_get(r, "summary"), key, v)
		    add(&p, &line, strtod(key, NULL), json_number_value(v));
		plot->line[plot->lines_n++] = line;
	}
	svg_lines(to, plot);
	free(p.at);
}

/* The histogram of a trial over the share of queries that are slower, from 1 down. */
static struct svg_line
percentiles(struct points *p, const json_t *trial, const char *name)
{
	struct svg_line line = begin_line(p, name);
	json_t *buckets = json_object_get(json_object_get(trial, "latency_ns"), "buckets"), *b;
	double n = 0, seen = 0;
	size_t i;

	json_array_foreach(buckets, i, b) n += json_number_value(json_array_get(b, 1));
	json_array_foreach(buckets, i, b)
	{
		if (seen < n) /* 1 / share: the slowest to the right */
			add(p, &line, n / (n - seen),
			    json_number_value(json_array_get(b, 0)) / 1e3);
		seen += json_number_value(json_array_get(b, 1));
	}
	return line;
}

static void
plot_latency(FILE *to, const json_t *record)
{
	struct points p = {calloc(POINTS_MAX, sizeof(*p.at)), 0};
	struct svg_plot plot = {.title = "Latency by percentile",
	    .is_log_x = true,
	    .is_log_y = true,
	    .x_label = "one query in ... is slower (100: p99, 10k: p99.99)",
	    .y_label = "microseconds"};
	json_t *trial;
	size_t i;

	json_array_foreach(json_object_get(record, "trials"), i,
	    trial) if (p.at && plot.lines_n < SVG_LINES_MAX) plot.line[plot.lines_n++] =
	    percentiles(&p, trial, records_text(trial, "point"));
	svg_lines(to, &plot);
	free(p.at);
}

static void
plot_series(FILE *to, const json_t *record)
{
	struct points p = {calloc(POINTS_MAX, sizeof(*p.at)), 0};
	struct svg_plot plot = {
	    .title = "p99 in each second", .x_label = "second", .y_label = "microseconds"};
	json_t *trial, *second;
	size_t i, k;

	json_array_foreach(json_object_get(record, "trials"), i, trial)
	{
		struct svg_line line = begin_line(&p, records_text(trial, "point"));

		if (!p.at || plot.lines_n == SVG_LINES_MAX)
			break;
		json_array_foreach(json_object_get(trial, "series"), k, second)
		    add(&p, &line, (double)k, records_number(second, "p99") / 1e3);
		plot.line[plot.lines_n++] = line;
	}
	svg_lines(to, &plot);
	free(p.at);
}

/* Medians of a measure over the rounds of each peer, in the record's order of peers. */
static void
plot_peers(FILE *to, const json_t *record, const char *key, const char *title)
{
	static struct svg_point point[SVG_LINES_MAX];
	struct svg_plot plot = {.title = title, .y_label = ""};
	const char *peer;
	json_t *v;

	json_object_foreach(json_object_get(record, "summary"), peer, v)
	{
		double values[VALUES_MAX];
		size_t n = records_values(record, peer, key, values, VALUES_MAX);

		if (plot.lines_n == SVG_LINES_MAX || !json_is_object(v))
			continue;
		point[plot.lines_n].y = n ? bootstrap_median(values, n) : records_number(v, key);
		plot.line[plot.lines_n] = (struct svg_line){peer, &point[plot.lines_n], 1};
		plot.lines_n++;
	}
	svg_bars(to, &plot);
}

static void
plot_stages(FILE *to, const json_t *record)
{
	static struct svg_point point[SVG_LINES_MAX];
	struct svg_plot plot = {.title = "Cost by stage, TSC cycles a packet", .y_label = ""};
	const json_t *stages = json_object_get(json_object_get(record, "summary"), "stages");
	json_t *stage;
	size_t i;

	json_array_foreach(stages, i, stage)
	{
		if (plot.lines_n == SVG_LINES_MAX)
			break;
		point[i].y = records_number(stage, "cycles");
		plot.line[plot.lines_n++] =
		    (struct svg_line){records_text(stage, "name"), &point[i], 1};
	}
	svg_bars(to, &plot);
}

static void
write_value(FILE *to, const json_t *v)
{
	char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));

	svg_text(to, json_is_string(v) ? json_string_value(v) : text ? text : "");
	free(text);
}

/* A summary as a table: of its numbers, or, where it holds objects, a row each. */
static void
write_summary(FILE *to, const json_t *summary)
{
	const char *key, *inner;
	json_t *v, *w;

	fputs("<table>\n", to);
	json_object_foreach((json_t *)(uintptr_t)summary, key, v)
	{
		fputs("<tr><td>", to);
		svg_text(to, key);
		if (!json_is_object(v)) {
			fputs("<td>", to);
			write_value(to, v);
		}
		json_object_foreach(json_is_object(v) ? v : NULL, inner, w)
		{
			fputs("<td>", to);
			svg_text(to, inner);
			fputs(" ", to);
			write_value(to, w);
		}
		fputs("\n", to);
	}
	fputs("</table>\n", to);
}

static void
write_environment(FILE *to, const json_t *record)
{
	json_t *environment = json_object_get(record, "environment"), *v, *word;
	const char *key;
	size_t i;

	fputs("<p>", to);
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
	fputs("</pre>\n", to);
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
	if (!strcmp(scenario, "peers")) {
		plot_peers(to, record, "answered_qps", "Answers a second, median of the rounds");
		plot_peers(to, record, "cpu_us", "Server CPU time an answer, microseconds");
		plot_peers(to, record, "bytes_per_name", "Resident bytes a name");
	} else if (!strcmp(scenario, "latency") || !strcmp(scenario, "update") ||
		   !strcmp(scenario, "load") || !strcmp(scenario, "flood")) {
		plot_latency(to, record);
	}
	if (!strcmp(scenario, "soak") || !strcmp(scenario, "update"))
		plot_series(to, record);
	plot_stages(to, record);
	write_summary(to, json_object_get(record, "summary"));
	write_environment(to, record);
}

int
report_write(FILE *to, const json_t *records)
{
	struct svg_plot size = {.title = "Rate over list size",
	    .x_label = "names on the list",
	    .y_label = "answers a second",
	    .is_log_x = true};
	struct svg_plot cores = {.title = "Rate over cores",
	    .x_label = "cores that serve",
	    .y_label = "answers a second"};
	struct svg_plot hits = {.title = "Rate over hit ratio",
	    .x_label = "share of queries for listed names",
	    .y_label = "answers a second"};
	json_t *r;
	size_t i;

	fprintf(to,
	    "<!doctype html><html lang=en><meta charset=utf-8><title>cordon: bench</title>%s",
	    style);
	fputs(
	    "<h1>cordon: bench</h1>\n<p>Figures of one machine and one run; compare them within it "
	    "only.</p>\n",
	    to);
	plot_sweep(to, records, "list-size", &size);
	plot_sweep(to, records, "cores", &cores);
	plot_sweep(to, records, "hit-ratio", &hits);
	json_array_foreach(records, i, r) write_record(to, r);
	fputs("</html>\n", to);
	return fflush(to) == 0 && !ferror(to) ? 0 : -1;
}
