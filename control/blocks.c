#include "control/ask.h"
#include "control/command.h"

static void
print(const json_t *reply, FILE *to)
{
	const json_t *k;
	size_t i;

	fprintf(to, "%-32s %-9s %-10s %s\n", "NAME", "ACTION", "UNTIL", "WHEN, WHO AND WHY");
	json_array_foreach(json_object_get(reply, "blocks"), i, k)
	{
		const char *until = ask_text(k, "until");

		fprintf(to, "%-32s %-9s %-10s %s%s\n", ask_text(k, "name"), ask_text(k, "action"),
		    *until ? until : "-", ask_text(k, "comment"),
		    json_is_true(json_object_get(k, "in-force")) ? "" : " (not in force today)");
	}
}

int
cmd_blocks(int argc, char **argv)
{
	return ask_command(argc, argv, "List what was blocked with cordon block.", "blocks", print);
}
