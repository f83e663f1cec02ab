#include "control/ask.h"
#include "control/command.h"
#include "control/hub_ask.h"
#include "control/status_hub.h"
#include "control/status_print.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

struct status {
	const char *socket;
	bool is_json, hub, registries;
};

enum { KEY_HUB = 256, KEY_REGISTRIES };

static const struct argp_option options[] = {
    {"hub", KEY_HUB, 0, 0, "Of cordond, not of the responder: feeds, serials, processes", 0},
    {"registries", KEY_REGISTRIES, 0, 0,
	"Of cordond: which registries lack which parts, and whom to call there", 0},
    {"json", 'j', 0, 0, "Print the reply as it is", 0},
    {"socket", 's', "PATH", 0, "The control socket (" ASK_SOCKET ", or " HUB_SOCKET ")", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct status *s = state->input;

	switch (key) {
	case 'j': s->is_json = true; break;
	case 's': s->socket = arg; break;
	case KEY_HUB: s->hub = true; break;
	case KEY_REGISTRIES: s->registries = true; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int
cmd_status(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Show a running responder's lists and counters.", NULL, NULL, NULL};
	const char *const words[] = {"status"};
	struct status s = {0};
	json_t *reply;
	int ok;

	argp_parse(&argp, argc, argv, 0, NULL, &s);
	if (s.hub || s.registries)
		return status_hub(argv[0], s.socket, s.registries, s.is_json);
	if (ask(&reply, argv[0], s.socket ? s.socket : ASK_SOCKET, words, 1) < 0)
		return 1;
	ok = ask_ok(reply, argv[0]);
	if (ok && s.is_json) {
		json_dumpf(reply, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (ok) {
		status_print(reply, stdout);
	}
	json_decref(reply);
	return ok && fflush(stdout) == 0 ? 0 : 1;
}
