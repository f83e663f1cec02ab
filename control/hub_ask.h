/* hub_ask.h - what the commands that talk to cordond share. */
#pragma once

#include "base/ctl.h"

#define HUB_SOCKET "/run/cordond/cordond.sock" /* where nothing else is said */

/* Sends words, waits for the reply, the caller's.  Returns 0 when it says ok; otherwise it was
 * said on standard error, in the name of program, what failed. */
int hub_ask(
    json_t **reply, const char *program, const char *socket, const char *const *words, size_t n);

/* "2026-11-21 12:40:01", UTC, of Unix seconds; "-" where that has no date. */
#define HUB_TIME_MAX 24
void hub_time(char out[HUB_TIME_MAX], json_int_t at);
