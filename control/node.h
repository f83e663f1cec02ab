/* node.h - cordond as registry node: fetches the parts of its configuration, and feeds with them
 * what answers here.
 *
 * A part is in force once a process of pull.h has verified it against the node's own trust, and it
 * is on disk; the sources are not trusted.  What is in force is in the database and in the book
 * like a hub's parts, so that a node with readers is a mirror.  Without a source it goes on for as
 * long as the signatures live. */
#pragma once

#include "control/hub.h"

struct node;

/* Opens nothing for the role hub.  What fails is logged.  Returns 0 or a negative code. */
int node_open(struct hub *h);
void node_close(struct hub *h); /* ends the pulls under way */

int node_fd(const struct hub *h); /* readable when node_step has something to do; -1: none */
void node_step(struct hub *h);    /* to be called every few hundred ms at least */

/* For the book (book.h): whose NOTIFY is heard, and of which zones; NULL: no node. */
json_t *node_sources(const struct hub *h);
json_t *node_pulled(const struct hub *h);

/* A source says by NOTIFY that there is something new: it is asked at once, but no part more than
 * once at a time and once a second.  line as in xfr.h, "notified" or "refused". */
void node_told(struct hub *h, const json_t *line);

/* For hub_policy.h: whether every part of a feed was verified since the start; whether what is held
 * of a part is in force no more.  Of a hub: true, false. */
bool node_is_settled(const struct hub *h, const struct hub_feed *f);
bool node_is_withdrawn(const struct hub *h, const char *origin);
void node_policy_changed(struct hub *h); /* there are new policy zones */

/* {"taken", "refused"}: NOTIFY messages; NULL: no node. */
json_t *node_notices(const struct hub *h);

/* [{"named_by": "configuration|catalog|nobody", "zone", "state", "serial", "names", "until",
 * "since", "heard", "source", "error"}] */
json_t *node_status(const struct hub *h);
