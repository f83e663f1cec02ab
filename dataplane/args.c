#include "dataplane/args.h"

#include "base/date.h"
#include "base/log.h"
#include "dataplane/config.h"
#include "lists/action.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum key {
	KEY_A = 256,
	KEY_AAAA,
	KEY_ACTION,
	KEY_CHECK,
	KEY_CONTROL,
	KEY_LIST,
	KEY_LOG_LEVEL,
	KEY_MDOC,
	KEY_NOW,
	KEY_NS,
	KEY_SAMPLE,
	KEY_TTL,
	KEY_TXT,
};

static const struct argp_option table[] = {
    {"config", 'c', "FILE", 0, "Read the configuration from FILE", 1},
    {"check-config", KEY_CHECK, 0, 0, "Check the configuration, say ok or what is wrong, end", 1},
    {"listen", 'l', "ADDRESS", 0, "Answer on ADDRESS:PORT, e.g. 127.0.0.1:5300 or [::1]:53", 2},
    {"control", KEY_CONTROL, "PATH", 0, "Control socket; with --list there is none by default", 2},
    {"log-level", KEY_LOG_LEVEL, "LEVEL", 0, "error, warning, notice, info or debug", 2},
    {"now", KEY_NOW, "DATE", 0, "Take DATE for today, for tests", 2},
    {"list", KEY_LIST, "FILE", 0, "Without a configuration: answer for the names in FILE", 3},
    {"action", KEY_ACTION, "ACTION", 0, ACTION_WORDS " (sinkhole)", 3},
    {"a", KEY_A, "ADDRESS", 0, "IPv4 address of the sinkhole", 3},
    {"aaaa", KEY_AAAA, "ADDRESS", 0, "IPv6 address of the sinkhole", 3},
    {"ns", KEY_NS, "NAME", 0, "Name server of sinkholed names", 3},
    {"txt", KEY_TXT, "TEXT", 0, "Answer to TXT queries", 3},
    {"ttl", KEY_TTL, "SECONDS", 0, "TTL of the sinkhole's answers", 3},
    {"print-config", KEY_SAMPLE, 0, 0, "Print a complete sample configuration", 4},
    {"print-options", KEY_MDOC, "mdoc", 0, "Print the options as a man page's list", 4},
    {0},
};

static int
push(struct conf_texts *texts, char *text)
{
	char **item = reallocarray(texts->item, texts->n + 1, sizeof(*item));

	if (!item)
		return ENOMEM;
	item[texts->n++] = text;
	texts->item = item;
	return 0;
}

static void
check_word(struct argp_state *state, bool ok, const char *option, const char *arg)
{
	if (!ok)
		argp_error(state, "--%s: '%s' is not valid; see --help", option, arg);
}

static int64_t
parse_ttl(struct argp_state *state, const char *arg)
{
	char *end;
	int64_t ttl = strtoll(arg, &end, 10);

	check_word(state, *arg >= '0' && *arg <= '9' && !*end && ttl <= CONFIG_TTL_MAX, "ttl", arg);
	return ttl;
}

static void
check_whole(struct argp_state *state, const struct args *a)
{
	bool sinkhole = a->action || a->a.n || a->aaaa.n || a->ns.n || a->txt.n || a->ttl >= 0;

	if (a->mode == ARGS_SAMPLE || a->mode == ARGS_MDOC)
		return;
	if (a->config && (a->lists.n || sinkhole))
		argp_error(state,
		    "--config has the lists and policies; leave out --list, --action, "
		    "--a, --aaaa, --ns, --txt and --ttl");
	if (!a->config && !a->lists.n)
		argp_error(state, "nothing to answer from; give --config FILE or --list FILE");
}

static error_t
parse_key(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'c': a->config = arg; break;
	case 'l': return push(&a->listen, arg);
	case ARGP_KEY_ARG:
	case KEY_LIST: return push(&a->lists, arg);
	case KEY_A: return push(&a->a, arg);
	case KEY_AAAA: return push(&a->aaaa, arg);
	case KEY_NS: return push(&a->ns, arg);
	case KEY_TXT: return push(&a->txt, arg);
	case KEY_CONTROL: a->control = arg; break;
	case KEY_CHECK: a->mode = ARGS_CHECK; break;
	case KEY_SAMPLE: a->mode = ARGS_SAMPLE; break;
	case KEY_TTL: a->ttl = parse_ttl(state, arg); break;
	case KEY_ACTION:
		check_word(state, action_parse(arg, strlen(arg)) >= 0, "action", arg);
		a->action = arg;
		break;
	case KEY_LOG_LEVEL:
		check_word(state, log_level_parse(arg) >= 0, "log-level", arg);
		a->log_level = arg;
		break;
	case KEY_NOW:
		check_word(state, date_parse(&a->now, arg, strlen(arg)) == 0, "now", arg);
		break;
	case KEY_MDOC:
		check_word(state, strcmp(arg, "mdoc") == 0, "print-options", arg);
		a->mode = ARGS_MDOC;
		break;
	case ARGP_KEY_END: check_whole(state, a); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int
args_parse(struct args *args, int argc, char **argv)
{
	static const struct argp argp = {
	    .options = table,
	    .parser = parse_key,
	    .args_doc = "[FILE...]",
	    .doc = "Answer DNS queries for the names on block and sinkhole lists.\v"
		   "FILEs without --list are list files too.  "
		   "The manual is cordon-responder(8).",
	};

	argp_program_version = "cordon-responder " CORDON_VERSION;
	argp_err_exit_status = 2;
	*args = (struct args){.now = -1, .ttl = -1};
	return -argp_parse(&argp, argc, argv, 0, NULL, args);
}

void
args_free(struct args *args)
{
	free(args->listen.item);
	free(args->lists.item);
	free(args->a.item);
	free(args->aaaa.item);
	free(args->ns.item);
	free(args->txt.item);
	*args = (struct args){.now = -1, .ttl = -1};
}
