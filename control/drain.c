#include "control/ask.h"
#include "control/command.h"

static void
print_drained(const json_t *reply, FILE *to)
{
	fprintf(to, "%s\n",
	    json_is_true(json_object_get(reply, "drained")) ? "drained" : "not drained any more");
}

static void
print_nothing(const json_t *reply, FILE *to)
{
	(void)reply;
	(void)to;
}

int
cmd_drain(int argc, char **argv)
{
	return ask_command(argc, argv,
	    "Have cordon health say drained, so that routes are withdrawn; queries are answered as "
	    "before.  Ends with undrain or a restart.",
	    "drain", print_drained);
}

int
cmd_undrain(int argc, char **argv)
{
	return ask_command(argc, argv, "Take cordon drain back.", "undrain", print_drained);
}

int
cmd_log_reopen(int argc, char **argv)
{
	return ask_command(argc, argv,
	    "Have the responder open its log file anew, after it was renamed.", "log-reopen",
	    print_nothing);
}
