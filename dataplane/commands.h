/* commands.h - what can be asked of a running responder; docs in cordon-responder(8). */
#pragma once

#include "base/ctl.h"
#include "dataplane/server.h"

/* A ctl_answer_fn; ctx is the server:
 *   status | reload | job N | lookup NAME [DATE] | log-level LEVEL | cookie-secret ... | stop */
json_t *commands_answer(void *ctx, size_t argc, char **argv);
