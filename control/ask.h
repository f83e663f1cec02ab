/* ask.h - what the commands that talk to a running responder share. */
#pragma once

#include "base/ctl.h"

#include <stdio.h>

#define ASK_SOCKET "/run/cordon/responder.sock" /* where nothing else is said */

/* Sends words and waits for the reply, the caller's.  Returns 0; or a negative code after
 * saying on standard error, in the name of program, that the responder cannot be reached. */
int ask(
    json_t **reply, const char *program, const char *socket, const char *const *words, size_t n);

/* The same, with a bound on the wait. */
int ask_within(json_t **reply, const char *program, const char *socket, const char *const *words,
    size_t n, int timeout_ms);

/* Whether the reply says ok; if not, says its error. */
int ask_ok(const json_t *reply, const char *program);

/* Members of an object: "" or 0 if they are absent. */
const char *ask_text(const json_t *object, const char *key);
json_int_t ask_number(const json_t *object, const char *key);

/* The reply as it is, on standard output. */
void ask_dump(const json_t *reply);

/* The whole of a command that has the options --json and --socket, asks one word and shows the
 * reply.  Returns the exit status. */
int ask_command(int argc, char **argv, const char *doc, const char *word,
    void (*print)(const json_t *reply, FILE *to));
