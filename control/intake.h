/* intake.h - the process that takes updates over HTTPS: bytes into files, and nothing else.
 *
 *   PUT /v1/feeds/FEED/updates/SERIAL   an archive; with Content-Range a piece of one
 *   GET /v1/feeds/FEED/updates/SERIAL   what became of it, or how much of it is there
 *   .../keys/VERSION                    likewise, a key change
 *   PUT ...?dry-run                     what it would change; nothing does
 *
 * TLS 1.3 alone.  A publisher shows a token (Authorization: Bearer) or a client certificate; both
 * only open the door: what an update is worth, its signatures say.  Nothing of a body is looked at
 * here.  An upload that was cut off goes on where GET says; one upload a publisher and feed.
 *
 * Lines of JSON between it and the hub:
 *   {"event": "update"|"status", "id", "feed", "serial", "publisher", "keys", "dry"}   to the hub
 *   {"id", "state": "accepted|waiting|refused|error|unknown", "verdict": {...}}   from it */
#pragma once

#include "control/hub_options.h"
#include "control/intake_target.h"

#define INTAKE_NAME_MAX 200

/* The file of an upload, relative to the state directory's spool. */
void intake_name(char out[INTAKE_NAME_MAX], const char *publisher, const struct intake_target *t);

/* Runs in the forked process until fd ends.  Returns a negative code. */
int intake_run(const struct hub_options *o, const char *spool, int fd);
