/* hub_feeds.h - what the files that check cordond's options share.  For control/hub_*.c. */
#pragma once

#include "base/conf_check.h"
#include "control/hub_options.h"

/* Adds a feed: its keys, its scope.  Reports mistakes.  Returns 0 or -ENOMEM. */
int hub_feed_take(struct conf_check *c, struct hub_options *o, const struct config_hub_feed *from);

/* Checks what belongs to the role node: sources and parts.  Reports mistakes.  Returns 0 or
 * -ENOMEM. */
int hub_node_take(struct conf_check *c, struct hub_options *o);

/* Checks what is to be exported, once feeds and registries are known.  Reports mistakes.  Returns 0
 * or -ENOMEM. */
int hub_exports_take(struct conf_check *c, struct hub_options *o);

/* An address, with a port or 53.  Returns 0 or -ERR_FORMAT. */
int hub_address(struct sockaddr_in6 *to, const char *text);
