#include "control/fetch.h"

#include "base/err.h"
#include "control/confine.h"
#include "control/pull_transfer.h"
#include "control/report.h"
#include "control/store_file.h"
#include "lists/update_archive_write.h"
#include "lists/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MIB          (UINT64_C(1) << 20)
#define RECORD_LEAST 12 /* bytes that a record takes in a message */
#define WHY_MAX      512

struct fetching {
	const struct fetch_task *task;
	struct pull_wire wire;
	FILE *raw;
	struct zone_file *old; /* the manifest in force */
	struct pull_stream stream;
	struct pull_zone zone;
	struct verify verify;
	struct archive_writer *archive;
	uint64_t bytes; /* so far */
	bool is_keys;   /* what lies there is from a key change's place */
	char why[WHY_MAX];
	uint8_t message[MESSAGE_MAX];
};

/* Says which zone it was about. */
static int
failed(struct fetching *x, const uint8_t *origin, int rc)
{
	char zone[NAME_TEXT_MAX];

	name_to_text(zone, origin);
	snprintf(x->why, sizeof(x->why), "%.250s: %.200s", zone,
	    *x->stream.why ? x->stream.why : err_text(rc));
	return rc;
}

/* Fetches a zone into x->raw, by a difference to the manifest in force if from_held. */
static int
get_zone(struct fetching *x, const uint8_t *origin, size_t len, bool from_held)
{
	const struct config_hub *top = &x->task->options->config.top;
	const struct config_node *c = &x->task->options->config.node;
	uint64_t left = (uint64_t)top->expanded_max * MIB - x->bytes;
	uint64_t most = (uint64_t)c->zone_max * MIB;
	int rc;

	rewind(x->raw);
	if (ftruncate(fileno(x->raw), 0) < 0)
		return -errno;
	x->zone = (struct pull_zone){.to = x->raw, .old = from_held ? x->old : NULL};
	x->stream = (struct pull_stream){.origin = origin,
	    .origin_len = len,
	    .key = &x->task->from->key,
	    .has_serial = from_held && x->task->has_serial,
	    .serial = x->task->serial,
	    .is_ixfr = from_held && x->old,
	    .bytes_max = left < most ? left : most,
	    .records_max = most / RECORD_LEAST,
	    .ctx = &x->zone,
	    .record = pull_zone_record};
	rc = pull_transfer(&x->wire, &x->stream, &x->zone, x->message);
	x->bytes += x->stream.bytes;
	pull_stream_end(&x->stream);
	pull_zone_free(&x->zone);
	return rc;
}

static int
put_member(struct fetching *x, const char *name)
{
	return archive_writer_add(x->archive, name, x->raw, 0);
}

static json_t *
describe(const struct fetching *x, const char *state, json_t *reasons)
{
	const struct manifest *m = &x->verify.manifest;

	return json_pack("{s:s, s:s, s:I, s:I, s:s, s:o}", "state", state, "kind",
	    x->is_keys ? "keys" : "update", "serial", (json_int_t)m->serial, "bytes",
	    (json_int_t)x->bytes, "error", x->why, "reasons", reasons ? reasons : json_array());
}

static struct verify
verify_of(const struct fetching *x)
{
	const struct fetch_task *t = x->task;

	return (struct verify){.trust = &t->feed->trust,
	    .now = (int64_t)time(NULL) + t->options->config.top.clock_offset,
	    .has_serial = t->has_serial,
	    .serial = t->serial,
	    .scratch = -1,
	    .spill_fd = x->verify.spill_fd};
}

/* What lies in x->raw is what enough publishers signed, and stands in the archive: 1; 0 with the
 * reasons in x->verify. */
static int
take_manifest(struct fetching *x, const char *where)
{
	int rc;

	x->verify = verify_of(x);
	rc = manifest_verify(&x->verify, x->raw, where);
	if (rc < 0 || x->verify.state != VERIFY_VALID)
		return rc;
	rc = put_member(x, MANIFEST_NAME);
	return rc < 0 ? rc : 1;
}

/* Returns whether there is a key change: 1 with it in the archive, 0 none; -ERR_FORMAT when it is
 * one that is refused. */
static int
get_keys(struct fetching *x)
{
	const struct hub_feed *f = x->task->feed;
	uint8_t origin[NAME_LEN_MAX];
	char label[MANIFEST_LABEL_MAX];
	size_t len;
	int rc;

	manifest_label(label, true, f->trust.version + 1);
	len = strlen(label);
	if (x->task->skip_keys || !f->conf->key_change || 1 + len + f->origin_len > NAME_LEN_MAX)
		return 0;
	origin[0] = (uint8_t)len;
	memcpy(origin + 1, label, len);
	memcpy(origin + 1 + len, f->origin, f->origin_len);
	rc = get_zone(x, origin, 1 + len + f->origin_len, false);
	if (rc == -ERR_REFUSED) /* nearly always there is none; a wrong key is found out next */
		return 0;
	if (rc < 0)
		return failed(x, origin, rc);
	x->is_keys = true;
	rc = take_manifest(x, label);
	return rc == 0 ? -ERR_FORMAT : rc;
}

static int
get_part(struct fetching *x, const struct manifest_part *p)
{
	const struct manifest *m = &x->verify.manifest;
	size_t relative = p->suffix_len - 1u;
	uint8_t origin[NAME_LEN_MAX];
	char name[REASON_WHERE_MAX];
	int rc = member_name(name, p->suffix, p->suffix_len);

	if (rc < 0 || relative + m->base_len > NAME_LEN_MAX)
		return -ERR_NAME;
	memcpy(origin, p->suffix, relative);
	memcpy(origin + relative, m->base, m->base_len);
	rc = get_zone(x, origin, relative + m->base_len, false);
	if (rc < 0)
		return failed(x, origin, rc);
	if (x->stream.new_serial != p->serial) {
		snprintf(x->stream.why, sizeof(x->stream.why),
		    "serial %" PRIu32 ", the manifest says %" PRIu32, x->stream.new_serial,
		    p->serial);
		return failed(x, origin, -ERR_STALE);
	}
	return put_member(x, name);
}

/* Returns 1 with all of it in the archive, 0 when there is nothing newer, -ERR_FORMAT when it is
 * refused. */
static int
get_update(struct fetching *x)
{
	const struct hub_feed *f = x->task->feed;
	uint8_t origin[NAME_LEN_MAX];
	size_t len = sizeof(MANIFEST_LABEL) - 1;
	int rc;

	origin[0] = (uint8_t)len;
	memcpy(origin + 1, MANIFEST_LABEL, len);
	memcpy(origin + 1 + len, f->origin, f->origin_len);
	rc = get_zone(x, origin, 1 + len + f->origin_len, true);
	if (rc < 0)
		return failed(x, origin, rc);
	if (x->stream.kind == PULL_CURRENT)
		return 0;
	rc = take_manifest(x, MANIFEST_NAME);
	for (size_t i = 0; i < x->verify.manifest.n && rc > 0; i++) {
		int got = get_part(x, &x->verify.manifest.part[i]);

		rc = got < 0 ? got : 1;
	}
	return rc == 0 ? -ERR_FORMAT : rc;
}

static json_t *
fetch(struct fetching *x)
{
	const char *why = "";
	int rc = pull_wire_start(&x->wire, &why);

	if (rc < 0)
		snprintf(x->why, sizeof(x->why), "%.200s", *why ? why : err_text(rc));
	rc = rc < 0 ? rc : get_keys(x);
	if (rc == 0)
		rc = get_update(x);
	if (rc > 0)
		rc = archive_writer_end(x->archive) < 0 ? -EIO : 1;
	if (rc >= 0)
		return describe(x, rc ? "new" : "current", NULL);
	if (x->verify.state == VERIFY_REFUSED || x->verify.state == VERIFY_WAITING)
		if (x->verify.reasons.n)
			return describe(x, "refused", report_reasons(&x->verify.reasons));
	if (!*x->why)
		snprintf(x->why, sizeof(x->why), "%s", err_text(rc));
	return describe(x, "failed", NULL);
}

static int
open_all(struct fetching *x, const struct pull_files *files)
{
	const struct fetch_task *t = x->task;
	char path[STORE_FILE_PATH_MAX], whole[4096];
	int rc;

	x->verify.spill_fd = files->spill_fd;
	x->raw = fdopen(files->raw_fd, "w+");
	if (!x->raw)
		return -errno;
	if (t->held && !t->is_whole) {
		store_file_path(path, t->held);
		snprintf(whole, sizeof(whole), "%s/%s", store_dir(t->store), path);
		rc = zone_file_open(&x->old, AT_FDCWD, whole);
		if (rc < 0)
			return rc;
	}
	rc = archive_writer_open(&x->archive, files->out_fd, false);
	return rc < 0 ? rc
		      : pull_wire_open(&x->wire, &t->from->address,
			    t->from->is_tls ? &t->from->tls : NULL, t->options->config.node.stall);
}

/* Everything but these goes: the database, the sockets of others, the journal. */
static int
lock_in(const struct fetching *x, const struct pull_files *files)
{
	const struct hub_config *c = &x->task->options->config;
	int keep[] = {files->reply_fd, files->spill_fd, files->out_fd, fileno(x->raw), x->wire.fd,
	    x->old ? x->old->fd : -1};
	struct confine_limits limits = {
	    .cpu_s = (uint64_t)c->top.judge_time,
	    /* As text a record is at most some six times as long. */
	    .file_bytes = 8 * (uint64_t)c->top.expanded_max * MIB,
	    .memory_bytes = (uint64_t)c->top.judge_memory * MIB,
	    .jail = c->top.seccomp,
	};

	return confine(keep, sizeof(keep) / sizeof(keep[0]), &limits);
}

static void
run(const void *task, const struct pull_files *files)
{
	struct fetching *x = calloc(1, sizeof(*x));
	json_t *reply = NULL;
	int rc = -ENOMEM;

	if (x) {
		x->task = task;
		x->wire.fd = -1;
		rc = open_all(x, files);
		rc = rc < 0 ? rc : lock_in(x, files);
		if (rc < 0)
			snprintf(x->why, sizeof(x->why), "%s", err_text(rc));
		reply = rc < 0 ? describe(x, "failed", NULL) : fetch(x);
	}
	if (!reply || json_dumpfd(reply, files->reply_fd, JSON_COMPACT) < 0)
		_exit(1);
	_exit(0);
}

int
fetch_start(struct pull *p, const struct fetch_task *task)
{
	return pull_fork(p, task->store, run, task);
}
