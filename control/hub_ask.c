#include "control/hub_ask.h"

#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#define WAIT_MS 30000

int
hub_ask(json_t **reply, const char *program, const char *socket, const char *const *words, size_t n)
{
	int rc = ctl_call(reply, socket, words, n, WAIT_MS);
	const char *remedy = "", *error;

	if (rc == -ENOENT || rc == -ECONNREFUSED)
		remedy = "; start cordond, or name its socket with --socket";
	else if (rc == -EACCES)
		remedy = "; ask as root or as cordond's user";
	if (rc < 0) {
		fprintf(stderr, "%s: %s: %s%s\n", program, socket, err_text(rc), remedy);
		return rc;
	}
	if (json_is_true(json_object_get(*reply, "ok")))
		return 0;
	error = json_string_value(json_object_get(*reply, "error"));
	fprintf(stderr, "%s: %s\n", program, error ? error : "no answer");
	json_decref(*reply);
	*reply = NULL;
	return -ERR_REFUSED;
}

void
hub_time(char out[HUB_TIME_MAX], json_int_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || !strftime(out, HUB_TIME_MAX, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(out, HUB_TIME_MAX, "-");
}
