#include "bench/command.h"
#include "bench/number.h"
#include "bench/plan.h"
#include "bench/plan_day.h"
#include "bench/plan_print.h"
#include "bench/store.h"

#include "base/err.h"

#include <argp.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#define KEY_FIRST 256 /* keys of the assumptions; below it, letters */

struct plan_request {
	struct plan_input in;
	struct plan_day day;
	const char *list; /* file of the day's names */
	bool has_date;
	int32_t date;
	double given[PLAN_OPTIONS]; /* NAN: not given */
	bool is_json;
};

static const struct argp_option options[] = {
    {"day", 'd', "DATE", 0, "Shares of the suffixes as on that day, YYYY-MM-DD or today", 0},
    {"family", 'f', "NAME", 0, "conficker-a, conficker-b or conficker-c (conficker-c)", 0},
    {"json", 'j', 0, 0, "Print all as JSON, each TLD by hour", 0},
    {"list", 'l', "FILE", 0, "The day's names, and so their number and shares, from a list", 0},
    {"suffix", 's', "SUFFIX", 0, "Plan for names below SUFFIX: ch, com.pe, or pe for both", 0},
    {0},
};

static void
take_number(struct plan_request *r, unsigned i, const char *text, const struct argp_state *state)
{
	const struct plan_assumption *a = &plan_assumptions[i];
	double v = 0;

	if (number_parse(&v, text, a->min, a->max) < 0 || (a->is_whole && floor(v) < v))
		argp_error(state, "--%s must be a %snumber from %.15g to %.15g, not '%s'", a->name,
		    a->is_whole ? "whole " : "", a->min, a->max, text);
	r->given[i] = v;
}

static void
settle(struct plan_request *r)
{
	const char *suffix = r->in.suffix;

	plan_defaults(&r->in, r->in.family);
	r->in.suffix = suffix;
	for (unsigned i = 0; i < PLAN_OPTIONS; i++)
		if (!isnan(r->given[i]))
			r->in.value[i] = r->given[i];
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct plan_request *r = state->input;

	if (key >= KEY_FIRST && key < KEY_FIRST + PLAN_OPTIONS) {
		take_number(r, (unsigned)key - KEY_FIRST, arg, state);
		return 0;
	}
	switch (key) {
	case 'f':
		r->in.family = plan_family_find(arg);
		if (!r->in.family)
			argp_error(state, "--family must be conficker-a, -b or -c, not '%s'", arg);
		break;
	case 'd':
		if (plan_date(&r->date, arg) < 0)
			argp_error(state, "--day must be YYYY-MM-DD or today, not '%s'", arg);
		r->has_date = true;
		break;
	case 'l': r->list = arg; break;
	case 'j': r->is_json = true; break;
	case 's': r->in.suffix = *arg == '.' ? arg + 1 : arg; break;
	case ARGP_KEY_ARG: argp_error(state, "'%s' is not an option", arg); break;
	case ARGP_KEY_END:
		if (r->list && r->has_date)
			argp_error(state, "give --list or --day");
		settle(r);
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void
say_mistake(void *ctx, const struct list_error *e)
{
	(void)ctx;
	fprintf(stderr, "%s:%llu: %s\n", e->path, (unsigned long long)e->line, e->text);
}

/* Counts the day's names, when there are any to count.  Errors are said. */
static int
take_day(struct plan_request *r, const char *program)
{
	const char *family = r->in.family->name, *from = r->list ? r->list : family;
	struct names_store names;
	uint64_t foreign = 0;
	int rc;

	if (!r->list && !r->has_date)
		return 0;
	rc = r->list ? store_read(&names, r->list, say_mistake)
		     : store_expand(&names, r->in.family->generator, r->date);
	if (rc < 0) {
		fprintf(stderr, "%s: %s: %s\n", program, from, err_text(rc));
		return rc;
	}
	rc = plan_day_of(&r->day, r->in.family, &names, &foreign);
	store_free(&names);
	if (foreign > 0)
		fprintf(stderr, "%s: %s: %" PRIu64 " names are not below a suffix of %s%s\n",
		    program, from, foreign, family, rc < 0 ? "" : "; not counted");
	r->in.day = &r->day;
	if (isnan(r->given[PLAN_NAMES]))
		r->in.value[PLAN_NAMES] = r->day.names;
	return rc;
}

/* The fixed options, then one for each assumption, whose help texts go to help[]. */
static void
list_options(struct argp_option out[], char help[PLAN_OPTIONS][160])
{
	size_t n = 0;

	for (; options[n].name; n++)
		out[n] = options[n];
	for (unsigned i = 0; i < PLAN_OPTIONS; i++, n++) {
		const struct plan_assumption *a = &plan_assumptions[i];
		const char *comma = *a->unit ? ", " : "";

		if (a->def < a->min)
			snprintf(help[i], 160, "%s%s%s (the family's)", a->help, comma, a->unit);
		else
			snprintf(help[i], 160, "%s%s%s (%.12g)", a->help, comma, a->unit, a->def);
		out[n] = (struct argp_option){a->name, KEY_FIRST + (int)i, "N", 0, help[i], 1};
	}
	out[n] = (struct argp_option){0};
}

int
bench_plan(int argc, char **argv)
{
	struct argp_option all[sizeof(options) / sizeof(options[0]) + PLAN_OPTIONS];
	char help[PLAN_OPTIONS][160];
	const struct argp argp = {all, parse_option, NULL,
	    "Estimate the load of a family's bots and the machines that carry it.\v"
	    "Numbers may end in k, M or G.  Every assumption is an option and is printed with its "
	    "source.",
	    NULL, NULL, NULL};
	struct plan_request r = {.in.family = plan_family_find("conficker-c")};
	struct plan p;
	int rc;

	for (unsigned i = 0; i < PLAN_OPTIONS; i++)
		r.given[i] = (double)NAN;
	list_options(all, help);
	argp_parse(&argp, argc, argv, 0, NULL, &r);
	if (take_day(&r, argv[0]) < 0)
		return 2;
	rc = plan_make(&p, &r.in);
	if (rc < 0) {
		if (rc == -ERR_UNKNOWN)
			fprintf(stderr, "%s: %s has no names below '%s'\n", argv[0],
			    r.in.family->name, r.in.suffix);
		else if (rc == -ERR_RANGE)
			fprintf(stderr, "%s: --asked is above --names\n", argv[0]);
		else
			fprintf(stderr, "%s: %s\n", argv[0], err_text(rc));
		return 2;
	}
	if (r.is_json)
		rc = plan_print_json(&p, &r.in, stdout);
	else
		plan_print_text(&p, &r.in, stdout);
	return rc == 0 && fflush(stdout) == 0 ? 0 : 1;
}
