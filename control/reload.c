#include "control/ask.h"
#include "control/command.h"

#include <argp.h>
#include <stdio.h>
#include <time.h>

#define POLL_NS 100000000

static const struct argp_option options[] = {
    {"socket", 's', "PATH", 0, "The responder's control socket (" ASK_SOCKET ")", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	const char **socket = state->input;

	if (key != 's')
		return ARGP_ERR_UNKNOWN;
	*socket = arg;
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

int
cmd_reload(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL,
	    "Have the responder read its configuration's feeds and policies and all lists again, "
	    "and wait until they are in force or refused.",
	    NULL, NULL, NULL};
	const char *const words[] = {"reload"};
	const char *socket = ASK_SOCKET;
	json_t *reply;
	int status = 1;

	argp_parse(&argp, argc, argv, 0, NULL, &socket);
	if (ask(&reply, argv[0], socket, words, 1) < 0)
		return 1;
	if (ask_ok(reply, argv[0]))
		status = wait_for(argv[0], socket, ask_number(reply, "job"));
	json_decref(reply);
	return status;
}
