#include "lists/action.h"

#include "base/err.h"

#include <string.h>

static const char *const names[ACTIONS] = {
    [ACTION_INHERIT] = "inherit",
    [ACTION_PASS] = "pass",
    [ACTION_NXDOMAIN] = "nxdomain",
    [ACTION_NODATA] = "nodata",
    [ACTION_SINKHOLE] = "sinkhole",
    [ACTION_REFUSE] = "refuse",
    [ACTION_DROP] = "drop",
};

const char *
action_text(enum action a)
{
	return names[a];
}

int
action_parse(const char *text, unsigned long len)
{
	for (int a = ACTION_PASS; a < ACTIONS; a++)
		if (strlen(names[a]) == len && memcmp(names[a], text, len) == 0)
			return a;
	return -ERR_UNKNOWN;
}
