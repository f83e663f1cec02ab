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
#define STATUS_WORSE  1
#define STATUS_FAILED 2

struct compare_options {
	const char *path[2];
	unsigned paths_n;
	double tolerance;
	bool is_json;
};

static const struct {
	const char *key;
	bool is_less_better;
} measures[] = {{"answered_qps", false}, {"latency_ns.p50", true}, {"latency_ns.p99_9", true}};

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

/* One measure at one point of both records, to out. */
static int
compare_values(json_t *out, json_t *const pair[2], const char *point, unsigned m, double tolerance)
{
	static double values[2][VALUES_MAX];
	struct bootstrap_samples s = {.a = values[0], .b = values[1]};
	struct bootstrap b;
	int rc;

	s.a_n = records_values(pair[0], point, measures[m].key, values[0], VALUES_MAX);
	s.b_n = records_values(pair[1], point, measures[m].key, values[1], VALUES_MAX);
	for (size_t i = 0; i < s.a_n; i++)
		if (!(values[0][i] > 0))
			return 0;
	if (s.a_n == 0 || s.b_n == 0)
		return 0;
	rc = bootstrap_ratio(&b, &s, CONFIDENCE);
	if (rc == 0)
		json_array_append_new(out,
		    json_pack("{ss ss ss ss si si sf sf sf ss}", "scenario",
			records_text(pair[0], "scenario"), "label", records_text(pair[0], "label"),
			"point", point, "measure", measures[m].key, "n_before", (int)s.a_n,
			"n_after", (int)s.b_n, "ratio", b.ratio, "low", b.low, "high", b.high,
			"verdict", judge(&b, tolerance, measures[m].is_less_better)));
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
			rc = compare_values(out, pair, point, m, tolerance);
	}
	json_decref(seen);
	return rc;
}

static void
print_rows(const json_t *rows)
{
	json_t *row;
	size_t i;

	printf("%-12s %-20s %-24s %-18s %8s  %-19s %s\n", "scenario", "label", "point", "measure",
	    "ratio", "95 % interval", "verdict");
	json_array_foreach(rows, i, row) printf(
	    "%-12s %-20s %-24s %-18s %8.3f  %.3f to %-10.3f %s\n", records_text(row, "scenario"),
	    records_text(row, "label"), records_text(row, "point"), records_text(row, "measure"),
	    records_number(row, "ratio"), records_number(row, "low"), records_number(row, "high"),
	    records_text(row, "verdict"));
}

/* Returns how many measures are worse, or a negative error. */
static int
compare_all(json_t *out, json_t *before, json_t *after, double tolerance)
{
	json_t *r, *row;
	int worse = 0;
	size_t i;

	json_array_foreach(before, i, r)
	{
		json_t *const pair[2] = {r, partner(after, r)};
		int rc = pair[1] ? compare_records(out, pair, tolerance) : 0;

		if (rc < 0)
			return rc;
	}
	json_array_foreach(out, i, row) worse += !strcmp(records_text(row, "verdict"), "worse");
	return worse;
}

int
bench_compare(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "BEFORE AFTER",
	    "Compare two records, or two directories of them, by scenario, label and point.\v"
	    "Status: 0 nothing is worse, 1 something is, 2 failed or nothing to compare.",
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
	if (worse >= 0 && json_array_size(rows) == 0) {
		fprintf(stderr, "%s: no scenario is in both\n", argv[0]);
		worse = -ERR_SHORT;
	}
	if (worse >= 0 && o.is_json)
		json_dumpf(rows, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	else if (worse >= 0)
		print_rows(rows);
	json_decref(in[0]);
	json_decref(in[1]);
	json_decref(rows);
	if (worse < 0 || fflush(stdout) != 0)
		return STATUS_FAILED;
	return worse > 0 ? STATUS_WORSE : 0;
}
