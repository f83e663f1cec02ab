/* hub_child.h - the hub's processes that meet the network: start, lines from them, end. */
#pragma once

#include "control/hub.h"

/* What the process does with its end of the socket; its return is the exit status. */
typedef int hub_child_fn(const struct hub *h, int fd);

/* Forks; the process keeps nothing open but standard streams and its socket.  Returns 0 or
 * -errno. */
int hub_child_start(struct hub *h, struct hub_child *c, hub_child_fn *run);

/* Starts it again after it ended, not more often than once a second. */
void hub_child_keep(struct hub *h, struct hub_child *c, hub_child_fn *run);

/* Reads what there is and gives each whole line, a JSON object, to take; a line that is none or is
 * too long ends the process. */
void hub_child_read(
    struct hub *h, struct hub_child *c, void (*take)(struct hub *h, const json_t *line));

/* Sends a line; false when the process does not take it, and is ended. */
bool hub_child_tell(struct hub_child *c, const char *line);

void hub_child_end(struct hub_child *c); /* waits for it */
