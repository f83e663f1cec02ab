#include "control/ask.h"
#include "control/command.h"

#include <argp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MAX 8

enum key { KEY_FORCE = 256 };

struct block {
	const char *program, *socket;
	bool is_json;
	char **name; /* names_n of them, borrowed from argv */
	size_t names_n;
	char *word[WORDS_MAX]; /* what goes with each name; ours */
	size_t words_n;
};

static const struct argp_option block_options[] = {
    {"action", 'a', "ACTION", 0, "What queries get: nxdomain (default), nodata, sinkhole ...", 0},
    {"force", KEY_FORCE, 0, 0, "Also a public suffix, such as com or co.uk", 0},
    {"json", 'j', 0, 0, "Print the replies as they are", 0},
    {"reason", 'r', "TEXT", 0, "Why; shown by cordon blocks and cordon lookup", 0},
    {"socket", 's', "PATH", 0, "The responder's control socket (" ASK_SOCKET ")", 0},
    {"until", 'u', "DATE", 0, "First day without the block, or +Nd: for N days from now", 0},
    {0},
};

static const struct argp_option unblock_options[] = {
    {"json", 'j', 0, 0, "Print the replies as they are", 0},
    {"reason", 'r', "TEXT", 0, "Why; for the responder's log", 0},
    {"socket", 's', "PATH", 0, "The responder's control socket (" ASK_SOCKET ")", 0},
    {0},
};

/* In a word of the request a tab stands for a space. */
static void
add_word(struct argp_state *state, const char *key, const char *value)
{
	struct block *b = state->input;
	char *word;

	if (!*value || strpbrk(value, "\t\n"))
		argp_error(state, "'%s%s' is empty, or has a tab or a line end in it", key, value);
	if (b->words_n == WORDS_MAX)
		argp_error(state, "an option is given twice");
	if (asprintf(&word, "%s%s", key, value) < 0)
		argp_failure(state, 1, 0, "out of memory");
	for (char *c = word; *c; c++)
		if (*c == ' ')
			*c = '\t';
	b->word[b->words_n++] = word;
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct block *b = state->input;

	switch (key) {
	case 'a': add_word(state, "action=", arg); break;
	case 'u': add_word(state, "until=", arg); break;
	case 'r': add_word(state, "reason=", arg); break;
	case KEY_FORCE: add_word(state, "", "force"); break;
	case 'j': b->is_json = true; break;
	case 's': b->socket = arg; break;
	case ARGP_KEY_ARGS:
		b->name = state->argv + state->next;
		b->names_n = (size_t)(state->argc - state->next);
		break;
	case ARGP_KEY_NO_ARGS: argp_error(state, "a NAME is missing"); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* Who asks; behind sudo(8), who was before.  The responder notes the user that the kernel names
 * beside it. */
static const char *
own_name(void)
{
	const char *name = getuid() == 0 ? getenv("SUDO_USER") : NULL;
	const struct passwd *pw = name ? NULL : getpwuid(getuid());

	return name ? name : pw ? pw->pw_name : "-";
}

static bool
ask_one(const struct block *b, const char *verb, const char *name)
{
	const char *words[WORDS_MAX + 2] = {verb, name};
	json_t *reply;
	bool ok;

	if (!*name || strpbrk(name, " \n")) { /* would not be one word */
		fprintf(stderr, "%s: \"%s\" is not a domain name\n", b->program, name);
		return false;
	}
	for (size_t i = 0; i < b->words_n; i++)
		words[2 + i] = b->word[i];
	if (ask(&reply, b->program, b->socket, words, 2 + b->words_n) < 0)
		return false;
	ok = ask_ok(reply, b->program);
	if (ok && b->is_json) {
		ask_dump(reply);
	} else if (ok && strcmp(verb, "block") == 0) {
		const char *until = ask_text(reply, "until");

		printf("%s: blocked, %s, %s%s\n", ask_text(reply, "name"),
		    ask_text(reply, "action"), *until ? "until " : "without end", until);
	} else if (ok) {
		printf("%s: not blocked any more\n", ask_text(reply, "name"));
	}
	json_decref(reply);
	return ok;
}

static int
run(const struct argp *argp, const char *verb, int argc, char **argv)
{
	static struct block b;
	struct argp_state state = {.input = &b};
	int status = 0;

	b = (struct block){.program = argv[0], .socket = ASK_SOCKET};
	argp_parse(argp, argc, argv, 0, NULL, &b);
	add_word(&state, "by=", own_name());
	for (size_t i = 0; i < b.names_n; i++)
		if (!ask_one(&b, verb, b.name[i]))
			status = 1;
	while (b.words_n)
		free(b.word[--b.words_n]);
	return fflush(stdout) == 0 ? status : 1;
}

int
cmd_block(int argc, char **argv)
{
	static const struct argp argp = {block_options, parse_option, "NAME...",
	    "Block names, and all names below them, at once: the next query is answered so.  The "
	    "block goes before every list but exceptions, and outlasts reload and restart.",
	    NULL, NULL, NULL};

	return run(&argp, "block", argc, argv);
}

int
cmd_unblock(int argc, char **argv)
{
	static const struct argp argp = {unblock_options, parse_option, "NAME...",
	    "Take back what cordon block did.  What is on a list stays there.", NULL, NULL, NULL};

	return run(&argp, "unblock", argc, argv);
}
