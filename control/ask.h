/* ask.h - what the commands that talk to a running responder share. */
#pragma once

#include "base/ctl.h"

#define ASK_SOCKET "/run/cordon/responder.sock" /* where nothing else is said */

/* Sends words and waits for the reply, the caller's.  Returns 0; or a negative code after
 * saying on standard error, in the name of program, that the responder cannot be reached. */
int ask(
    json_t **reply, const char *program, const char *socket, const char *const *words, size_t n);

/* Whether the reply says ok; if not, says its error. */
int ask_ok(const json_t *reply, const char *program);

/* Members of an object: "" or 0 if they are absent. */
const char *ask_text(const json_t *object, const char *key);
json_int_t ask_number(const json_t *object, const char *key);
