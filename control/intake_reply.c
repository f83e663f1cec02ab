#include "control/intake_impl.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum MHD_Result
reply(struct MHD_Connection *c, unsigned status, const char *type, const json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT);
	struct MHD_Response *r;
	enum MHD_Result rc;

	if (!text)
		return MHD_NO;
	r = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
	if (!r) {
		free(text);
		return MHD_NO;
	}
	MHD_add_response_header(r, "Content-Type", type);
	MHD_add_response_header(r, "Cache-Control", "no-store");
	if (status == MHD_HTTP_UNAUTHORIZED)
		MHD_add_response_header(r, "WWW-Authenticate", "Bearer");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_TOO_MANY_REQUESTS)
		MHD_add_response_header(r, "Retry-After", "15");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED) /* RFC 9110 15.5.6; the detail names them */
		MHD_add_response_header(
		    r, "Allow", json_string_value(json_object_get(body, "detail")));
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

/* RFC 9457; "reasons" is an extension member as its section 3.2 has it. */
enum MHD_Result
intake_problem(struct MHD_Connection *c, unsigned status, const char *detail, const json_t *verdict)
{
	const char *title = MHD_get_reason_phrase_for(status);
	json_t *body = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title",
	    title ? title : "Error", "status", (int)status, "detail", detail);
	enum MHD_Result rc;

	if (verdict)
		json_object_update_missing(body, (json_t *)(uintptr_t)verdict);
	rc = reply(c, status, "application/problem+json", body);
	json_decref(body);
	return rc;
}

enum MHD_Result
intake_refuse(struct intake *in, struct intake_request *r, unsigned status, const char *why)
{
	intake_count_status(in, status);
	return intake_problem(r->connection, status, why, NULL);
}

enum MHD_Result
intake_json(struct intake *in, struct intake_request *r, json_t *body)
{
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	size_t len = text ? strlen(text) : 0;
	char hex[2 * SHA256_BYTES + 1] = "", etag[INTAKE_ETAG_MAX];
	uint8_t digest[SHA256_BYTES];
	struct http_thing thing = {etag, 0, len};
	struct http_asked asked = intake_asked(r);
	struct http_outcome o;
	enum MHD_Result rc;

	json_decref(body);
	if (!text || digest_sha256(digest, text, len) < 0) {
		free(text);
		return MHD_NO;
	}
	digest_hex(hex, digest, sizeof(digest));
	snprintf(etag, sizeof(etag), "\"%s\"", hex);
	/* Whole or not at all, and of no date. */
	asked =
	    (struct http_asked){.if_match = asked.if_match, .if_none_match = asked.if_none_match};
	o = http_decide(&asked, &thing);
	if (intake_conditions(in, r, &o, &thing, &rc)) {
		free(text);
		return rc;
	}
	return intake_send(r, MHD_HTTP_OK,
	    MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE), "application/json",
	    &thing);
}

enum MHD_Result
intake_update_answer(struct intake *in, struct intake_request *r)
{
	const char *state = json_string_value(json_object_get(r->answer, "state"));
	const json_t *verdict = json_object_get(r->answer, "verdict");
	json_t *body;
	enum MHD_Result rc;
	uint64_t size;

	state = state ? state : "error";
	if (strcmp(state, "accepted") == 0)
		return reply(r->connection, MHD_HTTP_OK, "application/json", verdict);
	if (strcmp(state, "waiting") == 0)
		return reply(r->connection, r->is_put ? MHD_HTTP_ACCEPTED : MHD_HTTP_OK,
		    "application/json", verdict);
	if (strcmp(state, "refused") == 0)
		return r->is_put ? intake_problem(r->connection, MHD_HTTP_UNPROCESSABLE_CONTENT,
				       "the update is refused; see reasons", verdict)
				 : reply(r->connection, MHD_HTTP_OK, "application/json", verdict);
	if (strcmp(state, "unknown") != 0)
		return intake_problem(r->connection, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "the update could not be examined or stored; nothing changed", verdict);
	size = intake_upload_size(in, r);
	if (!size)
		return intake_problem(
		    r->connection, MHD_HTTP_NOT_FOUND, "no such update was submitted", NULL);
	body = json_pack("{s:s, s:I}", "state", "uploading", "offset", (json_int_t)size);
	rc = reply(r->connection, MHD_HTTP_OK, "application/json", body);
	json_decref(body);
	return rc;
}
