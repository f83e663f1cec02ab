/* command.h - programs that are many commands under one name: "cordon NAME [OPTION...]". */
#pragma once

struct command {
	const char *name;
	const char *help; /* one line for `PROGRAM --help` */
	/* argv[0] is "PROGRAM NAME".  Returns the exit status: 0 done, 1 failed (said on
	 * standard error), 2 usage; commands that have more say so in their man pages. */
	int (*run)(int argc, char **argv);
};

/* The whole of main(): runs the command that argv[1] names, or prints the list of them.
 *   commands  ends with a row whose name is NULL
 * Returns the exit status.  argp_program_version must be set. */
int command_main(const char *program, const struct command *commands, int argc, char **argv);
