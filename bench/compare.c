#include "bench/bootstrap.h"
#include "bench/command.h"
#include "bench/number.h"
#include "bench/records.h"

#include "base/err.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define VALUES_MAX    1024
#define CONFIDENCE    0.95
#define SECONDS_LEAST 3
#define UNKNOWN       "unknown"
#define STATUS_WORSE  1
#define STATUS_FAILED 2

struct compare_options {
	const char *path[2];
	unsigned paths_n;
	double tolerance;
	bool is_json;
};

/* second: the same thing in a trial's seconds; NULL: it is not there. */
static const struct measure {
	const char *key, *second;
	bool is_less_better;
} measures[] = {
    {"answered_qps", "answered", false},
    {"latency_ns.p50", "p50", true},
    {"latency_ns.p99_9", NULL, true},
    {"cpu_us", NULL, true},
    {"bytes_per_name", NULL, true},
    {"load_s", NULL, true},
    {"update_s", NULL, true},
};

static const struct argp_option options[] = {
    {"tolerance", 't', "R", 0, "Change that does not matter, 0 to 1 (0.05)", 0},
    {"json", 'j', 0, 0, "Print the comparison as JSON", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct compare_options *o = state->input;

	switch (key) {
	case 't':
		if (number_parse(&o->tolerance, arg, 0, 1) < 0)
			argp_error(
			    state, "--tolerance must be a number from 0 to 1, not '%s'", arg);
		break;
	case 'j': o->is_json = true; break;
	case ARGP_KEY_ARG:
		if (o->paths_n == 2)
			argp_error(state, "'%s' is one too many", arg);
		o->path[o->paths_n++] = arg;
		break;
	case ARGP_KEY_END:
		if (o->paths_n != 2)
			argp_error(state, "give two: the earlier and the later");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static json_t *
partner(json_t *records, const json_t *of)
{
	json_t *r;
	size_t i;

	json_array_foreach(records, i,
	    r) if (!strcmp(records_text(r, "scenario"), records_text(of, "scenario")) &&
		   !strcmp(records_text(r, "label"), records_text(of, "label"))) return r;
	return NULL;
}

/* "same", "better" or "worse": only what the whole interval says. */
static const char *
judge(const struct bootstrap *b, double tolerance, bool is_less_better)
{
	if (b->high < 1 - tolerance)
		return is_less_better ? "better" : "worse";
	if (b->low > 1 + tolerance)
		return is_less_better ? "worse" : "better";
	return "same";
}

/* The seconds of the only trial at a point, but for the last, which is not a whole one. */
static size_t
seconds_of(json_t *record, const char *point, const char *key, double *out)
{
	json_t *trial, *second;
	size_t i, k, n = 0;

	json_array_foreach(json_object_get(record, "trials"), i, trial)
	{
		json_t *series = json_object_get(trial, "series");

		if (strcmp(records_text(trial, "point"), point) != 0)
			continue;
		json_array_foreach(series, k,
		    second) if (k + 1 < json_array_size(series) && n < VALUES_MAX) out[n++] =
		    records_number(second, key);
	}
	return n;
}

/* The samples of a measure: a value for each trial, or, of a single long trial, for each second. */
static size_t
samples(json_t *record, const char *point, const struct measure *m, double *out)
{
	double value[VALUES_MAX];
	size_t n = records_values(record, point, m->key, out, VALUES_MAX), seconds;

	if (n != 1 || !m->second)
		return n;
	seconds = seconds_of(record, point, m->second, value);
	if (seconds < SECONDS_LEAST)
		return n;
	memcpy(out, value, seconds * sizeof(*out));
	return seconds;
}

/* The interval that two single searches leave: what each found lies within its bounds. */
static bool
bounds_ratio(struct bootstrap *out, json_t *const pair[2], const char *point)
{
	double lower[2], upper[2];

	for (unsigned i = 0; i < 2; i++)
		if (records_values(pair[i], point, "lower_qps", &lower[i], 1) != 1 ||
		    records_values(pair[i], point, "upper_qps", &upper[i], 1) != 1 ||
		    !(lower[i] > 0) || !(upper[i] > 0))
			return false;
	out->ratio = lower[1] / lower[0];
	out->low = lower[1] / upper[0];
	out->high = upper[1] / lower[0];
	return true;
}

struct comparison {
	struct bootstrap b;
	size_t n[2];
	bool has_interval;
};

static void
add_row(json_t *out, json_t *const before, const char *point, const struct measure *m,
    const struct comparison *c, double tolerance)
{
	json_t *row =
	    json_pack("{ss ss ss ss si si sf}", "scenario", records_text(before, "scenario"),
		"label", records_text(before, "label"), "point", point, "measure", m->key,
		"n_before", (int)c->n[0], "n_after", (int)c->n[1], "ratio", c->b.ratio);

	json_object_set_new(row, "low", c->has_interval ? json_real(c->b.low) : json_null());
	json_object_set_new(row, "high", c->has_interval ? json_real(c->b.high) : json_null());
	json_object_set_new(row, "verdict",
	    json_string(c->has_interval ? judge(&c->b, tolerance, m->is_less_better) : UNKNOWN));
	json_array_append_new(out, row);
}

/* One measure at one point of both records, to out. */
static int
compare_values(json_t *out, json_t *const pair[2], const char *point, const struct measure *m,
    double tolerance)
{
	static double values[2][VALUES_MAX];
	struct bootstrap_samples s = {.a = values[0], .b = values[1]};
	struct comparison c = {0};
	int rc;

	s.a_n = c.n[0] = samples(pair[0], point, m, values[0]);
	s.b_n = c.n[1] = samples(pair[1], point, m, values[1]);
	for (size_t i = 0; i < s.a_n; i++)
		if (!(values[0][i] > 0))
			return 0;
	if (s.a_n == 0 || s.b_n == 0)
		return 0;
	rc = bootstrap_ratio(&c.b, &s, CONFIDENCE);
	/* One value has no spread: its interval would be a point, and every change a verdict. */
	c.has_interval = s.a_n > 1 && s.b_n > 1;
	if (!c.has_interval)
		c.has_interval = bounds_ratio(&c.b, pair, point);
	if (rc == 0)
		add_row(out, pair[0], point, m, &c, tolerance);
	return rc;
}

static int
compare_records(json_t *out, json_t *const pair[2], double tolerance)
{
	json_t *seen = json_object(), *trial;
	int rc = 0;
	size_t i;

	json_array_foreach(json_object_get(pair[0], "trials"), i, trial)
	{
		const char *point = records_text(trial, "point");

		/* A search's trials are at loads of its own; its result is in the summary. */
		if (json_object_get(seen, point) || !strcmp(point, "search"))
			continue;
		json_object_set_new(seen, point, json_true());
		for (unsigned m = 0; m < sizeof(measures) / sizeof(measures[0]) && rc == 0; m++)
			rc = compare_values(out, pair, point, &measures[m], tolerance);
	}
	json_decref(seen);
	return rc;
}

static void
print_rows(const json_t *rows)
{
	json_t *row;
	size_t i;

	printf("%-12s %-16s %-28s %-18s %8s  %-19s %s\n", "scenario", "label", "point", "measure",
	    "ratio", "95 % interval", "verdict");
	json_array_foreach(rows, i, row)
	{
		char interval[48] = "-";

		if (json_is_number(json_object_get(row, "low")))
			snprintf(interval, sizeof(interval), "%.3f to %.3f",
			    records_number(row, "low"), records_number(row, "high"));
		printf("%-12s %-16s %-28s %-18s %8.3f  %-19s %s\n", records_text(row, "scenario"),
		    records_text(row, "label"), records_text(row, "point"),
		    records_text(row, "measure"), records_number(row, "ratio"), interval,
		    records_text(row, "verdict"));
	}
}

/* Returns how many measures are worse, or a negative error. */
static int
compare_all(json_t *out, json_t *before, json_t *after, double tolerance)
{
	json_t *r, *row;
	int worse = 0, known = 0;
	size_t i;

	json_array_foreach(before, i, r)
	{
		json_t *const pair[2] = {r, partner(after, r)};
		int rc = pair[1] ? compare_records(out, pair, tolerance) : 0;

		if (rc < 0)
			return rc;
	}
	json_array_foreach(out, i, row)
	{
		worse += !strcmp(records_text(row, "verdict"), "worse");
		known += strcmp(records_text(row, "verdict"), UNKNOWN) != 0;
	}
	return json_array_size(out) > 0 && known == 0 ? -ERR_SHORT : worse;
}

int
bench_compare(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "BEFORE AFTER",
	    "Compare two records, or two directories of them, by scenario, label and point.\v"
	    "Status: 0 nothing is worse, 1 something is, 2 failed or nothing to compare.  One "
	    "value "
	    "alone has no interval, and its verdict is unknown.",
	    NULL, NULL, NULL};
	struct compare_options o = {.tolerance = 0.05};
	json_t *in[2] = {NULL, NULL}, *rows = json_array();
	int worse = 0;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	for (unsigned i = 0; i < 2 && worse >= 0; i++) {
		worse = records_read(&in[i], o.path[i]);
		if (worse < 0)
			fprintf(stderr, "%s: %s: %s\n", argv[0], o.path[i], err_text(worse));
	}
	if (worse >= 0)
		worse = compare_all(rows, in[0], in[1], o.tolerance);
	if (o.is_json)
		json_dumpf(rows, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	else if (json_array_size(rows) > 0)
		print_rows(rows);
	if (worse == -ERR_SHORT) {
		fprintf(stderr, "%s: single values only, which say nothing\n", argv[0]);
	} else if (worse >= 0 && json_array_size(rows) == 0) {
		fprintf(stderr, "%s: no scenario is in both\n", argv[0]);
		worse = -ERR_SHORT;
	}
	json_decref(in[0]);
	json_decref(in[1]);
	json_decref(rows);
	if (worse < 0 || fflush(stdout) != 0)
		return STATUS_FAILED;
	return worse > 0 ? STATUS_WORSE : 0;
}
