#include "control/ask.h"

#include "base/err.h"

#include <argp.h>
#include <errno.h>
#include <stdbool.h>

#define WAIT_MS 30000 /* a swap of large lists keeps the responder's main thread busy */

int
ask(json_t **reply, const char *program, const char *socket, const char *const *words, size_t n)
{
	return ask_within(reply, program, socket, words, n, WAIT_MS);
}

int
ask_within(json_t **reply, const char *program, const char *socket, const char *const *words,
    size_t n, int timeout_ms)
{
	int rc = ctl_call(reply, socket, words, n, timeout_ms);
	const char *remedy = "";

	if (rc == 0)
		return 0;
	if (rc == -ENOENT || rc == -ECONNREFUSED)
		remedy = "; start cordon-responder, or name its socket with --socket";
	else if (rc == -EACCES)
		remedy = "; ask as root or as the responder's user";
	fprintf(stderr, "%s: %s: %s%s\n", program, socket, err_text(rc), remedy);
	return rc;
}

int
ask_ok(const json_t *reply, const char *program)
{
	if (json_is_true(json_object_get(reply, "ok")))
		return 1;
	fprintf(stderr, "%s: %s\n", program, ask_text(reply, "error"));
	return 0;
}

const char *
ask_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

json_int_t
ask_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

void
ask_dump(const json_t *reply)
{
	json_dumpf(reply, stdout, JSON_INDENT(2));
	putchar('\n');
}

struct command_options {
	const char *socket;
	bool is_json;
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct command_options *c = state->input;

	switch (key) {
	case 'j': c->is_json = true; break;
	case 's': c->socket = arg; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int
ask_command(int argc, char **argv, const char *doc, const char *word,
    void (*print)(const json_t *reply, FILE *to))
{
	static const struct argp_option options[] = {
	    {"json", 'j', 0, 0, "Print the reply as it is", 0},
	    {"socket", 's', "PATH", 0, "The responder's control socket (" ASK_SOCKET ")", 0},
	    {0},
	};
	const struct argp argp = {options, parse_option, NULL, doc, NULL, NULL, NULL};
	struct command_options c = {.socket = ASK_SOCKET};
	json_t *reply;
	int ok;

	argp_parse(&argp, argc, argv, 0, NULL, &c);
	if (ask(&reply, argv[0], c.socket, &word, 1) < 0)
		return 1;
	ok = ask_ok(reply, argv[0]);
	if (ok && c.is_json)
		ask_dump(reply);
	else if (ok)
		print(reply, stdout);
	json_decref(reply);
	return ok && fflush(stdout) == 0 ? 0 : 1;
}
