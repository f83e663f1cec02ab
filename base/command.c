#include "base/command.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

static void
print_help(FILE *to, const char *program, const struct command *commands)
{
	fprintf(to, "Usage: %s COMMAND [OPTION...]\n\n", program);
	for (const struct command *c = commands; c->name; c++)
		fprintf(to, "  %-10s %s\n", c->name, c->help);
	fprintf(to,
	    "\n`%s COMMAND --help` lists the options of one, --version prints the version.\n",
	    program);
}

int
command_main(const char *program, const struct command *commands, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	char title[64];

	argp_err_exit_status = 2;
	for (const struct command *c = commands; c->name; c++) {
		if (strcmp(c->name, word))
			continue;
		snprintf(title, sizeof(title), "%s %s", program, word);
		argv[1] = title;
		return c->run(argc - 1, argv + 1);
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-?")) {
		print_help(stdout, program, commands);
		return 0;
	}
	if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
		puts(argp_program_version);
		return 0;
	}
	if (*word)
		fprintf(stderr, "%s: there is no command '%s'\n", program, word);
	print_help(stderr, program, commands);
	return 2;
}
