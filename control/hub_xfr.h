/* hub_xfr.h - the process of transfers, seen from the hub. */
#pragma once

#include "control/hub.h"

/* Whether there is something to listen on. */
bool hub_xfr_is_wanted(const struct hub *h);

/* Runs in the forked process (hub_child.h). */
int hub_xfr_run(const struct hub *h, int fd);

/* Notes what it tells: deliveries and receipts. */
void hub_xfr_take(struct hub *h, const json_t *line);
