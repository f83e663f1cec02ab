#include "control/attribute.h"

#include "base/date.h"
#include "base/option.h"
#include "control/command.h"

#include <argp.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 4102444800 /* 2100-01-01 */

static const struct argp_option options[] = {
    {"key-file", 'k', "FILE", 0, "File with the policy's pool-key, 32 hexadecimal digits", 0},
    {"pool", 'p', "PREFIX", 0, "The policy's pool-a or pool-aaaa; may be given for each", 0},
    {"slot", 's', "SECONDS", 0, "The policy's pool-slot (3600)", 0},
    {"ttl", 't', "SECONDS", 0, "The policy's ttl (300)", 0},
    {"at", 'T', "TIME", 0, "When, UTC: YYYY-MM-DDTHH:MM:SSZ, or Unix seconds", 0},
    {"address", 'a', "ADDRESS", 0, "Which names of the lists had ADDRESS", 0},
    {"list", 'l', "FILE", 0, "List to look in; may be repeated", 0},
    {0},
};

static uint64_t
time_parse(struct argp_state *state, const char *text)
{
	unsigned hour = 0, minute = 0, second = 0;
	int32_t day = 0;
	int end = 0;

	if (!strchr(text, 'T'))
		return (uint64_t)option_number(state, "--at", text, 0, NUMBER_MAX);
	if (strlen(text) != 20 || date_parse(&day, text, 10) < 0 ||
	    sscanf(text + 10, "T%2u:%2u:%2uZ%n", &hour, &minute, &second, &end) != 3 || end != 10 ||
	    hour > 23 || minute > 59 || second > 60)
		argp_error(state, "--at must be as 2026-11-21T13:00:00Z, not '%s'", text);
	return (uint64_t)day * 86400 + hour * 3600 + minute * 60 + second;
}

static void
read_key(struct argp_state *state, struct addrpool *p, const char *path)
{
	char text[2 * POOL_KEY_LEN + 3] = "";
	FILE *f = fopen(path, "re");

	if (f) {
		if (!fgets(text, sizeof(text), f))
			text[0] = '\0';
		fclose(f);
	}
	text[strcspn(text, "\r\n")] = '\0';
	if (!f)
		argp_failure(state, ATTRIBUTE_ERROR, errno, "%s", path);
	else if (!addrpool_set_key(p, text))
		argp_error(state, "%s must hold 32 hexadecimal digits", path);
	explicit_bzero(text, sizeof(text));
}

static void
check_whole(struct argp_state *state, const struct attribute *a, bool has_key, bool has_time)
{
	if (!has_key || !has_time || (!a->pool.has_a && !a->pool.has_aaaa))
		argp_error(state, "--key-file, --pool and --at are needed");
	if (!a->address_len == !a->names_n)
		argp_error(state, "give NAMEs, or --address and --list");
	if (a->ttl_s > a->pool.slot_s)
		argp_error(state, "--ttl is never over --slot");
	if (a->address_len && !a->lists_n)
		argp_error(state, "--address needs a --list to look in");
	if (a->address_len && !(a->address_len == 4 ? a->pool.has_a : a->pool.has_aaaa))
		argp_error(state, "--address is of another family than --pool");
}

/* What was given, beside what the subcommand works with. */
struct input {
	struct attribute a;
	bool has_key, has_time;
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;
	struct attribute *a = &in->a;
	const char *why;

	switch (key) {
	case 'k':
		read_key(state, &a->pool, arg);
		in->has_key = true;
		break;
	case 'p':
		why = addrpool_set_prefix(&a->pool, arg);
		if (why)
			argp_error(state, "--pool '%s' is %s", arg, why);
		break;
	case 's':
		a->pool.slot_s = (uint32_t)option_number(state, "--slot", arg, 1, NUMBER_MAX);
		break;
	case 't': a->ttl_s = (uint32_t)option_number(state, "--ttl", arg, 0, NUMBER_MAX); break;
	case 'T':
		a->at_s = time_parse(state, arg);
		in->has_time = true;
		break;
	case 'a':
		a->address_len = inet_pton(AF_INET, arg, a->address) == 1    ? 4
				 : inet_pton(AF_INET6, arg, a->address) == 1 ? 16
									     : 0;
		if (!a->address_len)
			argp_error(state, "'%s' is not an address", arg);
		break;
	case 'l': return option_append(&a->list, &a->lists_n, arg);
	case ARGP_KEY_ARG: return option_append(&a->name, &a->names_n, arg);
	case ARGP_KEY_END: check_whole(state, a, in->has_key, in->has_time); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int
cmd_attribute(int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, "[NAME...]",
	    "Say which address of a pool a name had, or which names had an address.\v"
	    "Status: 0 found, 1 no name had it, 2 usage or a list that cannot be read.",
	    NULL, NULL, NULL};
	struct input in = {
	    .a = {.program = argv[0], .pool = {.slot_s = 3600}, .ttl_s = 300, .to = stdout}};
	int status;

	argp_err_exit_status = ATTRIBUTE_ERROR;
	if (argp_parse(&argp, argc, argv, 0, NULL, &in) != 0)
		return ATTRIBUTE_ERROR;
	status = in.a.address_len ? attribute_lists(&in.a) : attribute_names(&in.a);
	free(in.a.list);
	free(in.a.name);
	return fflush(stdout) == 0 ? status : ATTRIBUTE_ERROR;
}
