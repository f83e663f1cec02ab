#include "lists/action.h"

#include "base/err.h"

#include <string.h>

static const char *const words[ACTIONS] = {
    [ACTION_INHERIT] = "inherit",
    [ACTION_PASS] = "pass",
    [ACTION_NXDOMAIN] = "nxdomain",
    [ACTION_NODATA] = "nodata",
    [ACTION_SINKHOLE] = "sinkhole",
    [ACTION_REFUSE] = "refuse",
    [ACTION_DROP] = "drop",
    [ACTION_REFER] = "refer",
    [ACTION_TRUNCATE] = "truncate",
};

const char *
action_text(enum action a)
{
	return words[a];
}

int
action_parse(const char *text, unsigned long len)
{
	for (int a = ACTION_INHERIT + 1; a < ACTIONS; a++)
		if (strlen(words[a]) == len && !memcmp(words[a], text, len))
			return a;
	return -ERR_UNKNOWN;
}
