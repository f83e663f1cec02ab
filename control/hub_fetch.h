/* hub_fetch.h - a hub behind others: asks each source in turn for updates and key changes of the
 * feeds with from-sources, and submits what comes like a publisher's.
 *
 * What a source says is examined as ever; one that lies, or is gone, changes nothing, and stands in
 * the status with its reason. */
#pragma once

#include "control/fetch.h"

struct hub;
struct hub_fetch;

/* Nothing for a feed that is not fetched, or for the role node.  Returns 0 or -ENOMEM. */
int hub_fetch_open(struct hub *h);
void hub_fetch_close(struct hub *h); /* ends what is under way; no submission may be left */
void hub_fetch_step(struct hub *h);  /* to be called every few hundred ms */

/* [{"feed", "source", "state", "heard", "error"}], NULL: none is fetched. */
json_t *hub_fetch_status(const struct hub *h);
