#include "control/ask.h"
#include "control/command.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

struct cookie_secret {
	const char *socket, *step, *hex;
};

static const struct argp_option options[] = {
    {"socket", 's', "PATH", 0, "The responder's control socket (" ASK_SOCKET ")", 0},
    {0},
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct cookie_secret *c = state->input;

	switch (key) {
	case 's': c->socket = arg; break;
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			return ARGP_ERR_UNKNOWN;
		*(state->arg_num ? &c->hex : &c->step) = arg;
		break;
	case ARGP_KEY_NO_ARGS: argp_usage(state); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* A line of standard input: what stands in arguments others can see. */
static const char *
read_line(char *line, int size)
{
	if (!fgets(line, size, stdin))
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

static void
print(const json_t *reply)
{
	const char *staging = ask_text(reply, "staging"), *file = ask_text(reply, "file");

	printf("active   %s\n", ask_text(reply, "active"));
	printf("staging  %s\n", *staging ? staging : "none");
	printf("file     %s\n", *file ? file : "none: lost at the responder's end");
}

int
cmd_cookie_secret(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "show\nadd [HEX|-]\nactivate\ndrop",
	    "Show or change the secret that a responder makes DNS cookies with.\v"
	    "add: a staging secret, accepted beside the active one; 32 hexadecimal digits, - for a "
	    "line of standard input, none for random ones.  activate: the two change places.  "
	    "drop: "
	    "the staging one goes.  Servers of one address: add on all, then activate on all, "
	    "then, "
	    "an hour later, drop.",
	    NULL, NULL, NULL};
	struct cookie_secret c = {.socket = ASK_SOCKET};
	char line[128];
	const char *words[3] = {"cookie-secret"};
	json_t *reply;
	int ok;

	argp_parse(&argp, argc, argv, 0, NULL, &c);
	words[1] = c.step;
	words[2] = c.hex && strcmp(c.hex, "-") == 0 ? read_line(line, sizeof(line)) : c.hex;
	if (c.hex && (!words[2] || !*words[2])) {
		fprintf(stderr, "%s: no secret on standard input\n", argv[0]);
		return 1;
	}
	if (ask(&reply, argv[0], c.socket, words, words[2] ? 3 : 2) < 0)
		return 1;
	ok = ask_ok(reply, argv[0]);
	if (ok)
		print(reply);
	json_decref(reply);
	return ok && fflush(stdout) == 0 ? 0 : 1;
}
