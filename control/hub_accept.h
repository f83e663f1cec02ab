/* hub_accept.h - puts in force what was examined and found to be right. */
#pragma once

#include "control/hub.h"

/* The update h->now by its verdict, with files, rows and audit record.  Returns 0, and transfers
 * and policy zones follow; or a negative code, and nothing has changed. */
int hub_accept_update(struct hub *h, const struct verdict *v, struct store_update *u);

/* The same for a key change. */
int hub_accept_keys(struct hub *h, const struct verdict *v, const struct store_update *u);
