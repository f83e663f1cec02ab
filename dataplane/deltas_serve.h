/* deltas_serve.h - deltas in a running responder.  Main thread. */
#pragma once

#include "dataplane/server.h"

/* What the control socket is asked: `deltas`.  When the reply is sent, all that was taken is in
 * force for every thread. */
json_t *deltas_on_ask(struct server *s, size_t argc, char **argv);

/* Before img, made with o, is published in place of the current image: gives it the deltas that
 * came while it was loaded.  Returns 0, or an error, said, after which it must not be published. */
int deltas_carry(struct server *s, struct image *img, const struct options *o, uint64_t job);
