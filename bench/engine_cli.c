#include "bench/command.h"
#include "bench/engine.h"
#include "bench/number.h"
#include "bench/quiet.h"

#include "base/err.h"
#include "dataplane/vec.h"
#include "lists/index.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct engine_options {
	struct engine_config config;
	bool is_json;
};

static const struct argp_option options[] = {
    {"frames", 'f', "N", 0, "Queries a pass, 64 to 64M, made a multiple of 64 (2097152)", 0},
    {"hit-ratio", 'r', "R", 0, "Share of queries for listed names, 0 to 1 (1)", 0},
    {"json", 'j', 0, 0, "Print the result as JSON", 0},
    {"names", 'n', "N", 0, "Names on the list, 1 to 200M (1500000)", 0},
    {"passes", 'p', "N", 0, "Passes, of which the median counts, 1 to 1000 (5)", 0},
    {0},
};

static double
number(const struct argp_state *state, const char *name, const char *text, double min, double max)
{
	double v = min;

	if (number_parse(&v, text, min, max) < 0)
		argp_error(state, "--%s must be a number from %.15g to %.15g, not '%s'", name, min,
		    max, text);
	return v;
}

static uint64_t
whole(const struct argp_state *state, const char *name, const char *text, double min, double max)
{
	double v = number(state, name, text, min, max);

	if (floor(v) < v)
		argp_error(state, "--%s must be a whole number, not '%s'", name, text);
	return (uint64_t)v;
}

/* Of the passes, which are in rising order. */
static double
median(const struct engine_config *c, const struct engine_result *r)
{
	return (r->mqps[(c->passes - 1) / 2] + r->mqps[c->passes / 2]) / 2;
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct engine_options *o = state->input;
	struct engine_config *c = &o->config;

	switch (key) {
	case 'f':
		c->frames = whole(state, "frames", arg, VEC_MAX, 64e6);
		c->frames -= c->frames % VEC_MAX;
		break;
	case 'j': o->is_json = true; break;
	case 'n': c->names = whole(state, "names", arg, 1, 200e6); break;
	case 'p': c->passes = (unsigned)whole(state, "passes", arg, 1, ENGINE_PASSES_MAX); break;
	case 'r': c->hit_ratio = number(state, "hit-ratio", arg, 0, 1); break;
	case ARGP_KEY_ARG: argp_error(state, "'%s' is not an option", arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void
print_text(const struct engine_config *c, const struct engine_result *r, double busy)
{
	printf("engine: %" PRIu64 " names, hit ratio %g: %.2f M answers/s (%.2f to %.2f in %u "
	       "passes), %.1f %% sinkholed\n",
	    c->names, c->hit_ratio, median(c, r), r->mqps[0], r->mqps[c->passes - 1], c->passes,
	    100 * r->sinkholed);
	printf("with the copying into receive buffers: %.2f M/s; TSC cycles a frame:",
	    r->mqps_with_copy);
	for (unsigned s = 0; s < STAGE_TX; s++)
		printf(" %s %.1f", stage_text(s), r->cycles[s]);
	printf(
	    "\nindex: %.1f bytes a name, loaded in %.2f s, hash %s; others kept %.2f CPUs busy\n",
	    r->bytes_per_name, r->load_s, r->hash, busy);
}

static int
print_json(const struct engine_config *c, const struct engine_result *r, double busy)
{
	json_t *j = json_pack("{ss ss sI sI si sf sf sf sf sf sf sf ss sf sf sf}", "version",
	    CORDON_VERSION, "benchmark", "engine", "names", (json_int_t)c->names, "frames",
	    (json_int_t)c->frames, "passes", (int)c->passes, "hit_ratio", c->hit_ratio, "sinkholed",
	    r->sinkholed, "mqps", median(c, r), "min", r->mqps[0], "max", r->mqps[c->passes - 1],
	    "mqps_with_copy", r->mqps_with_copy, "tsc_mhz", r->tsc_mhz, "hash", r->hash,
	    "bytes_per_name", r->bytes_per_name, "load_s", r->load_s, "busy_other", busy);
	json_t *cycles = json_object();
	int rc = 0;

	for (unsigned s = 0; s < STAGE_TX; s++)
		json_object_set_new(cycles, stage_text(s), json_real(r->cycles[s]));
	if (j)
		rc = json_object_set_new(j, "cycles", cycles);
	rc = j && rc == 0 ? json_dumpf(j, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : -1;

	json_decref(j);
	putchar('\n');
	return rc;
}

int
bench_engine(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Measure the answer path on one core, without network I/O.\v"
	    "Figures of a shared machine compare within one run only; busy_other says how many "
	    "CPUs other processes kept busy just before.",
	    NULL, NULL, NULL};
	struct engine_options o = {
	    .config = {.names = 1500000, .frames = 1 << 21, .hit_ratio = 1, .passes = 5}};
	struct engine_result *r;
	double busy;
	int rc;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	busy = quiet_busy_other();
	if (busy > QUIET_BUSY_MUCH)
		fprintf(stderr, "%s: not quiet: others keep %.2f CPUs busy\n", argv[0], busy);
	r = malloc(sizeof(*r));
	rc = r ? engine_run(&o.config, r) : -ENOMEM;
	if (rc < 0)
		fprintf(stderr, "%s: %s\n", argv[0], err_text(rc));
	else if (o.is_json)
		rc = print_json(&o.config, r, busy);
	else
		print_text(&o.config, r, busy);
	free(r);
	return rc == 0 && fflush(stdout) == 0 ? 0 : 1;
}
