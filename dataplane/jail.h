/* jail.h - the responder's own privileges, given up when it is about to serve. */
#pragma once

#include "dataplane/options.h"

/* After devices, sockets, lists and the control socket are open.  Does what user, group and
 * seccomp say for all threads, checks it with the kernel, and logs.  path: the configuration
 * that a reload will read, NULL for none.  Returns 0, or an error that is logged: do not serve. */
int jail_enter(const struct options *o, const char *path);

/* Becomes the user that the configuration names, if there is one and we are root, and logs what
 * that user could not read or write: configuration, lists, folders.  For --check-config; there is
 * no way back.  Returns 0, or an error that is logged. */
int jail_rehearse(const struct options *o, const char *path);
