#include "bench/command.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
    {"engine", "measure the answer path on one core, without network I/O", bench_engine},
    {"plan", "estimate the load of a family and the machines that carry it", bench_plan},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const char *argp_program_version = "cordon-bench " CORDON_VERSION;

static void
print_help(FILE *to)
{
	fputs("Usage: cordon-bench COMMAND [OPTION...]\n\n", to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\n`cordon-bench COMMAND --help` lists the options of one, --version prints the "
	      "version.\n",
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
		snprintf(title, sizeof(title), "cordon-bench %s", word);
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
		fprintf(stderr, "cordon-bench: there is no command '%s'\n", word);
	print_help(stderr);
	return 2;
}
