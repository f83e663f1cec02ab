/* stages_ask.h - the control command that has the ports' workers say where their time goes. */
#pragma once

#include "dataplane/server.h"

#define STAGES_SECONDS_MAX 3600

/* "stages [SECONDS]": switches the stop watches on for that long, or off with 0, and replies with
 * what they have shown since the start: they are never set back, so a client takes differences. */
json_t *stages_on_ask(struct server *s, size_t argc, char **argv);

/* Switches them off when their time is over.  now_ns: CLOCK_MONOTONIC. */
void stages_step(struct server *s, int64_t now_ns);
