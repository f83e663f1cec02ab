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

enum intake_phase { PHASE_NEW, PHASE_BODY, PHASE_ASKED, PHASE_ANSWERED };

struct intake_request {
	enum intake_phase phase;
	uint64_t id;
	struct MHD_Connection *connection;
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

/* intake_tls.c.  The publisher that a client certificate stands for, or NULL. */
const struct hub_publisher *intake_by_certificate(
    const struct hub_options *o, struct MHD_Connection *c);

/* intake_auth.c.  By token or certificate, or NULL. */
const struct hub_publisher *intake_publisher(const struct hub_options *o, struct MHD_Connection *c);

/* intake_reply.c */
enum MHD_Result intake_problem(
    struct MHD_Connection *c, unsigned status, const char *detail, const json_t *verdict);
enum MHD_Result intake_answer(const struct intake *in, struct intake_request *r);

/* intake_refused.c.  Tells the hub of a request that was turned away here, for the audit. */
void intake_tell_refused(const struct intake *in, const struct intake_request *r);

/* intake_upload.c.  Opens the file of an upload for this piece of it; on a mistake sets status and
 * why of r.  Returns 0 or -errno. */
int intake_upload_open(const struct intake *in, struct intake_request *r);
void intake_upload_write(
    const struct intake *in, struct intake_request *r, const char *bytes, size_t len);
/* Bytes of an upload that are there, 0 for none. */
uint64_t intake_upload_size(const struct intake *in, const struct intake_request *r);
