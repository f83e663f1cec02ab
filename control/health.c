#include "base/option.h"
#include "control/ask.h"
#include "control/command.h"
#include "control/health_query.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS     1000
#define TIMEOUT_MAX_MS 60000

enum health_exit { HEALTH_OK, HEALTH_DEGRADED, HEALTH_DEAD };

struct health {
	const char *socket;
	int timeout_ms;
	bool is_json;
};

static const struct argp_option options[] = {
    {"json", 'j', 0, 0, "Print state and problems as JSON", 0},
    {"socket", 's', "PATH", 0, "The responder's control socket (" ASK_SOCKET ")", 0},
    {"timeout", 't', "MS", 0, "How long a query may take, 1 to 60000 (1000)", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct health *h = state->input;

	switch (key) {
	case 'j': h->is_json = true; break;
	case 's': h->socket = arg; break;
	case 't':
		h->timeout_ms = (int)option_number(state, "--timeout", arg, 1, TIMEOUT_MAX_MS);
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* Asks each address that the responder listens on, through the kernel. */
static void
query_all(json_t *reply, int timeout_ms)
{
	json_t *problems = json_object_get(reply, "problems"), *a;
	size_t i;

	json_array_foreach(json_object_get(reply, "listen"), i, a)
	{
		const char *address = ask_text(a, "address");
		json_int_t port = ask_number(a, "port");

		if (health_query(address, (uint16_t)port, timeout_ms) == 0)
			continue;
		json_array_append_new(problems,
		    json_sprintf("%s port %" JSON_INTEGER_FORMAT ": no answer within %d ms",
			address, port, timeout_ms));
		json_object_set_new(reply, "state", json_string("dead"));
	}
}

static enum health_exit
judge(json_t *reply)
{
	const char *state = ask_text(reply, "state");

	if (strcmp(state, "dead") != 0 && json_is_true(json_object_get(reply, "drained")))
		json_object_set_new(reply, "state", json_string("drained"));
	state = ask_text(reply, "state");
	return strcmp(state, "healthy") == 0    ? HEALTH_OK
	       : strcmp(state, "degraded") == 0 ? HEALTH_DEGRADED
						: HEALTH_DEAD;
}

static void
print(const json_t *reply)
{
	const json_t *problem;
	size_t i;

	puts(ask_text(reply, "state"));
	json_array_foreach(json_object_get(reply, "problems"), i, problem)
	    printf("  %s\n", json_string_value(problem));
}

int
cmd_health(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Say whether a responder is healthy: its threads move, its lists hold, and each of its "
	    "addresses answers a query.\v"
	    "Status: 0 healthy, 1 degraded (it answers, but somebody should look), 2 dead or "
	    "drained.",
	    NULL, NULL, NULL};
	const char *const words[] = {"health"};
	struct health h = {.socket = ASK_SOCKET, .timeout_ms = TIMEOUT_MS};
	enum health_exit status = HEALTH_DEAD;
	json_t *reply;

	argp_parse(&argp, argc, argv, 0, NULL, &h);
	if (ask_within(&reply, argv[0], h.socket, words, 1, 2 * h.timeout_ms) < 0)
		return HEALTH_DEAD;
	if (ask_ok(reply, argv[0])) {
		query_all(reply, h.timeout_ms);
		status = judge(reply);
		if (h.is_json)
			ask_dump(reply);
		else
			print(reply);
	}
	json_decref(reply);
	return fflush(stdout) == 0 ? (int)status : HEALTH_DEAD;
}
