#include "control/command.h"

#include <argp.h>

const char *argp_program_version = "cordon " CORDON_VERSION;

static const struct command commands[] = {
    {"check", "say what speaks against a list", cmd_check},
    {"identify", "say which family of malware makes a name, and on which day", cmd_identify},
    {"predict", "print the names that a malware family generates on given days", cmd_predict},
    {"build", "make list zones out of lists and predictions", cmd_build},
    {"lookup", "say whether and why names are listed", cmd_lookup},
    {"status", "show a running responder's lists and counters", cmd_status},
    {"reload", "have a running responder read its lists again", cmd_reload},
    {"cookie-secret", "change the secret of a running responder's DNS cookies", cmd_cookie_secret},
    {0},
};

int
main(int argc, char **argv)
{
	return command_main("cordon", commands, argc, argv);
}
