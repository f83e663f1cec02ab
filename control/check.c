#include "control/check.h"

#include "base/err.h"
#include "base/option.h"
#include "control/command.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 20
#define LIMIT_MAX     1000000

enum { STATUS_GOOD, STATUS_FOUND, STATUS_USAGE, STATUS_FAILED };
enum { OPT_JSON = 256, OPT_FAIL_ON, OPT_POPULATION, OPT_WORDS, OPT_SUFFIX_LIST, OPT_BY_DAY };

static const struct argp_option options[] = {
    {"allow", 'a', "FILE", 0, "Names that must not be hit; may be repeated", 0},
    {"registered", 'r', "FILE", 0, "Names that are registered; may be repeated", 0},
    {"population", OPT_POPULATION, "FILE", 0, "CSV of suffix,count: names registered below it", 0},
    {"words", OPT_WORDS, "FILE", 0, "Dictionary, one word a line", 0},
    {"suffix-list", OPT_SUFFIX_LIST, "FILE", 0, "Text of the Public Suffix List (the system's)", 0},
    {"format", 'F', "FORM", 0, "Form of LIST: auto, zone, rpz, csv, hosts or names (auto)", 0},
    {"fail-on", OPT_FAIL_ON, "SEVERITY", 0, "Exit 1 for findings of info, low or high (high)", 0},
    {"limit", 'l', "N", 0, "Findings shown of each kind, 0 to 1000000 (20)", 0},
    {"by-day", OPT_BY_DAY, NULL, 0, "Print the names of each suffix and day as well", 0},
    {"json", OPT_JSON, NULL, 0, "Print one JSON object", 0},
    {0},
};

struct request {
	struct check check;
	enum judge_severity fail_on;
	bool json;
};

static int
read_word(struct argp_state *state, const char *option, int value, const char *text)
{
	if (value < 0)
		argp_error(
		    state, "%s does not know '%s'; --help prints what it takes", option, text);
	return value;
}

static int
take_list(struct argp_state *state, struct check *c, const char *path)
{
	if (c->list)
		argp_error(state, "one LIST only; '%s' is a second", path);
	c->list = path;
	return 0;
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;
	struct check *c = &r->check;

	switch (key) {
	case 'a': option_push(state, c->allow, &c->allows, JUDGE_SOURCES_MAX, arg); break;
	case 'r': option_push(state, c->registered, &c->registereds, JUDGE_SOURCES_MAX, arg); break;
	case OPT_POPULATION: c->population = arg; break;
	case OPT_WORDS: c->words = arg; break;
	case OPT_SUFFIX_LIST: c->suffix_list = arg; break;
	case 'F':
		c->form = (enum list_form)read_word(state, "--format", list_form_parse(arg), arg);
		break;
	case OPT_FAIL_ON:
		r->fail_on = (enum judge_severity)read_word(
		    state, "--fail-on", judge_severity_parse(arg), arg);
		break;
	case 'l': c->limit = (uint32_t)option_number(state, "--limit", arg, 0, LIMIT_MAX); break;
	case OPT_BY_DAY: c->by_day = true; break;
	case OPT_JSON: r->json = true; break;
	case ARGP_KEY_ARG: return take_list(state, c, arg);
	case ARGP_KEY_END:
		if (!c->list)
			argp_error(state, "LIST is missing; - is standard input");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int
cmd_check(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "LIST",
	    "Say what speaks against a list: allowed names that it hits, public suffixes, short "
	    "names."
	    "\vExit status: 0 nothing at or above --fail-on, 1 findings, 2 usage, 3 could not "
	    "read.",
	    NULL, NULL, NULL};
	struct request r = {.check = {.program = argv[0], .limit = LIMIT_DEFAULT, .progress = true},
	    .fail_on = JUDGE_HIGH};
	struct check_result result = {0};
	int status = STATUS_FAILED, rc;

	if (argp_parse(&argp, argc, argv, 0, NULL, &r))
		return STATUS_USAGE;
	rc = check_run(&r.check, &result);
	if (rc)
		goto out;
	rc = (r.json ? check_print_json : check_print)(&r.check, result.judge, stdout);
	if (rc)
		fprintf(stderr, "cordon check: standard output: %s\n", err_text(rc));
	else
		status = judge_is_bad(result.judge, r.fail_on) ? STATUS_FOUND : STATUS_GOOD;
out:
	check_result_free(&result);
	return status;
}
