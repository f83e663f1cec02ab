#include "control/submit.h"

#include "base/option.h"
#include "control/command.h"
#include "control/json_get.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asked {
	struct submit s;
	const char *hub, *feed, *serial, *keys, *socket;
	bool is_json, is_dry;
};

enum { KEY_CA = 256, KEY_TIMEOUT, KEY_TRIES, KEY_KEYS, KEY_SOCKET };

static const struct argp_option options[] = {
    {"hub", 'h', "URL", 0, "The hub, https://NAME[:PORT] (needed, or --socket)", 0},
    {"dry-run", 'n', 0, 0, "Change nothing; say what the update would change, by registry", 0},
    {"socket", KEY_SOCKET, "PATH", 0, "With --dry-run: ask the cordond of this host instead", 0},
    {"feed", 'f', "FEED", 0, "The update's feed (needed)", 0},
    {"serial", 's', "N", 0, "The update's serial (needed with --hub)", 0},
    {"keys", KEY_KEYS, "VERSION", 0, "Instead: the version of a key change", 0},
    {"token", 't', "FILE", 0, "File with your token in its first line", 0},
    {"certificate", 'c', "FILE", 0, "Your certificate, PEM", 0},
    {"key", 'k', "FILE", 0, "Its key, PEM", 0},
    {"ca", KEY_CA, "FILE", 0, "Certificates that may have issued the hub's (the system's)", 0},
    {"tries", KEY_TRIES, "N", 0, "Connections to try; an upload goes on where it was cut off (5)",
	0},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "Time for each (900)", 0},
    {"json", 'j', 0, 0, "Print the hub's answer as it is", 0},
    {0},
};

static void
check_options(struct argp_state *state, const struct asked *a)
{
	if (!a->feed || !a->s.file)
		argp_error(state, "expected --feed and an archive");
	if (!a->hub == !a->socket || (a->socket && !a->is_dry))
		argp_error(state, "expected --hub, or --dry-run with --socket");
	if (a->hub && !a->serial == !a->keys)
		argp_error(state, "expected --serial, or --keys for a key change");
	if (a->hub && strncmp(a->hub, "https://", 8) != 0)
		argp_error(state, "'%s' does not begin with https://", a->hub);
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct asked *a = state->input;

	switch (key) {
	case 'h': a->hub = arg; break;
	case 'f': a->feed = arg; break;
	case 's':
		option_number(state, "--serial", arg, 1, UINT32_MAX);
		a->serial = arg;
		break;
	case KEY_KEYS:
		option_number(state, "--keys", arg, 1, UINT32_MAX);
		a->keys = arg;
		break;
	case 'n': a->is_dry = true; break;
	case KEY_SOCKET: a->socket = arg; break;
	case 't': a->s.token_file = arg; break;
	case 'c': a->s.certificate = arg; break;
	case 'k': a->s.key = arg; break;
	case 'j': a->is_json = true; break;
	case KEY_CA: a->s.ca = arg; break;
	case KEY_TRIES: a->s.tries = (unsigned)option_number(state, "--tries", arg, 1, 1000); break;
	case KEY_TIMEOUT: a->s.timeout_s = option_number(state, "--timeout", arg, 1, 86400); break;
	case ARGP_KEY_ARG:
		if (a->s.file)
			argp_usage(state);
		a->s.file = arg;
		break;
	case ARGP_KEY_END: check_options(state, a); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void
print_answer(const json_t *reply, long status)
{
	json_t *r;
	size_t i;

	if (*json_get_text(reply, "state"))
		printf("%s", json_get_text(reply, "state"));
	else
		printf("%ld %s", status, json_get_text(reply, "detail"));
	if (json_integer_value(json_object_get(reply, "wanted")) > 0)
		printf(": %" JSON_INTEGER_FORMAT " more keys must sign",
		    json_integer_value(json_object_get(reply, "wanted")));
	putchar('\n');
	json_array_foreach(json_object_get(reply, "reasons"), i, r)
	    printf("    %s: %s%s%s\n", json_get_text(r, "code"), json_get_text(r, "where"),
		*json_get_text(r, "where") ? ": " : "", json_get_text(r, "text"));
}

/* Over HTTPS.  Returns the status, or what submit_send does. */
static long
send_it(struct asked *a, json_t **reply)
{
	size_t len = strlen(a->hub);
	char *url;
	long status;

	if (asprintf(&url, "%.*s/v1/feeds/%s/%s/%s%s", (int)(len - (a->hub[len - 1] == '/')),
		a->hub, a->feed, a->keys ? "keys" : "updates", a->keys ? a->keys : a->serial,
		a->is_dry ? "?dry-run" : "") < 0)
		return -1;
	a->s.url = url;
	status = submit_send(&a->s, reply);
	free(url);
	return status;
}

static enum submit_exit
exit_of(long status)
{
	switch (status) {
	case 200: return SUBMIT_ACCEPTED;
	case 202: return SUBMIT_WAITING;
	case 422: return SUBMIT_REFUSED;
	default: return SUBMIT_ERROR;
	}
}

int
cmd_submit(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "ARCHIVE",
	    "Submit a signed update to a hub.\v"
	    "Exit status: 0 accepted, 1 refused, 2 usage, 3 waiting for more signatures, 4 failed.",
	    NULL, NULL, NULL};
	struct asked a = {.s = {.program = argv[0], .tries = 5, .timeout_s = 900}};
	json_t *reply = NULL;
	long status;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	status = a.socket ? submit_ask(&a.s, a.socket, a.feed, &reply) : send_it(&a, &reply);
	if (reply && a.is_json) {
		json_dumpf(reply, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (status > 0) {
		print_answer(reply, status);
		submit_print_changes(reply);
	}
	json_decref(reply);
	return fflush(stdout) == 0 ? (int)exit_of(status) : SUBMIT_ERROR;
}
