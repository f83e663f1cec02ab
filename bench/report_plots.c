#include "bench/report_plots.h"

#include "bench/bootstrap.h"
#include "bench/records.h"
#include "bench/svg.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_MAX 8192
#define VALUES_MAX 256
#define PARTS_MAX  16

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

static bool
is_number(const char *key)
{
	return isdigit((unsigned char)*key);
}

static bool
is_scenario(const json_t *record, const char *name)
{
	return !strcmp(records_text(record, "scenario"), name);
}

static const json_t *
summary_of(const json_t *record)
{
	return json_object_get(record, "summary");
}

/* A summary of {"10000": qps, ...}, or of {"10000": {"answered_qps": qps}, ...}, as a line. */
static void
add_line(struct points *p, struct svg_plot *plot, const char *name, const json_t *by_x)
{
	struct svg_line line = begin_line(p, name);
	const char *key;
	json_t *v;

	if (plot->lines_n == SVG_LINES_MAX)
		return;
	json_object_foreach((json_t *)(uintptr_t)by_x, key, v)
	{
		double y =
		    json_is_object(v) ? records_number(v, "answered_qps") : json_number_value(v);

		if (is_number(key))
			add(p, &line, strtod(key, NULL), y);
	}
	plot->line[plot->lines_n++] = line;
}

static void
plot_sweep(FILE *to, const json_t *records, const char *scenario, struct svg_plot *plot)
{
	struct points p = {calloc(POINTS_MAX, sizeof(*p.at)), 0};
	json_t *r;
	size_t i;

	if (!p.at)
		return;
	json_array_foreach(records, i, r) if (is_scenario(r, scenario))
	    add_line(&p, plot, records_text(r, "label"), summary_of(r));
	svg_lines(to, plot);
	free(p.at);
}

/* {"JudyL, flat": {"1500000": {...}}, ...} */
static void
plot_structures(FILE *to, const json_t *record)
{
	struct points p = {calloc(POINTS_MAX, sizeof(*p.at)), 0};
	struct svg_plot plot = {.title = "Lookups a second over list size, all hits, one core",
	    .x_label = "names on the list",
	    .y_label = "lookups a second",
	    .is_log_x = true};
	const char *name;
	json_t *v;

	if (!p.at)
		return;
	json_object_foreach((json_t *)(uintptr_t)summary_of(record), name, v) if (json_is_object(v))
	    add_line(&p, &plot, name, v);
	svg_lines(to, &plot);
	free(p.at);
}

struct bucket {
	double value, n;
};

static int
by_value(const void *a, const void *b)
{
	const struct bucket *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

/* The buckets of all trials at a point, in order of latency, one for each value.  Returns how many.
 */
static size_t
merge(struct bucket *out, const json_t *record, const char *point)
{
	json_t *trial, *b;
	size_t i, k, n = 0, kept = 0;

	json_array_foreach(json_object_get(record, "trials"), i, trial)
	{
		if (strcmp(records_text(trial, "point"), point) != 0)
			continue;
		json_array_foreach(json_object_get(json_object_get(trial, "latency_ns"), "buckets"),
		    k, b) if (n < POINTS_MAX) out[n++] =
		    (struct bucket){json_number_value(json_array_get(b, 0)),
			json_number_value(json_array_get(b, 1))};
	}
	qsort(out, n, sizeof(*out), by_value);
	for (i = 0; i < n; i++)
		if (kept > 0 && !(out[i].value > out[kept - 1].value))
			out[kept - 1].n += out[i].n;
		else
			out[kept++] = out[i];
	return kept;
}

/* The histogram of a point over the share of queries that are slower, from 1 down. */
static struct svg_line
percentiles(struct points *p, const json_t *record, const char *point)
{
	static struct bucket bucket[POINTS_MAX];
	struct svg_line line = begin_line(p, point);
	size_t buckets = merge(bucket, record, point);
	double n = 0, seen = 0;

	for (size_t i = 0; i < buckets; i++)
		n += bucket[i].n;
	for (size_t i = 0; i < buckets; seen += bucket[i++].n)
		if (seen < n) /* 1 / share: the slowest to the right */
			add(p, &line, n / (n - seen), bucket[i].value / 1e3);
	return line;
}

static bool
is_drawn(const struct svg_plot *plot, const char *name)
{
	for (unsigned i = 0; i < plot->lines_n; i++)
		if (!strcmp(plot->line[i].name, name))
			return true;
	return false;
}

static void
plot_latency(FILE *to, const json_t *record)
{
	struct points p = {calloc(POINTS_MAX, sizeof(*p.at)), 0};
	struct svg_plot plot = {.title = "Latency by logarithmic percentile",
	    .is_log_x = true,
	    .is_log_y = true,
	    .x_label = "one query in ... is slower (100: p99, 10k: p99.99)",
	    .y_label = "microseconds"};
	json_t *trial;
	size_t i;

	json_array_foreach(json_object_get(record, "trials"), i, trial)
	{
		const char *point = records_text(trial, "point");

		if (p.at && plot.lines_n < SVG_LINES_MAX && !is_drawn(&plot, point))
			plot.line[plot.lines_n++] = percentiles(&p, record, point);
	}
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

/* A measure of each point, the median of its trials, in the summary's order. */
static void
plot_bars(FILE *to, const json_t *record, const char *key, const char *title)
{
	struct svg_point point[SVG_LINES_MAX];
	struct svg_plot plot = {.title = title};
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)summary_of(record), name, v)
	{
		double values[VALUES_MAX];
		size_t n = records_values(record, name, key, values, VALUES_MAX);

		if (plot.lines_n == SVG_LINES_MAX || !json_is_object(v))
			continue;
		point[plot.lines_n].y = n ? bootstrap_median(values, n) : records_number(v, key);
		plot.line[plot.lines_n] = (struct svg_line){name, &point[plot.lines_n], 1};
		plot.lines_n++;
	}
	svg_bars(to, &plot);
}

/* Parts of each point's summary, by path, one behind the other. */
static void
plot_stacks(FILE *to, const json_t *record, struct svg_plot *plot, const char *const *path)
{
	struct svg_point point[SVG_LINES_MAX][PARTS_MAX];
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)summary_of(record), name, v)
	{
		unsigned i = plot->lines_n;

		if (i == SVG_LINES_MAX || !json_is_object(v))
			continue;
		for (unsigned k = 0; k < plot->parts_n; k++)
			point[i][k].y = records_number(v, path[k]);
		plot->line[i] = (struct svg_line){name, point[i], plot->parts_n};
		plot->lines_n++;
	}
	svg_bars(to, plot);
}

static void
plot_cpu(FILE *to, const json_t *record)
{
	static const char *const part[] = {"user", "system", "softirq"}, *const path[] = {
									     "paced_cpu_user_us",
									     "paced_cpu_system_us",
									     "paced_softirq_us"};
	struct svg_plot plot = {.title = "CPU time an answer at the fixed rate, microseconds",
	    .part = part,
	    .parts_n = 3};

	plot_stacks(to, record, &plot, path);
}

/* The stages that the first point of an engine's record names. */
static void
plot_stages(FILE *to, const json_t *record)
{
	char path[PARTS_MAX][48];
	const char *part[PARTS_MAX], *paths[PARTS_MAX], *name;
	struct svg_plot plot = {
	    .title = "Cost by stage, TSC cycles a packet", .part = part, .parts_n = 0};
	json_t *point, *stages = NULL, *v;

	json_object_foreach((json_t *)(uintptr_t)summary_of(record), name, point) if (!stages)
	    stages = json_object_get(point, "stages");
	json_object_foreach(stages, name, v)
	{
		if (plot.parts_n == PARTS_MAX)
			break;
		snprintf(path[plot.parts_n], sizeof(path[0]), "stages.%s", name);
		paths[plot.parts_n] = path[plot.parts_n];
		part[plot.parts_n++] = name;
	}
	if (plot.parts_n > 0)
		plot_stacks(to, record, &plot, paths);
}

static void
plot_peers(FILE *to, const json_t *record)
{
	plot_bars(to, record, "answered_qps", "Answers a second under overload");
	plot_cpu(to, record);
	plot_bars(to, record, "bytes_per_name", "Resident bytes a name");
	plot_bars(to, record, "load_s", "Seconds until the list answers");
	plot_bars(to, record, "update_s", "Seconds until an update answers");
	plot_bars(to, record, "gap_ms", "Longest time without an answer during it, milliseconds");
}

void
plot_record(FILE *to, const json_t *record)
{
	static const char *const with_latency[] = {"latency", "update", "load", "flood"};

	for (size_t i = 0; i < sizeof(with_latency) / sizeof(with_latency[0]); i++)
		if (is_scenario(record, with_latency[i]))
			plot_latency(to, record);
	if (is_scenario(record, "soak") || is_scenario(record, "update"))
		plot_series(to, record);
	if (is_scenario(record, "engine")) {
		plot_bars(to, record, "answered_qps", "Answers a second, one core");
		plot_stages(to, record);
	}
	if (is_scenario(record, "structures"))
		plot_structures(to, record);
	if (is_scenario(record, "load-time"))
		plot_bars(to, record, "load_s", "Seconds until the list answers");
	if (is_scenario(record, "ceiling"))
		plot_bars(
		    to, record, "answered_qps", "Frames a second that came back, or were taken");
	if (is_scenario(record, "peers"))
		plot_peers(to, record);
}

void
plot_sweeps(FILE *to, const json_t *records)
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

	plot_sweep(to, records, "list-size", &size);
	plot_sweep(to, records, "cores", &cores);
	plot_sweep(to, records, "hit-ratio", &hits);
}
