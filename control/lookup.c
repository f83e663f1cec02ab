#include "control/lookup.h"

#include "base/date.h"
#include "base/option.h"
#include "control/ask.h"
#include "control/command.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct argp_option options[] = {
    {"day", 'd', "DATE", 0, "On DATE (YYYY-MM-DD, UTC) instead of today", 0},
    {"json", 'j', 0, 0, "Print the responder's replies as they are", 0},
    {"list", 'l', "FILE", 0, "Look in FILE, without a responder; may be repeated", 0},
    {"socket", 's', "PATH", 0, "The responder's control socket (" ASK_SOCKET ")", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct lookup *l = state->input;

	switch (key) {
	case 'd':
		if (date_parse(&l->day, arg, strlen(arg)) < 0)
			argp_error(state, "--day must be a day as YYYY-MM-DD, not '%s'", arg);
		l->day_text = arg;
		break;
	case 'j': l->is_json = true; break;
	case 'l': return option_append(&l->list, &l->lists_n, arg);
	case 's': l->socket = arg; break;
	case ARGP_KEY_ARG: return option_append(&l->name, &l->names_n, arg);
	case ARGP_KEY_NO_ARGS: argp_error(state, "a NAME is missing"); break;
	case ARGP_KEY_END:
		if (l->lists_n && l->is_json)
			argp_error(state, "--json is for a responder, not for --list");
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int
cmd_lookup(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "NAME...",
	    "Say whether and why names are listed.\v"
	    "Status: 0 each name is listed and in force, 1 one is not or is an exception, 2 usage, "
	    "3 no answer.",
	    NULL, NULL, NULL};
	struct lookup l = {
	    .program = argv[0], .socket = ASK_SOCKET, .day = date_today(), .to = stdout};
	int status;

	if (argp_parse(&argp, argc, argv, 0, NULL, &l) != 0)
		return LOOKUP_ERROR;
	status = l.lists_n ? lookup_lists(&l) : lookup_ask(&l);
	free(l.list);
	free(l.name);
	return fflush(stdout) == 0 ? status : LOOKUP_ERROR;
}
