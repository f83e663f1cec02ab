/* commands.h - what can be asked of a running responder; docs in cordon-responder(8). */
#pragma once

#include "dataplane/server.h"

/* A ctl_answer_fn; ctx is the server. */
json_t *commands_answer(void *ctx, size_t argc, char **argv);
