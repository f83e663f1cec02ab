#include "control/ask.h"
#include "control/command.h"
#include "control/top_rates.h"

#include <argp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define CLEAR "\033[H\033[2J"

struct top {
	const char *socket;
	double interval_s;
	bool is_json, once;
};

static const struct argp_option options[] = {
    {"interval", 'i', "SECONDS", 0, "Between two refreshes, 0.1 to 3600 (2)", 0},
    {"json", 'j', 0, 0, "One JSON object a line and refresh", 0},
    {"once", '1', 0, 0, "One interval, then end", 0},
    {"socket", 's', "PATH", 0, "The responder's control socket (" ASK_SOCKET ")", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct top *t = state->input;
	char *end;

	switch (key) {
	case 'i':
		t->interval_s = strtod(arg, &end);
		if (*end || !(t->interval_s >= 0.1 && t->interval_s <= 3600))
			argp_error(state, "--interval must be 0.1 to 3600 s, not '%s'", arg);
		break;
	case 'j': t->is_json = true; break;
	case '1': t->once = true; break;
	case 's': t->socket = arg; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
pause_s(double s)
{
	struct timespec ts = {(time_t)s, (long)((s - (double)(time_t)s) * 1e9)};

	nanosleep(&ts, NULL);
}

/* NULL after saying why. */
static json_t *
read_status(const struct top *t, const char *program, double *at_s)
{
	const char *const words[] = {"status"};
	json_t *reply;

	if (ask(&reply, program, t->socket, words, 1) < 0)
		return NULL;
	*at_s = now_s();
	if (ask_ok(reply, program))
		return reply;
	json_decref(reply);
	return NULL;
}

static bool
show(const struct top *t, const json_t *status, json_t *rates)
{
	if (t->is_json) {
		json_dumpf(rates, stdout, JSON_COMPACT | JSON_REAL_PRECISION(8));
		putchar('\n');
	} else {
		if (!t->once && isatty(STDOUT_FILENO))
			fputs(CLEAR, stdout);
		top_print(status, rates, stdout);
	}
	return fflush(stdout) == 0;
}

int
cmd_top(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Show how many queries a second a responder gets, by feed, by way and by response "
	    "code, "
	    "until interrupted.",
	    NULL, NULL, NULL};
	struct top t = {.socket = ASK_SOCKET, .interval_s = 2};
	double before_s, after_s;
	json_t *before, *after, *rates;
	bool ok = true, is_shown = false;

	argp_parse(&argp, argc, argv, 0, NULL, &t);
	before = read_status(&t, argv[0], &before_s);
	while (before && ok && !(t.once && is_shown)) {
		pause_s(t.interval_s);
		after = read_status(&t, argv[0], &after_s);
		rates = after ? top_rates(before, after, after_s - before_s) : NULL;
		if (rates) /* none right after a restart */
			is_shown = ok = show(&t, after, rates);
		json_decref(rates);
		json_decref(before);
		before = after;
		before_s = after_s;
	}
	ok = ok && is_shown && before;
	json_decref(before);
	return ok ? 0 : 1;
}
