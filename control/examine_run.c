#include "control/examine_run.h"

#include "base/err.h"
#include "control/confine.h"
#include "control/examine_impl.h"
#include "control/store_file.h"
#include "lists/digest.h"
#include "lists/normal.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAY_SECONDS 86400
#define MIB         (1ull << 20)

static int
take_entry(void *ctx, const struct zone_verdict *part, const struct entry *e)
{
	struct examining *x = ctx;

	(void)part;
	guard_entry(&x->guard, e);
	return examine_note(x, e);
}

/* The part once more, in the form in which it will be kept. */
static int
write_normal(struct examining *x, FILE *f, const char *where)
{
	struct reasons ignored = {0};
	struct normal n = {
	    .scan = {.f = f, .where = where, .reasons = &ignored, .spill_fd = x->verify.spill_fd},
	    .scratch = x->body};
	int rc = 0;

	rewind(x->body);
	if (ftruncate(fileno(x->body), 0) < 0)
		return -errno;
	rc = normal_read(&n);
	if (rc == 0)
		rc = normal_write(&n, n.scan.apex, x->out);
	zone_scan_free(&n.scan);
	reasons_free(&ignored);
	return rc;
}

static int
take_part(void *ctx, const struct zone_verdict *part, FILE *f)
{
	struct examining *x = ctx;
	struct examine_old *old = examine_find(x, part->suffix, part->suffix_len);
	uint64_t added, removed, begin = x->written;
	char suffix[NAME_TEXT_MAX];
	json_t *diff = NULL;
	int rc;

	guard_part(&x->guard, part->suffix, part->suffix_len);
	rc = examine_diff(x, part->suffix, part->suffix_len, &added, &removed);
	if (rc == 0 && x->task->is_dry)
		diff = examine_names(x, f, old ? old->f : NULL, &rc);
	x->fresh.n = 0;
	rc = rc < 0 ? rc : write_normal(x, f, part->where);
	if (rc < 0)
		return rc;
	x->written = (uint64_t)ftello(x->out);
	name_to_text(suffix, part->suffix);
	return json_array_append_new(x->parts,
		   json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o*}", "suffix", suffix,
		       "serial", (json_int_t)part->serial, "names", (json_int_t)part->names,
		       "added", (json_int_t)added, "removed", (json_int_t)removed, "offset",
		       (json_int_t)begin, "size", (json_int_t)(x->written - begin), "diff", diff))
		   ? -ENOMEM
		   : 0;
}

/* It goes on to whoever verifies for himself: mirrors, hubs behind this one, nodes. */
static int
take_manifest(void *ctx, const struct manifest *m, FILE *f)
{
	struct examining *x = ctx;
	int rc;

	(void)m;
	rc = write_normal(x, f, MANIFEST_NAME);
	x->manifest = x->written = (uint64_t)ftello(x->out);
	return rc;
}

static int
open_old(struct examining *x)
{
	const struct examine_task *t = x->task;

	x->old = calloc(t->zones + 1, sizeof(*x->old));
	if (!x->old)
		return -ENOMEM;
	for (; x->olds < t->zones; x->olds++) {
		struct examine_old *o = &x->old[x->olds];
		int fd = store_file_open(t->store, t->zone[x->olds].digest);

		if (fd < 0)
			return fd;
		o->zone = &t->zone[x->olds];
		o->f = fdopen(fd, "r");
		if (!o->f)
			return -errno;
	}
	return 0;
}

static int
lock_in(struct examining *x, const struct examine_files *files)
{
	const struct config_hub *c = &x->task->options->config.top;
	struct confine_limits limits = {.cpu_s = (uint64_t)c->judge_time,
	    .file_bytes = 2 * (uint64_t)c->expanded_max * MIB,
	    .memory_bytes = (uint64_t)c->judge_memory * MIB,
	    .jail = c->seccomp};
	int *keep = calloc(x->olds + 6, sizeof(*keep)), rc;
	size_t n = 0;

	if (!keep)
		return -ENOMEM;
	keep[n++] = x->task->archive_fd;
	keep[n++] = files->verdict_fd;
	keep[n++] = files->out_fd;
	keep[n++] = files->spill_fd;
	keep[n++] = files->scratch_fd;
	keep[n++] = files->body_fd;
	for (size_t i = 0; i < x->olds; i++)
		keep[n++] = fileno(x->old[i].f);
	rc = confine(keep, n, &limits);
	free(keep);
	return rc;
}

static int
digest_archive(int fd, char hex[STORE_DIGEST_HEX])
{
	struct digest *d = digest_open();
	uint8_t raw[SHA384_BYTES], bytes[65536];
	off_t at = 0;
	ssize_t n = 1;
	int rc = d ? 0 : -ENOMEM;

	while (rc == 0 && n > 0) {
		n = pread(fd, bytes, sizeof(bytes), at);
		if (n < 0)
			rc = -errno;
		else if (n > 0)
			digest_add(d, bytes, (size_t)n);
		at += n;
	}
	rc = rc < 0 ? rc : digest_end(d, raw);
	digest_close(d);
	if (rc == 0)
		digest_hex(hex, raw, sizeof(raw));
	return rc;
}

static void
prepare(struct examining *x, const struct examine_files *files)
{
	const struct examine_task *t = x->task;
	const struct config_hub *c = &t->options->config.top;

	randombytes_buf(x->key, sizeof(x->key));
	x->scope = t->feed->scope;
	x->scope.today = (int32_t)(t->now / DAY_SECONDS);
	x->names_room = EXAMINE_NAMES_MAX;
	x->parts = json_array();
	x->gone = json_array();
	guard_start(&x->guard, &x->scope);
	x->verify = (struct verify){.trust = &t->feed->trust,
	    .now = t->now,
	    .has_serial = t->has_serial,
	    .serial = t->serial,
	    .scratch = files->scratch_fd,
	    .spill_fd = files->spill_fd,
	    .limits = {.archive_bytes = (uint64_t)c->archive_max * MIB,
		.member_bytes = (uint64_t)c->expanded_max * MIB,
		.total_bytes = (uint64_t)c->expanded_max * MIB},
	    .ctx = x,
	    .listed = take_manifest,
	    .entry = take_entry,
	    .part = take_part};
}

static int
examine(struct examining *x, int verdict_fd)
{
	char digest[STORE_DIGEST_HEX];
	json_t *verdict;
	bool is_list;
	int rc = digest_archive(x->task->archive_fd, digest);

	rc = rc < 0 ? rc : update_verify(&x->verify, x->task->archive_fd);
	/* Of a refused update not all parts were read, and a key change has none: what it lacks
	 * says nothing. */
	is_list = x->verify.state != VERIFY_REFUSED && !x->verify.manifest.is_keys;
	if (rc == 0 && is_list)
		rc = examine_gone(x);
	if (rc == 0 && is_list)
		guard_end(&x->guard, &x->change);
	if (rc == 0 && (fflush(x->out) != 0 || ferror(x->out)))
		rc = errno ? -errno : -EIO;
	verdict = rc < 0 ? NULL : examine_verdict(x);
	if (rc == 0 && (!verdict || json_object_set_new(verdict, "archive", json_string(digest)) ||
			   json_dumpfd(verdict, verdict_fd, JSON_COMPACT) < 0))
		rc = -EIO;
	json_decref(verdict);
	return rc;
}

void
examine_run(const struct examine_task *task, const struct examine_files *files)
{
	struct examining *x = calloc(1, sizeof(*x));
	int rc = x ? 0 : -ENOMEM;

	if (rc == 0) {
		x->task = task;
		prepare(x, files);
		rc = open_old(x);
	}
	if (rc == 0) {
		x->out = fdopen(files->out_fd, "w");
		x->body = fdopen(files->body_fd, "w+");
		rc = x->out && x->body ? lock_in(x, files) : -errno;
	}
	if (rc == 0)
		rc = examine(x, files->verdict_fd);
	if (rc < 0) /* the parent logs it: this process has no place to */
		dprintf(files->verdict_fd, "failed: %s", err_text(rc));
	_exit(rc < 0);
}
