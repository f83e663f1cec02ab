/* intake_impl.h - what the files of the intake share.  One thread. */
#pragma once

#include "control/intake.h"
#include "control/intake_target.h"

#include <jansson.h>
#include <microhttpd.h>

#define INTAKE_CONNECTIONS_MAX 1024

struct intake_conn { /* from its accept on */
	int fd;      /* -1: free */
	int64_t started_ns;
	bool has_request;
};

struct intake;
struct intake_request;

/* What a route does.  A refusal is set in status and why of the request. */
struct intake_handler {
	const char *methods; /* as Allow names them; HEAD goes where GET does */
	/* Everything that can be said before the body. */
	void (*begin)(struct intake *in, struct intake_request *r);
	/* Takes bytes of the body; NULL: they are thrown away. */
	void (*body)(
	    const struct intake *in, struct intake_request *r, const char *bytes, size_t len);
	enum MHD_Result (*finish)(
	    struct intake *in, struct intake_request *r); /* answers, or asks */
	enum MHD_Result (*answer)(struct intake *in, struct intake_request *r); /* what was asked */
	void (*end)(struct intake *in, struct intake_request *r, bool is_sent); /* NULL: nothing */
};

enum intake_phase { PHASE_NEW, PHASE_BODY, PHASE_ASKED, PHASE_ANSWERED };

struct intake_request {
	enum intake_phase phase;
	uint64_t id;
	struct MHD_Connection *connection;
	const struct intake_handler *handler; /* NULL: there is no such place */
	const struct hub_publisher *publisher;
	struct intake_target target;
	bool is_put;
	int file;        /* -1 */
	uint64_t at;     /* bytes of the upload that are there */
	uint64_t end;    /* of this request's piece; UINT64_MAX: not said */
	uint64_t total;  /* of the upload; likewise */
	uint64_t thrown; /* bytes that came after a refusal */
	unsigned status; /* of a refusal that waits for the body's end; 0: none */
	const char *why;
	json_t *answer; /* of the hub */
	char *body;     /* of a small one, body_n bytes; ours */
	size_t body_n;
	struct intake_request *next;
};

struct intake {
	const struct hub_options *o;
	const char *spool;
	int fd; /* to the hub */
	uint64_t body_max, last_id;
	struct MHD_Daemon *daemon;
	struct intake_conn conn[INTAKE_CONNECTIONS_MAX];
	struct intake_request *requests;
};

int64_t intake_clock_ns(void); /* CLOCK_MONOTONIC */

/* intake_route.c */
extern const struct intake_handler intake_handlers[INTAKE_ROUTES];

/* intake_request.c.  What the library calls. */
void *intake_on_target(void *ctx, const char *uri, struct MHD_Connection *c);
enum MHD_Result intake_on_request(void *ctx, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *body, size_t *len, void **state);
void intake_on_end(
    void *ctx, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why);
void intake_on_connection(
    void *ctx, struct MHD_Connection *c, void **state, enum MHD_ConnectionNotificationCode code);

/* Sends a line to the hub, with an "id" added; the connection sleeps until the answer is there.
 * line is taken over; NULL: out of memory. */
enum MHD_Result intake_ask(struct intake *in, struct intake_request *r, json_t *line);

/* intake_tls.c.  The publisher that a client certificate stands for, or NULL. */
const struct hub_publisher *intake_by_certificate(
    const struct hub_options *o, struct MHD_Connection *c);

/* intake_auth.c.  By token or certificate, or NULL. */
const struct hub_publisher *intake_publisher(const struct hub_options *o, struct MHD_Connection *c);

/* intake_reply.c.  problem+json; verdict NULL: none.  With 405, detail is what Allow says. */
enum MHD_Result intake_problem(
    struct MHD_Connection *c, unsigned status, const char *detail, const json_t *verdict);
enum MHD_Result intake_json(struct MHD_Connection *c, unsigned status, const json_t *body);
enum MHD_Result intake_update_answer(struct intake *in, struct intake_request *r);

/* intake_receipt.c */
void intake_receipt_begin(struct intake *in, struct intake_request *r);
void intake_receipt_body(
    const struct intake *in, struct intake_request *r, const char *bytes, size_t len);
enum MHD_Result intake_receipt_finish(struct intake *in, struct intake_request *r);
enum MHD_Result intake_receipt_answer(struct intake *in, struct intake_request *r);

/* intake_update.c */
void intake_update_begin(struct intake *in, struct intake_request *r);
enum MHD_Result intake_update_finish(struct intake *in, struct intake_request *r);

/* intake_refused.c.  Tells the hub of a request that was turned away here, for the audit. */
void intake_tell_refused(const struct intake *in, const struct intake_request *r);

/* intake_upload.c.  Opens the file of an upload for this piece of it; on a mistake sets status and
 * why of r.  Returns 0 or -errno. */
int intake_upload_open(const struct intake *in, struct intake_request *r);
void intake_upload_write(
    const struct intake *in, struct intake_request *r, const char *bytes, size_t len);
/* Bytes of an upload that are there, 0 for none. */
uint64_t intake_upload_size(const struct intake *in, const struct intake_request *r);
