#include "control/ask.h"

#include "base/err.h"

#include <errno.h>
#include <stdio.h>

#define WAIT_MS 30000 /* a swap of large lists keeps the responder's main thread busy */

int
ask(json_t **reply, const char *program, const char *socket, const char *const *words, size_t n)
{
	int rc = ctl_call(reply, socket, words, n, WAIT_MS);
	const char *remedy = "";

	if (rc == 0)
		return 0;
	if (rc == -ENOENT || rc == -ECONNREFUSED)
		remedy = "; start cordon-responder, or name its socket with --socket";
	else if (rc == -EACCES)
		remedy = "; ask as root or as the responder's user";
	fprintf(stderr, "%s: %s: %s%s\n", program, socket, err_text(rc), remedy);
	return rc;
}

int
ask_ok(const json_t *reply, const char *program)
{
	if (json_is_true(json_object_get(reply, "ok")))
		return 1;
	fprintf(stderr, "%s: %s\n", program, ask_text(reply, "error"));
	return 0;
}

const char *
ask_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

json_int_t
ask_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}
