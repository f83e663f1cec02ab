#include "control/intake_impl.h"

#include <string.h>

void
intake_update_begin(struct intake *in, struct intake_request *r)
{
	unsigned feed = 0;

	if (r->target.is_dry && !r->is_put) {
		r->status = MHD_HTTP_METHOD_NOT_ALLOWED;
		r->why = "PUT";
		return;
	}
	r->publisher = intake_publisher(in->o, r->connection);
	if (!r->publisher) {
		r->status = MHD_HTTP_UNAUTHORIZED;
		r->why = "show a publisher's token or certificate";
		return;
	}
	while (feed < in->o->feeds_n && strcmp(in->o->feed[feed].name, r->target.feed) != 0)
		feed++;
	if (feed == in->o->feeds_n || !(r->publisher->feeds >> feed & 1)) {
		r->status = MHD_HTTP_FORBIDDEN;
		r->why = "no feed of yours";
		return;
	}
	if (r->is_put && intake_upload_open(in, r) < 0) {
		r->status = MHD_HTTP_INSUFFICIENT_STORAGE;
		r->why = "no space; try again later";
	}
}

static enum MHD_Result
ask(struct intake *in, struct intake_request *r)
{
	return intake_ask(in, r,
	    json_pack("{s:s, s:s, s:I, s:s, s:b, s:b}", "event", r->is_put ? "update" : "status",
		"feed", r->target.feed, "serial", (json_int_t)r->target.serial, "publisher",
		r->publisher->name, "keys", r->target.is_keys, "dry", r->target.is_dry));
}

enum MHD_Result
intake_update_finish(struct intake *in, struct intake_request *r)
{
	if (!r->is_put)
		return ask(in, r);
	if (r->end != UINT64_MAX && r->at != r->end)
		return intake_problem(
		    r->connection, MHD_HTTP_BAD_REQUEST, "less than was announced", NULL);
	if (r->total != UINT64_MAX && r->at < r->total) {
		r->is_put = false; /* a piece: answered like the question how far it is */
		r->answer = json_pack("{s:s}", "state", "unknown");
		r->phase = PHASE_ANSWERED;
		return intake_update_answer(in, r);
	}
	return ask(in, r);
}
