/* hub_dry.h - dry runs: an update is examined as in earnest, nothing comes of it but an audit
 * record, and whoever asked is told what it would change, by registry.
 *
 * The verdict then has, besides what it always has,
 *   "registries": [{"name", "added", "removed", "changed", "parts": [SUFFIX]}]   who would receive
 *                 it; the parts that change
 *   "changes": [{"suffix", "added", "removed", "changed", "names": {"added": [NAME], ...}}]
 *   "total": {"added", "removed", "changed"}, "nobody": [SUFFIX]   parts that change and no
 * registry receives Numbers are of entries; of the names only the first are there.  What would make
 * it longer than HUB_DRY_MAX bytes is left out, first the names, and "shortened" says so. */
#pragma once

#include "control/verdict.h"

#define HUB_DRY_KEPT 8
#define HUB_DRY_MAX  (96 << 10)

struct hub;

/* Of those that came over the control socket. */
struct hub_dry {
	unsigned last;
	struct {
		unsigned id;     /* 0: free */
		json_t *verdict; /* ours; NULL: not done */
	} kept[HUB_DRY_KEPT];
};

/* Writes the audit record.  *told is the verdict to tell, the caller's.  Returns 0 or a code. */
int hub_dry_note(
    struct hub *h, const struct verdict *v, const struct store_update *u, const json_t **told);

/* Commands: "dry-run FEED PATH" answers with an id, "dry-run-result ID" with "done" and "verdict".
 */
json_t *hub_dry_start(struct hub *h, size_t argc, char **argv);
json_t *hub_dry_result(struct hub *h, size_t argc, char **argv);

void hub_dry_close(struct hub *h);
