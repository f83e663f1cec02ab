#include "base/err.h"
#include "control/confine.h"
#include "control/key_guard.h"
#include "control/pull.h"
#include "control/pull_catalog.h"
#include "control/pull_wire.h"
#include "control/pull_zone.h"
#include "control/report.h"
#include "control/store_file.h"
#include "control/trust_json.h"
#include "lists/normal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define DAY_SECONDS  86400
#define MIB          (UINT64_C(1) << 20)
#define RECORD_LEAST 12 /* bytes that a record takes in a message */

struct pulling {
	const struct pull_task *task;
	struct pull_wire wire;
	FILE *raw, *out, *body;
	struct zone_file *old; /* to put a difference into */
	struct pull_stream stream;
	struct pull_zone zone;
	struct pull_catalog catalog;
	struct verify verify;
	struct guard guard;
	struct guard_scope scope;
	uint64_t size;
	uint32_t serial;
	uint8_t message[MESSAGE_MAX];
};

static int64_t
now_s(const struct pulling *x)
{
	return (int64_t)time(NULL) + x->task->options->config.top.clock_offset;
}

/* TSIG's time is that of the source, which knows of no exercise. */
static uint64_t
tsig_now_s(void)
{
	return (uint64_t)time(NULL);
}

/* The version in force: to put a difference into, or to be verified itself. */
static int
open_held(struct pulling *x)
{
	const struct pull_task *t = x->task;
	char path[STORE_FILE_PATH_MAX], whole[4096];
	FILE *f;
	int fd;

	if (!t->held)
		return 0;
	if (t->from) {
		store_file_path(path, t->held);
		snprintf(whole, sizeof(whole), "%s/%s", store_dir(t->store), path);
		return t->is_whole ? 0 : zone_file_open(&x->old, AT_FDCWD, whole);
	}
	fd = store_file_open(t->store, t->held);
	f = fd < 0 ? NULL : fdopen(fd, "r");
	if (!f)
		return fd < 0 ? fd : -errno;
	fclose(x->raw);
	x->raw = f;
	return 0;
}

/* Everything but these goes: the database, the sockets of others, the journal. */
static int
lock_in(const struct pulling *x, const struct pull_files *files)
{
	const struct hub_config *c = &x->task->options->config;
	int keep[] = {files->reply_fd, files->spill_fd, fileno(x->raw), fileno(x->out),
	    fileno(x->body), x->wire.fd, x->old ? x->old->fd : -1};
	struct confine_limits limits = {
	    .cpu_s = (uint64_t)c->top.judge_time,
	    /* As text a record is at most some six times as long. */
	    .file_bytes = 8 * (uint64_t)c->node.zone_max * MIB,
	    .memory_bytes = (uint64_t)c->top.judge_memory * MIB,
	    .jail = c->top.seccomp,
	};

	return confine(keep, sizeof(keep) / sizeof(keep[0]), &limits);
}

static int
ask(struct pulling *x)
{
	uint8_t msg[2 + PULL_ASK_ROOM];
	uint16_t id;
	int n;

	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		return -EIO;
	n = pull_ask(&x->stream, msg + 2, id, tsig_now_s());
	if (n < 0)
		return n;
	put16(msg, (uint16_t)n);
	return pull_wire_send(&x->wire, msg, (size_t)n);
}

static int
transfer(struct pulling *x)
{
	const char *why = "";
	int rc = pull_wire_start(&x->wire, &why);

	snprintf(x->stream.why, sizeof(x->stream.why), "%s", why);
	rc = rc < 0 ? rc : ask(x);
	while (rc == 0) {
		int n = pull_wire_receive(&x->wire, x->message);

		rc = n < 0 ? n : pull_take(&x->stream, x->message, (size_t)n, tsig_now_s());
	}
	if (rc > 0 && !x->task->feed)
		rc = pull_catalog_finish(&x->catalog);
	else if (rc > 0 && x->stream.kind != PULL_CURRENT)
		rc = pull_zone_finish(&x->zone, x->stream.kind);
	return rc < 0 ? rc : 0;
}

static int
take_entry(void *ctx, const struct zone_verdict *part, const struct entry *e)
{
	struct pulling *x = ctx;

	(void)part;
	guard_entry(&x->guard, e);
	return 0;
}

/* The zone once more, in the form in which it will be kept. */
static int
write_out(struct pulling *x, FILE *f)
{
	struct reasons ignored = {0};
	struct normal n = {.scan = {.f = f,
			       .where = x->task->where,
			       .reasons = &ignored,
			       .spill_fd = x->verify.spill_fd},
	    .scratch = x->body};
	int rc;

	rc = normal_read(&n);
	if (rc == 0)
		rc = normal_write(&n, n.scan.apex, x->out);
	zone_scan_free(&n.scan);
	reasons_free(&ignored);
	x->size = (uint64_t)ftello(x->out);
	return rc < 0 ? rc : fflush(x->out) ? -errno : 0;
}

static int
take_part(void *ctx, const struct zone_verdict *part, FILE *f)
{
	struct pulling *x = ctx;

	x->serial = part->serial;
	return x->task->from ? write_out(x, f) : 0; /* else it lies there in this form */
}

static void
prepare(struct pulling *x, const struct pull_files *files)
{
	const struct pull_task *t = x->task;
	const struct config_node *c = &t->options->config.node;

	x->stream = (struct pull_stream){.origin = t->origin,
	    .origin_len = t->origin_len,
	    .key = t->key,
	    .has_serial = t->held != NULL,
	    .serial = t->serial,
	    .is_ixfr = t->held && !t->is_whole,
	    .bytes_max = (uint64_t)c->zone_max * MIB,
	    .records_max = (uint64_t)c->zone_max * MIB / RECORD_LEAST,
	    .ctx = &x->zone,
	    .record = pull_zone_record};
	x->zone = (struct pull_zone){.to = x->raw, .old = x->old};
	if (!t->feed) {
		x->catalog = (struct pull_catalog){
		    .origin = t->origin, .origin_len = t->origin_len, .max = (size_t)c->parts};
		x->stream.ctx = &x->catalog;
		x->stream.record = pull_catalog_record;
		return;
	}
	x->scope = t->feed->scope;
	x->scope.today = (int32_t)(now_s(x) / DAY_SECONDS);
	x->scope.change = 0; /* how much may change at once is the hub's to say */
	x->scope.change_percent = 0;
	guard_start(&x->guard, &x->scope);
	guard_part(&x->guard, t->suffix, t->suffix_len);
	x->verify = (struct verify){.trust = &t->feed->trust,
	    .now = now_s(x),
	    .has_serial = t->held && t->from,
	    .serial = t->serial,
	    .spill_fd = files->spill_fd,
	    .records_max = x->stream.records_max,
	    .ctx = x,
	    .entry = take_entry,
	    .part = take_part};
}

static void
add_guards(const struct pulling *x, json_t *reasons)
{
	for (int r = 0; r < GUARD_RULES; r++) {
		const struct guard_found *f = &x->guard.found[r];

		/* A window that ends while the hub is gone is no reason against the part. */
		if (!f->count || r == GUARD_EXPIRED)
			continue;
		json_array_append_new(
		    reasons, json_pack("{s:o, s:s, s:s, s:I}", "code",
				 json_sprintf("guard-%s", guard_text(r)), "where", x->task->where,
				 "text", f->example[0], "times", (json_int_t)f->count));
	}
}

static json_t *
describe(const struct pulling *x, const char *state, const char *error, json_t *reasons)
{
	static const char *const kinds[] = {"", "axfr", "ixfr", "ixfr"};

	return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:s, s:o}", "state", state, "kind",
	    x->task->from ? kinds[x->stream.kind] : "held", "serial", (json_int_t)x->serial,
	    "bytes", (json_int_t)x->stream.bytes, "names", (json_int_t)x->verify.names, "size",
	    (json_int_t)x->size, "until", (json_int_t)x->verify.until, "error", error, "reasons",
	    reasons);
}

/* Whether the publishers signed it, and the guards let it pass. */
static json_t *
judge(struct pulling *x)
{
	json_t *reasons;
	bool is_good;
	int rc = part_verify(&x->verify, x->raw, x->task->where);

	if (rc < 0)
		return describe(x, "failed", err_text(rc), json_array());
	guard_end(&x->guard, &(struct guard_change){0});
	reasons = report_reasons(&x->verify.reasons);
	if (x->verify.state == VERIFY_VALID)
		add_guards(x, reasons);
	is_good = x->verify.state == VERIFY_VALID &&
		  !guard_refusals(&x->guard, UINT32_C(1) << GUARD_EXPIRED);
	return describe(x, is_good ? "new" : "refused", "", reasons);
}

/* Whether the publishers of before, and the new ones, signed it. */
static json_t *
judge_keys(struct pulling *x)
{
	struct verify *v = &x->verify;
	json_t *reasons, *reply;
	bool is_good;
	int rc = manifest_verify(v, x->raw, x->task->where);

	if (rc == 0 && v->state == VERIFY_VALID)
		rc = v->manifest.is_keys ? write_out(x, x->raw) : -ERR_FORMAT;
	if (rc < 0)
		return describe(x, "failed", err_text(rc), json_array());
	x->serial = v->manifest.serial;
	reasons = report_reasons(&v->reasons);
	is_good =
	    v->state == VERIFY_VALID && key_guard(x->task->feed, v->manifest.keys, reasons) == 0;
	reply = describe(x, is_good ? "new" : "refused", "", reasons);
	if (is_good)
		json_object_set_new(reply, "keys", trust_json(v->manifest.keys, x->serial));
	return reply;
}

static json_t *
list_members(const struct pulling *x)
{
	json_t *members = json_array();
	char name[NAME_TEXT_MAX];

	for (size_t i = 0; i < x->catalog.n; i++) {
		name_to_text(name, x->catalog.member[i].name);
		json_array_append_new(members, json_string(name));
	}
	return json_pack("{s:s, s:I, s:I, s:o, s:s}", "state", "catalog", "serial",
	    (json_int_t)x->stream.new_serial, "bytes", (json_int_t)x->stream.bytes, "members",
	    members, "error", "");
}

static json_t *
fetch(struct pulling *x)
{
	int rc = x->task->from ? transfer(x) : 0;

	if (rc < 0)
		return describe(
		    x, "failed", *x->stream.why ? x->stream.why : err_text(rc), json_array());
	if (!x->task->feed)
		return list_members(x);
	if (x->stream.kind == PULL_CURRENT)
		return describe(x, "current", "", json_array());
	return x->task->is_keys ? judge_keys(x) : judge(x);
}

static int
open_all(struct pulling *x, const struct pull_files *files)
{
	x->raw = fdopen(files->raw_fd, "w+");
	x->out = fdopen(files->out_fd, "w");
	x->body = fdopen(files->body_fd, "w+");
	if (!x->raw || !x->out || !x->body)
		return -errno;
	return open_held(x);
}

_Noreturn void
pull_run(const struct pull_task *task, const struct pull_files *files)
{
	struct pulling *x = calloc(1, sizeof(*x));
	json_t *reply = NULL;
	int rc = x ? 0 : -ENOMEM;

	if (rc == 0) {
		x->task = task;
		x->wire.fd = -1;
		rc = open_all(x, files);
	}
	if (rc == 0 && task->from)
		rc = pull_wire_open(
		    &x->wire, task->from, task->tls, task->options->config.node.stall);
	if (x)
		prepare(x, files);
	if (rc == 0)
		rc = lock_in(x, files);
	if (rc == 0)
		reply = fetch(x);
	else if (x)
		reply = describe(x, "failed", err_text(rc), json_array());
	if (!reply || json_dumpfd(reply, files->reply_fd, JSON_COMPACT) < 0)
		_exit(1);
	_exit(0);
}
