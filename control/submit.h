/* submit.h - `cordon submit`: an update to a hub over HTTPS, in earnest or to see what it would do.
 */
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

/* submit_dry.c.  Has the cordond of this host try the file.  Returns as submit_send, as if it had
 * been over HTTPS. */
long submit_ask(const struct submit *s, const char *socket, const char *feed, json_t **reply);

/* Prints what a dry run found, nothing for any other answer. */
void submit_print_changes(const json_t *reply);
