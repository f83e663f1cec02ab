#include "control/derive_run.h"

#include "base/err.h"
#include "control/confine.h"
#include "control/store_file.h"
#include "lists/policy_zone.h"
#include "lists/read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MIB (1ull << 20)

struct deriving {
	const struct derive_task *task;
	FILE **part; /* NULL: gone */
	FILE *out;
	struct policy_zone_options options;
	struct policy_zone zone; /* the one at hand */
	bool is_drill, has_begun;
};

static int
take_meta(void *ctx, const struct list_meta *m)
{
	struct deriving *d = ctx;

	d->is_drill = m->drill;
	if (m->action != ACTION_INHERIT)
		d->options.action = (enum action)m->action;
	policy_zone_begin(&d->zone, d->out, &d->options);
	d->has_begun = true;
	return 0;
}

static int
take_entry(void *ctx, const struct entry *e)
{
	struct deriving *d = ctx;

	return d->is_drill ? 0 : policy_zone_entry(&d->zone, e);
}

static int
derive_one(struct deriving *d, size_t i, struct derive_result *r)
{
	static const struct list_sink callbacks = {.meta = take_meta, .entry = take_entry};
	const struct derive_task *t = d->task;
	const struct derive_zone *z = &t->zone[i];
	struct list_sink sink = callbacks;
	uint8_t origin[NAME_LEN_MAX];
	off_t before = ftello(d->out);
	int len = derive_origin(origin, t->options, t->feed, z->suffix), rc = 0;

	if (len < 0)
		return len;
	d->options.origin = origin;
	d->options.origin_len = (size_t)len;
	d->options.serial = z->serial;
	d->options.action = ACTION_NXDOMAIN;
	d->has_begun = false;
	sink.ctx = d;
	if (d->part[i])
		rc = list_read(d->part[i], z->suffix, LIST_ZONE, NULL, &sink);
	if (rc == 0 && !d->has_begun)
		policy_zone_begin(&d->zone, d->out, &d->options);
	rc = rc < 0 ? rc : policy_zone_end(&d->zone);
	if (rc == 0 && (fflush(d->out) != 0 || ferror(d->out)))
		rc = errno ? -errno : -EIO;
	*r = (struct derive_result){
	    (uint64_t)(ftello(d->out) - before), d->zone.names, d->zone.left_out};
	return rc;
}

static int
open_parts(struct deriving *d)
{
	const struct derive_task *t = d->task;

	d->part = calloc(t->zones + 1, sizeof(FILE *));
	for (size_t i = 0; d->part && i < t->zones; i++) {
		int fd = -1;

		if (!*t->zone[i].part)
			continue;
		fd = store_file_open(t->store, t->zone[i].part);
		if (fd < 0)
			return fd;
		d->part[i] = fdopen(fd, "r");
		if (!d->part[i])
			return -errno;
	}
	return d->part ? 0 : -ENOMEM;
}

static int
lock_in(const struct deriving *d, const struct derive *files)
{
	const struct derive_task *t = d->task;
	const struct config_hub *c = &t->options->config.top;
	struct confine_limits limits = {.cpu_s = (uint64_t)c->judge_time,
	    .file_bytes = 4 * (uint64_t)c->expanded_max * MIB,
	    .memory_bytes = (uint64_t)c->judge_memory * MIB,
	    .jail = c->seccomp};
	int *keep = calloc(t->zones + 2, sizeof(*keep)), rc;
	size_t n = 0;

	if (!keep)
		return -ENOMEM;
	keep[n++] = files->report_fd;
	keep[n++] = files->out_fd;
	for (size_t i = 0; i < t->zones; i++)
		if (d->part[i])
			keep[n++] = fileno(d->part[i]);
	rc = confine(keep, n, &limits);
	free(keep);
	return rc;
}

/* The parent logs it: this process has no place to. */
static int
complain(int fd, const char *what, int rc)
{
	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return rc;
	if (rc == -ERR_REFUSED)
		dprintf(fd, "%s: an entry of action sinkhole, and no \"policy-addresses\"", what);
	else
		dprintf(fd, "%s: %s", what, err_text(rc));
	return rc;
}

static int
derive(const struct derive_task *t, const struct derive *files)
{
	static uint8_t ns[NAME_LEN_MAX] = "\2ns", mail[NAME_LEN_MAX] = "\12hostmaster";
	struct deriving *d = calloc(1, sizeof(*d));
	struct derive_result r;
	int rc = d ? 0 : -ENOMEM;

	if (rc < 0)
		return rc;
	memcpy(ns + 3, t->options->domain, t->options->domain_len);
	memcpy(mail + 11, t->options->domain, t->options->domain_len);
	d->task = t;
	d->options = (struct policy_zone_options){
	    .ns = ns, .mail = mail, .day = t->day, .policy = &t->feed->policy};
	rc = open_parts(d);
	if (rc == 0) {
		d->out = fdopen(files->out_fd, "w");
		rc = d->out ? lock_in(d, files) : -errno;
	}
	for (size_t i = 0; rc == 0 && i < t->zones; i++) {
		rc = derive_one(d, i, &r);
		if (rc == 0 && write(files->report_fd, &r, sizeof(r)) != sizeof(r))
			rc = -EIO;
		if (rc < 0)
			return complain(files->report_fd, t->zone[i].suffix, rc);
	}
	return rc < 0 ? complain(files->report_fd, "start", rc) : 0;
}

_Noreturn void
derive_run(const struct derive_task *task, const struct derive *d)
{
	prctl(PR_SET_NAME, "cordond-derive");
	_exit(derive(task, d) < 0);
}
