#include "base/log.h"
#include "control/intake_impl.h"

#include <inttypes.h>

#define SECOND_NS INT64_C(1000000000)
#define LOG_NS    (10 * SECOND_NS) /* what strangers cause is logged no more often than that */

static const char *const names[INTAKE_COUNTS] = {
    [COUNT_LIST] = "list",
    [COUNT_WHOLE] = "whole",
    [COUNT_PIECE] = "piece",
    [COUNT_DELTA] = "delta",
    [COUNT_PROOF] = "proof",
    [COUNT_UNCHANGED] = "unchanged",
    [COUNT_STRANGER] = "stranger",
    [COUNT_ABSENT] = "absent",
    [COUNT_LIMITED] = "limited",
    [COUNT_CUT] = "cut",
};

void
intake_count(struct intake *in, enum intake_count what)
{
	in->count[what]++;
	in->has_counted = true;
}

void
intake_count_status(struct intake *in, unsigned status)
{
	if (status == MHD_HTTP_UNAUTHORIZED)
		intake_count(in, COUNT_STRANGER);
	else if (status == MHD_HTTP_NOT_FOUND || status == MHD_HTTP_GONE)
		intake_count(in, COUNT_ABSENT);
	else if (status == MHD_HTTP_TOO_MANY_REQUESTS)
		intake_count(in, COUNT_LIMITED);
}

void
intake_count_tell(struct intake *in)
{
	int64_t now = intake_clock_ns();
	uint64_t refused = in->count[COUNT_STRANGER] + in->count[COUNT_LIMITED];
	json_t *counts;

	if (refused != in->refused_logged && now - in->logged_ns >= LOG_NS) {
		log_event(LOG_LEVEL_WARNING, "https-refused",
		    "strangers=%" PRIu64 " limited=%" PRIu64 " note=\"since the start\"",
		    in->count[COUNT_STRANGER], in->count[COUNT_LIMITED]);
		in->refused_logged = refused;
		in->logged_ns = now;
	}
	if (!in->has_counted || now - in->told_ns < SECOND_NS)
		return;
	in->has_counted = false;
	in->told_ns = now;
	counts = json_object();
	for (int i = 0; i < INTAKE_COUNTS; i++)
		json_object_set_new(counts, names[i], json_integer((json_int_t)in->count[i]));
	xfr_events_say(in->events, json_pack("{s:s, s:o}", "event", "counts", "counts", counts));
}
