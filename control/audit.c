#include "base/err.h"
#include "control/command.h"
#include "control/hub_ask.h"
#include "control/json_get.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct audit {
	const char *socket, *from, *count;
	bool is_json, verify;
};

enum { KEY_FROM = 256 };

static const struct argp_option options[] = {
    {"from", KEY_FROM, "N", 0, "Begin with record N (1)", 0},
    {"count", 'n', "N", 0, "Show at most N records (1000)", 0},
    {"verify", 'v', 0, 0, "Follow the chain of hashes instead, and say whether it is whole", 0},
    {"json", 'j', 0, 0, "Print the records as JSON, one a line, detail included", 0},
    {"socket", 's', "PATH", 0, "cordond's control socket (" HUB_SOCKET ")", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct audit *a = state->input;
	char *end;

	switch (key) {
	case KEY_FROM:
	case 'n':
		if (*arg < '0' || *arg > '9' || (strtoull(arg, &end, 10), *end))
			argp_error(state, "'%s' is no number", arg);
		*(key == 'n' ? &a->count : &a->from) = arg;
		break;
	case 'v': a->verify = true; break;
	case 'j': a->is_json = true; break;
	case 's': a->socket = arg; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int
show(const json_t *reply, bool is_json)
{
	json_t *records = json_object_get(reply, "records"), *r;
	char at[HUB_TIME_MAX];
	size_t i;

	json_array_foreach(records, i, r)
	{
		hub_time(at, json_integer_value(json_object_get(r, "at")));
		if (is_json) {
			json_dumpf(r, stdout, JSON_COMPACT);
			putchar('\n');
		} else {
			printf("%8" JSON_INTEGER_FORMAT "  %s  %-16s %s\n",
			    json_integer_value(json_object_get(r, "seq")), at,
			    json_get_text(r, "event"), json_get_text(r, "subject"));
		}
	}
	return 0;
}

/* Exit status 0: the chain is whole; 1: it is not, and where. */
static int
verified(const json_t *reply)
{
	json_int_t right = json_integer_value(json_object_get(reply, "right"));
	json_int_t bad = json_integer_value(json_object_get(reply, "bad"));

	if (!bad)
		printf("%" JSON_INTEGER_FORMAT " records, the chain is whole\n", right);
	else
		printf("record %" JSON_INTEGER_FORMAT
		       " does not follow from the %" JSON_INTEGER_FORMAT
		       " before it: it was changed, or one was taken out\n",
		    bad, right);
	return bad ? 1 : 0;
}

int
cmd_audit(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Show what the hub decided and delivered.", NULL, NULL, NULL};
	struct audit a = {.socket = HUB_SOCKET, .from = "1", .count = "1000"};
	json_t *reply;
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	const char *const words[] = {a.verify ? "audit-verify" : "audit", a.from, a.count};

	if (hub_ask(&reply, argv[0], a.socket, words, 3) < 0)
		return 1;
	status = a.verify ? verified(reply) : show(reply, a.is_json);
	json_decref(reply);
	return fflush(stdout) == 0 ? status : 1;
}
