/* blocks_serve.h - the operator's blocks in a running responder: written down, then put in force on
 * the published lists, then acknowledged.  Main thread. */
#pragma once

#include "dataplane/server.h"

/* What the control socket is asked; docs in cordon-responder(8).
 *   block NAME [action=A] [until=DATE|+Nd] [by=WHO] [reason=TEXT] [force]
 *   unblock NAME [by=WHO] [reason=TEXT]
 *   blocks */
json_t *blocks_on_block(struct server *s, size_t argc, char **argv);
json_t *blocks_on_unblock(struct server *s, size_t argc, char **argv);
json_t *blocks_on_list(struct server *s, size_t argc, char **argv);

/* Before the first load: makes the file if the configuration names one and it is not there.
 * Returns 0, or -errno, which is logged. */
int blocks_begin(const struct options *o);

/* Before img is published in place of the current image: gives it the blocks that changed
 * while it was loaded.  Returns 0 or an error of index_update. */
int blocks_carry(struct server *s, struct image *img);
