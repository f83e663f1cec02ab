#include "base/option.h"

#include <stdlib.h>

long
option_number(struct argp_state *state, const char *what, const char *text, long min, long max)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || end == text || n < min || n > max)
		argp_error(
		    state, "%s must be a number from %ld to %ld, not '%s'", what, min, max, text);
	return n;
}

void
option_push(struct argp_state *state, const char **list, size_t *n, size_t max, const char *text)
{
	if (*n == max)
		argp_error(state, "more than %zu of one option", max);
	list[(*n)++] = text;
}
