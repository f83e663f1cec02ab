#include "control/ask.h"
#include "control/command.h"
#include "control/status_print.h"

int
cmd_status(int argc, char **argv)
{
	return ask_command(
	    argc, argv, "Show a running responder's lists and counters.", "status", status_print);
}
