#include "control/stats.h"

#include "base/option.h"
#include "control/ask.h"
#include "control/command.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#define SECONDS_MAX 3000

struct stats {
	const char *socket;
	long seconds;
	bool is_json, stages;
};

enum { KEY_STAGES = 256 };

static const struct argp_option options[] = {
    {"stages", KEY_STAGES, 0, 0,
	"Where the time of the ports' cores goes: calls, packets a call and cycles of the time "
	"stamp "
	"counter a packet, by stage",
	0},
    {"seconds", 'n', "N", 0, "With --stages: how long to look, 1 to 3000 (5)", 0},
    {"json", 'j', 0, 0, "Print them as JSON", 0},
    {"socket", 's', "PATH", 0, "The responder's control socket (" ASK_SOCKET ")", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct stats *s = state->input;

	switch (key) {
	case KEY_STAGES: s->stages = true; break;
	case 'n': s->seconds = option_number(state, "--seconds", arg, 1, SECONDS_MAX); break;
	case 'j': s->is_json = true; break;
	case 's': s->socket = arg; break;
	case ARGP_KEY_END:
		if (s->seconds && !s->stages)
			argp_error(state, "--seconds goes with --stages");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* Asks one thing.  Returns the reply if it says ok, else NULL after saying why. */
static json_t *
ask_for(const char *program, const struct stats *s, const char *const *words, size_t n)
{
	json_t *reply;

	if (ask(&reply, program, s->socket, words, n) < 0)
		return NULL;
	if (ask_ok(reply, program))
		return reply;
	json_decref(reply);
	return NULL;
}

static json_t *
look(const char *program, const struct stats *s)
{
	long seconds = s->seconds ? s->seconds : 5;
	struct timespec rest = {.tv_sec = seconds};
	char longer[24];
	const char *on[] = {"stages", longer}, *off[] = {"stages", "0"};
	json_t *before, *after = NULL;

	/* Should we be killed, the responder itself ends it. */
	snprintf(longer, sizeof(longer), "%ld", seconds + 10);
	before = ask_for(program, s, on, 2);
	if (before) {
		while (nanosleep(&rest, &rest) < 0)
			continue;
		after = ask_for(program, s, off, 2);
	}
	if (after)
		stats_since(after, before);
	json_decref(before);
	return after;
}

int
cmd_stats(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Show what a running responder has counted, or where its time goes.", NULL, NULL, NULL};
	static const char *const status[] = {"status"};
	struct stats s = {.socket = ASK_SOCKET};
	json_t *reply;

	argp_parse(&argp, argc, argv, 0, NULL, &s);
	reply = s.stages ? look(argv[0], &s) : ask_for(argv[0], &s, status, 1);
	if (!reply)
		return 1;
	if (s.is_json && s.stages)
		ask_dump(json_object_get(reply, "workers"));
	else if (s.is_json)
		ask_dump(json_object_get(reply, "counters"));
	else if (s.stages)
		stats_print_stages(reply, stdout);
	else
		stats_print(json_object_get(reply, "counters"), stdout);
	json_decref(reply);
	return fflush(stdout) == 0 ? 0 : 1;
}
