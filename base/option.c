#include "base/option.h"

#include <errno.h>
#include <stdlib.h>

long
option_number(struct argp_state *state, const char *what, const char *text, long min, long max)
{
	char *end;
	long n = strtol(text, &end, 10);

	if ((*text != '-' && (*text < '0' || *text > '9')) || *end || n < min || n > max)
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

int
option_append(char ***list, size_t *n, char *text)
{
	char **more = reallocarray(*list, *n + 1, sizeof(*more));

	if (!more)
		return ENOMEM;
	more[(*n)++] = text;
	*list = more;
	return 0;
}
