/* command.h - the subcommands of cordon(1): one file each, one row each in cordon.c. */
#pragma once

struct command {
	const char *name;
	const char *help; /* one line for `cordon --help` */
	/* argv[0] is "cordon NAME".  Returns the exit status: 0 done, 1 failed (said on
	 * standard error), 2 usage; check and identify have more, see their man pages. */
	int (*run)(int argc, char **argv);
};

int cmd_build(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_identify(int argc, char **argv);
int cmd_lookup(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_reload(int argc, char **argv);
int cmd_status(int argc, char **argv);
