/* submit.h - `cordon submit`: an update to a hub over HTTPS. */
#pragma once

#include <jansson.h>
#include <stdint.h>

enum submit_exit { SUBMIT_ACCEPTED, SUBMIT_REFUSED, SUBMIT_USAGE, SUBMIT_WAITING, SUBMIT_ERROR };

struct submit {
	const char *program, *file, *url; /* url: of the update */
	const char *token_file, *ca, *certificate, *key;
	unsigned tries; /* connections, 1 or more */
	long timeout_s; /* of each */
};

/* Sends the file, going on where an attempt was cut off.  *reply is the caller's, the hub's last
 * answer, NULL if there was none.  Returns the HTTP status of that answer, or -ERR_REFUSED after
 * saying on standard error what failed. */
long submit_send(const struct submit *s, json_t **reply);
