/* lookup.h - `cordon lookup`: the parts behind the command line. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum lookup_exit { LOOKUP_LISTED, LOOKUP_NOT, LOOKUP_USAGE, LOOKUP_ERROR };

struct lookup {
	const char *program;
	const char *socket;   /* the responder to ask, unless there are lists */
	const char *day_text; /* NULL: the responder's day */
	int32_t day;          /* of the lists */
	bool is_json;
	char **name; /* names_n of them, as typed */
	size_t names_n;
	char **list; /* lists_n paths */
	size_t lists_n;
	FILE *to;
};

/* Asks the responder for every name.  Returns the exit status: LOOKUP_LISTED when each name is
 * listed, in force and no exception. */
enum lookup_exit lookup_ask(const struct lookup *l);

/* Reads the lists as they stand, without an index. */
enum lookup_exit lookup_lists(const struct lookup *l);
