/* health_ask.h - what `cordon health`, `drain` and `undrain` ask; docs in cordon-responder(8).
 * Main thread. */
#pragma once

#include "dataplane/server.h"

#include <jansson.h>

json_t *health_on_ask(struct server *s, size_t argc, char **argv);
json_t *health_on_drain(struct server *s, size_t argc, char **argv);
json_t *health_on_undrain(struct server *s, size_t argc, char **argv);
