#include "control/ask.h"
#include "control/command.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#define POLL_NS 100000000

enum { OPT_DELTAS = 256 };

struct reload {
	const char *socket;
	bool deltas;
};

static const struct argp_option options[] = {
    {"deltas", OPT_DELTAS, 0, 0, "Only take the delta files that have come; read no list again", 0},
    {"socket", 's', "PATH", 0, "The responder's control socket (" ASK_SOCKET ")", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct reload *r = state->input;

	switch (key) {
	case OPT_DELTAS: r->deltas = true; break;
	case 's': r->socket = arg; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void
print_errors(const char *program, const json_t *reply)
{
	json_t *errors = json_object_get(reply, "errors"), *e;
	size_t i;

	json_array_foreach(errors, i, e) fprintf(stderr, "%s: %s\n", program, json_string_value(e));
	if (json_array_size(errors) == 0)
		fprintf(stderr, "%s: %s\n", program, ask_text(reply, "error"));
}

/* Asks until the job is done.  Returns the exit status. */
static int
wait_for(const char *program, const char *socket, json_int_t job)
{
	const struct timespec pause = {0, POLL_NS};
	char number[24];
	const char *const words[] = {"job", number};

	snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, job);
	for (;;) {
		json_t *reply;
		int status = -1;

		if (ask(&reply, program, socket, words, 2) < 0)
			return 1;
		if (!json_is_true(json_object_get(reply, "ok"))) {
			print_errors(program, reply);
			fprintf(
			    stderr, "%s: nothing is taken over; the lists before stay\n", program);
			status = 1;
		} else if (json_is_true(json_object_get(reply, "done"))) {
			status = 0;
		}
		json_decref(reply);
		if (status >= 0)
			return status;
		nanosleep(&pause, NULL);
	}
}

/* The reply says how it ended.  Returns the exit status. */
static int
take_deltas(const char *program, const json_t *reply)
{
	bool ok = json_is_true(json_object_get(reply, "ok"));

	if (!ok)
		print_errors(program, reply);
	printf("%" JSON_INTEGER_FORMAT " deltas: %" JSON_INTEGER_FORMAT
	       " entries added, %" JSON_INTEGER_FORMAT " removed, in %.1f ms\n",
	    ask_number(reply, "files"), ask_number(reply, "added"), ask_number(reply, "removed"),
	    (double)ask_number(reply, "us") / 1000);
	return !ok || fflush(stdout) != 0;
}

int
cmd_reload(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Have the responder read its configuration's feeds and policies and all lists again, "
	    "and wait until they are in force or refused.",
	    NULL, NULL, NULL};
	struct reload r = {.socket = ASK_SOCKET};
	const char *word;
	json_t *reply;
	int status = 1;

	argp_parse(&argp, argc, argv, 0, NULL, &r);
	word = r.deltas ? "deltas" : "reload";
	if (ask(&reply, argv[0], r.socket, &word, 1) < 0)
		return 1;
	if (r.deltas)
		status = take_deltas(argv[0], reply);
	else if (ask_ok(reply, argv[0]))
		status = wait_for(argv[0], r.socket, ask_number(reply, "job"));
	json_decref(reply);
	return status;
}
