/* intake_impl.h - what the files of the intake share.  One thread. */
#pragma once

#include "control/book.h"
#include "control/http_field.h"
#include "control/intake.h"
#include "control/intake_target.h"
#include "control/xfr_event.h"

#include <jansson.h>
#include <microhttpd.h>

#define INTAKE_CONNECTIONS_MAX 1024
#define INTAKE_OWED_MAX        256
#define INTAKE_ETAG_MAX        (2 * BOOK_DIGEST_MAX + 4)

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

/* What is counted; the names stand in intake_count.c. */
enum intake_count {
	COUNT_LIST,
	COUNT_WHOLE,
	COUNT_PIECE,
	COUNT_DELTA,
	COUNT_PROOF,
	COUNT_UNCHANGED,
	COUNT_STRANGER, /* 401 */
	COUNT_ABSENT,   /* 404, 410 */
	COUNT_LIMITED,  /* 429 */
	COUNT_CUT,      /* past a limit of time */
	INTAKE_COUNTS
};

/* A request below /v1/zones. */
struct intake_download {
	const struct registry *registry; /* NULL: none */
	struct book *book;               /* held; NULL: none */
	const struct book_zone *zone;    /* in book; NULL: all of them */
	bool is_evidence;                /* whoever has taken all of it holds the zone */
	int64_t began_ns;
	struct xfr_event event; /* what the hub is told then */
};

/* A download of which all was sent, and not all is known to have arrived. */
struct intake_owed {
	int fd; /* ours */
	int64_t began_ns, active_ns;
	uint64_t acknowledged, wanted; /* bytes of the connection; wanted: with all of it */
	struct xfr_event event;
};

enum intake_phase { PHASE_NEW, PHASE_BODY, PHASE_ASKED, PHASE_ANSWERED };

struct intake_request {
	enum intake_phase phase;
	uint64_t id;
	struct MHD_Connection *connection;
	const struct intake_handler *handler; /* NULL: there is no such place */
	const struct hub_publisher *publisher;
	struct intake_target target;
	bool is_put, is_head;
	struct intake_download download;
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
	char *spool;
	int fd;     /* to the hub */
	int dir_fd; /* the state directory */
	struct book *book;
	struct xfr_events *events; /* all that is said to the hub */
	int64_t *paid_ns; /* of each registry: until when its requests have used its rate up */
	struct intake_owed *owed[INTAKE_OWED_MAX];
	unsigned owed_n;
	uint64_t count[INTAKE_COUNTS], refused_logged;
	bool has_counted;
	int64_t told_ns, logged_ns; /* when the counts were */
	uint64_t body_max, last_id;
	struct MHD_Daemon *daemon;
	struct intake_conn conn[INTAKE_CONNECTIONS_MAX];
	struct intake_request *requests;
};

int64_t intake_clock_ns(void);              /* CLOCK_MONOTONIC */
int intake_fd_of(struct MHD_Connection *c); /* -1: it has none any more */

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

/* When fd is closed, what waits in the kernel for who reads slowly goes too. */
void intake_throw_away(int fd);

/* Sends a line to the hub, with an "id" added; the connection sleeps until the answer is there.
 * line is taken over; NULL: out of memory. */
enum MHD_Result intake_ask(struct intake *in, struct intake_request *r, json_t *line);

/* intake_tls.c.  The digest of a client's certificate; false: it has none, or one that nobody whom
 * the hub names has issued. */
bool intake_certificate(struct MHD_Connection *c, uint8_t digest[SHA256_BYTES]);

/* intake_auth.c.  By token or certificate, or NULL. */
const struct hub_publisher *intake_publisher(const struct hub_options *o, struct MHD_Connection *c);
const struct registry *intake_registry(const struct hub_options *o, struct MHD_Connection *c);

/* intake_count.c */
void intake_count(struct intake *in, enum intake_count what);
void intake_count_status(struct intake *in, unsigned status); /* a refusal, if it is counted */
void intake_count_tell(struct intake *in); /* the hub and the log, now and then */

/* intake_zones.c.  Who asks, and for what: refuses, or fills r->download. */
void intake_zones_begin(struct intake *in, struct intake_request *r);
enum MHD_Result intake_zones_finish(struct intake *in, struct intake_request *r);
void intake_zones_end(struct intake *in, struct intake_request *r, bool is_sent);
/* All of it will have been sent when the request ends well: then the registry holds the zone. */
void intake_zones_promise(struct intake_request *r, const char *kind, uint64_t bytes);

/* intake_zone.c.  The three things that there are of one zone. */
enum MHD_Result intake_zone_finish(struct intake *in, struct intake_request *r);
/* Opens a version's file and describes it; etag is filled, and borrowed by *thing.  Returns a
 * descriptor, the caller's, or a code. */
int intake_zone_open(const struct intake *in, const struct book_version *v,
    char etag[INTAKE_ETAG_MAX], struct http_thing *thing);
/* What the request's header fields say; a Range of a GET alone. */
struct http_asked intake_asked(const struct intake_request *r);
/* Answers 304, 412 or 416.  Returns false when something is to be sent. */
bool intake_conditions(struct intake *in, struct intake_request *r, const struct http_outcome *o,
    const struct http_thing *thing, enum MHD_Result *rc);
/* Queues a response of that type with its validators, and ends with it. */
enum MHD_Result intake_send(struct intake_request *r, unsigned status,
    struct MHD_Response *response, const char *type, const struct http_thing *thing);
enum MHD_Result intake_delta_finish(struct intake *in, struct intake_request *r); /* _delta.c */
enum MHD_Result intake_proof_finish(struct intake *in, struct intake_request *r); /* _proof.c */

/* intake_owed.c.  Tells the hub of a download when the peer has all of it. */
void intake_owed_add(struct intake *in, int fd, const struct intake_download *d);
void intake_owed_step(struct intake *in);

/* intake_reply.c.  problem+json; verdict NULL: none.  With 405, detail is what Allow says. */
enum MHD_Result intake_problem(
    struct MHD_Connection *c, unsigned status, const char *detail, const json_t *verdict);
enum MHD_Result intake_refuse(/* and counts it */
    struct intake *in, struct intake_request *r, unsigned status, const char *why);
enum MHD_Result intake_update_answer(struct intake *in, struct intake_request *r);
/* body is taken over; with an ETag of its own, so that it is not sent to who has it. */
enum MHD_Result intake_json(struct intake *in, struct intake_request *r, json_t *body);

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
