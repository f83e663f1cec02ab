/* hub_feeds.h - what the files that check cordond's options share.  For control/hub_*.c. */
#pragma once

#include "control/hub_options.h"

#include <string.h>

struct hub_check {
	const char *path;
	conf_error_fn *error;
	void *ctx;
	unsigned errors;
};

/* Reports one mistake of the file; line 0: the whole. */
void hub_wrong(struct hub_check *c, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a feed: its keys, its scope.  Reports mistakes.  Returns 0 or -ENOMEM. */
int hub_feed_take(struct hub_check *c, struct hub_options *o, const struct config_hub_feed *from);

/* Checks what belongs to the role node: sources and parts.  Reports mistakes.  Returns 0 or
 * -ENOMEM. */
int hub_node_take(struct hub_check *c, struct hub_options *o);

/* Checks what is to be exported, once feeds and registries are known.  Reports mistakes.  Returns 0
 * or -ENOMEM. */
int hub_exports_take(struct hub_check *c, struct hub_options *o);

/* An address, with a port or 53.  Returns 0 or -ERR_FORMAT. */
int hub_address(struct sockaddr_in6 *to, const char *text);

static inline bool
hub_is_plain(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}
