#include "control/command.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
    {"check", "say what speaks against a list", cmd_check},
    {"identify", "say which family of malware makes a name, and on which day", cmd_identify},
    {"predict", "print the names that a malware family generates on given days", cmd_predict},
    {"build", "make list zones out of lists and predictions", cmd_build},
    {"lookup", "say whether and why names are listed", cmd_lookup},
    {"status", "show a running responder's lists and counters", cmd_status},
    {"reload", "have a running responder read its lists again", cmd_reload},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const char *argp_program_version = "cordon " CORDON_VERSION;

static void
print_help(FILE *to)
{
	fputs("Usage: cordon COMMAND [OPTION...]\n\n", to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\n`cordon COMMAND --help` lists the options of one, --version prints the version.\n",
	    to);
}

int
main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	char title[32];

	argp_err_exit_status = 2;
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, word))
			continue;
		snprintf(title, sizeof(title), "cordon %s", word);
		argv[1] = title;
		return commands[i].run(argc - 1, argv + 1);
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-?")) {
		print_help(stdout);
		return 0;
	}
	if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
		puts(argp_program_version);
		return 0;
	}
	if (*word)
		fprintf(stderr, "cordon: there is no command '%s'\n", word);
	print_help(stderr);
	return 2;
}
