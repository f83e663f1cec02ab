/* POST /v1/receipts: a receipt of a registry's node.  Its signature is all that it has to show;
 * what is not signed by a key that is pinned goes no further than this process. */
#include "base/err.h"
#include "control/hub_receipt.h"
#include "control/intake_impl.h"

#include <stdlib.h>
#include <string.h>

void
intake_receipt_begin(struct intake *in, struct intake_request *r)
{
	if (in->o->registries->receipt_keys.n)
		return;
	r->status = MHD_HTTP_NOT_FOUND;
	r->why = "this hub has no receipt keys of registries";
}

void
intake_receipt_body(
    const struct intake *in, struct intake_request *r, const char *bytes, size_t len)
{
	(void)in;
	if (r->status || len > RECEIPT_BYTES_MAX - r->body_n) {
		r->status = MHD_HTTP_CONTENT_TOO_LARGE;
		r->why = "a receipt is not that long";
		return;
	}
	if (!r->body && !(r->body = malloc(RECEIPT_BYTES_MAX))) {
		r->status = MHD_HTTP_SERVICE_UNAVAILABLE;
		r->why = "out of memory; try again later";
		return;
	}
	memcpy(r->body + r->body_n, bytes, len);
	r->body_n += len;
}

static enum MHD_Result
refuse(struct intake_request *r, enum receipt_verdict v)
{
	static const struct {
		unsigned status;
		const char *detail;
	} of[RECEIPT_VERDICTS] = {
	    [RECEIPT_MALFORMED] = {MHD_HTTP_BAD_REQUEST, "no receipt of version 1"},
	    [RECEIPT_FORGED] = {MHD_HTTP_FORBIDDEN, "not signed by a receipt key of that registry"},
	    [RECEIPT_FOREIGN] = {MHD_HTTP_FORBIDDEN, "no zone of that registry"},
	    [RECEIPT_FUTURE] = {MHD_HTTP_CONFLICT, "signed later than now; set the clock"},
	    [RECEIPT_OLD] = {MHD_HTTP_CONFLICT, "signed too long ago"},
	    [RECEIPT_UNKNOWN] = {MHD_HTTP_CONFLICT, "of a serial that is not known, or no more"},
	    [RECEIPT_DIGEST] = {MHD_HTTP_CONFLICT, "of a zone that is not the one of that serial"},
	    [RECEIPT_DUPLICATE] = {MHD_HTTP_CONFLICT, "the last one says the same"},
	    [RECEIPT_STALE] = {MHD_HTTP_CONFLICT, "there is a newer one"},
	    [RECEIPT_TOO_MANY] = {MHD_HTTP_TOO_MANY_REQUESTS, "too many of one serial"},
	    [RECEIPT_ERROR] = {MHD_HTTP_SERVICE_UNAVAILABLE, "it could not be stored; try again"},
	};
	json_t *code = json_pack("{s:s}", "code", receipt_verdict_text(v));
	enum MHD_Result rc = intake_problem(r->connection, of[v].status, of[v].detail, code);

	r->status = of[v].status; /* for the hub's audit */
	r->why = of[v].detail;
	json_decref(code);
	return rc;
}

enum MHD_Result
intake_receipt_finish(struct intake *in, struct intake_request *r)
{
	uint8_t sig[KEY_SIGNATURE];
	struct receipt receipt;
	json_t *line = NULL;

	if (receipt_parse(&receipt, sig, r->body ? r->body : "", r->body_n) < 0)
		return refuse(r, RECEIPT_MALFORMED);
	if (!hub_receipt_is_signed(in->o->registries, &receipt, sig))
		return refuse(r, RECEIPT_FORGED);
	line = json_pack("{s:s, s:o}", "event", "receipt", "receipt", receipt_json(&receipt, sig));
	return intake_ask(in, r, line);
}

enum MHD_Result
intake_receipt_answer(struct intake *in, struct intake_request *r)
{
	const char *state = json_string_value(json_object_get(r->answer, "state"));
	enum receipt_verdict v = RECEIPT_HELD;

	while (v < RECEIPT_ERROR && (!state || strcmp(state, receipt_verdict_text(v)) != 0))
		v++;
	if (v != RECEIPT_HELD)
		return refuse(r, v);
	return intake_json(in, r, json_pack("{s:s}", "state", "held"));
}
