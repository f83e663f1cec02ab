/* hub_intake.h - the process of HTTPS, seen from the hub. */
#pragma once

#include "control/hub.h"

bool hub_intake_is_wanted(const struct hub *h);

/* Runs in the forked process (hub_child.h). */
int hub_intake_run(const struct hub *h, int fd);

/* An upload is complete, somebody asks what became of one, or a zone was downloaded. */
void hub_intake_take(struct hub *h, const json_t *line);
