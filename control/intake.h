/* intake.h - the process that speaks HTTPS: updates in, bytes into files, and nothing else; zones
 * out.
 *
 *   PUT /v1/feeds/FEED/updates/SERIAL   an archive; with Content-Range a piece of one
 *   GET /v1/feeds/FEED/updates/SERIAL   what became of it, or how much of it is there
 *   .../keys/VERSION                    likewise, a key change
 *   PUT ...?dry-run                     what it would change; nothing does
 *   GET /v1/zones                       what the registry may have
 *   GET /v1/zones/ORIGIN                a part as its file, with ETag and Range
 *   GET /v1/zones/ORIGIN/delta?from=SERIAL   what has changed since (zone_delta.h)
 *   GET /v1/zones/ORIGIN/proof          its apex, and where the audit stands
 *
 * TLS 1.3 alone.  A publisher or registry shows a token (Authorization: Bearer) or a client
 * certificate.  A publisher's only opens the door: what an update is worth, its signatures say.
 * Nothing of a body is looked at here.  An upload that was cut off goes on where GET says; one
 * upload a publisher and feed.  A registry gets what book.json says; all else is not there.
 *
 * Lines of JSON between it and the hub:
 *   {"event": "update"|"status", "id", "feed", "serial", "publisher", "keys", "dry"}   to the hub
 *   {"id", "state": "accepted|waiting|refused|error|unknown", "verdict": {...}}   from it
 *   {"event": "transfer", "kind": "https|https-delta", ...}   as in xfr.h; ok: the peer has all
 * of it
 *   {"event": "unchanged", ...}   the peer has named what is there by its ETag
 *   {"event": "refused", "error", "status", "publisher", "registry", "feed", "serial", "client"}
 *   {"event": "lost", "count"}   so many of these could not be told
 *   {"event": "counts", "counts": {...}}   since its start, now and then
 *   {"event": "book"}   from it: book.json is new */
#pragma once

#include "control/hub_options.h"
#include "control/intake_target.h"

#define INTAKE_NAME_MAX 200

/* The file of an upload, relative to the state directory's spool. */
void intake_name(char out[INTAKE_NAME_MAX], const char *publisher, const struct intake_target *t);

/* Runs in the forked process until fd ends; dir is the state directory.  Returns a negative code.
 */
int intake_run(const struct hub_options *o, const char *dir, int fd);
