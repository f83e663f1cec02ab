/* cookie_ctl.h - the secrets that cookies are made with: at start, after a reload, by command. */
#pragma once

#include "dataplane/server.h"

#include <jansson.h>

/* Publishes what the options say: the secrets of their file, or those in force, or at the first
 * call a random one.  Main thread.  Returns 0 or -ENOMEM, -EIO. */
int cookie_ctl_adopt(struct server *s, const struct options *o);

/* The command cookie-secret show | add [HEX] | activate | drop.  A change goes first into the
 * secret file, where there is one.  Returns the reply, handed over. */
json_t *cookie_ctl_answer(struct server *s, size_t argc, char **argv);
