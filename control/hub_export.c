#include "control/hub_export.h"

#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "control/confine.h"
#include "control/hub.h"
#include "control/store_audit.h"
#include "control/store_file.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY_SECONDS 86400
#define AGAIN_NS    (60 * INT64_C(1000000000))
#define WHY_MAX     300
#define MIB         (UINT64_C(1) << 20)

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
hub_export_open(struct hub_exports *e)
{
	*e = (struct hub_exports){.end_fd = -1, .report_fd = -1};
}

void
hub_export_mark(struct hub *h, const struct hub_feed *f)
{
	for (unsigned i = 0; i < h->options->exports_n; i++)
		if (h->options->export[i].feed == f) {
			h->exports.of[i].is_fresh = false;
			h->exports.of[i].again_ns = 0;
		}
}

static struct hub_export_part *
find(const struct hub_export_task *t, const char *suffix)
{
	for (size_t i = 0; i < t->parts; i++)
		if (strcmp(t->part[i].suffix, suffix) == 0)
			return &t->part[i];
	return NULL;
}

static int
add(struct hub_export_task *t, const char *suffix, const char *digest)
{
	if (t->parts == t->room) {
		size_t room = t->room ? 2 * t->room : 64;
		struct hub_export_part *more = reallocarray(t->part, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		t->part = more;
		t->room = room;
	}
	strcpy(t->part[t->parts].suffix, suffix);
	strcpy(t->part[t->parts++].digest, digest);
	return 0;
}

static int
add_part(void *ctx, const struct store_zone *z)
{
	struct hub_export_task *t = ctx;
	uint8_t suffix[NAME_LEN_MAX];
	int len = name_from_text(suffix, z->suffix, strlen(z->suffix));

	if (len < 0 || !registry_reads(t->options->registries, t->export->registry, z->feed, suffix,
			   (size_t)len))
		return 0;
	return add(t, z->suffix, z->digest);
}

/* What is in force, and the registry's suffixes of which nothing is: who reads a file must not
 * miss it. */
static int
gather(struct hub *h, struct hub_export_task *t)
{
	const struct registry *g = t->export->registry;
	int rc = store_zones(h->store, t->export->feed->name, "part", add_part, t);

	for (size_t i = 0; rc == 0 && i < g->suffixes.n; i++) {
		char text[NAME_TEXT_MAX];
		uint8_t suffix[NAME_LEN_MAX];

		if (name_from_text(suffix, g->suffixes.item[i], strlen(g->suffixes.item[i])) < 0)
			continue;
		name_to_text(text, suffix);
		if (!find(t, text))
			rc = add(t, text, "");
	}
	return rc;
}

static void
failed(struct hub *h, const char *why)
{
	struct hub_exports *e = &h->exports;

	log_event(LOG_LEVEL_ERROR, "export-failed",
	    "export=%s error=\"%s\" note=\"the folder before stays; it is tried again\"",
	    h->options->export[e->now].conf->name, why);
	e->of[e->now].is_fresh = false;
	e->of[e->now].again_ns = hub_clock_ns() + AGAIN_NS;
}

static _Noreturn void
run(struct hub *h, const struct hub_export_task *t)
{
	const struct config_hub *c = &h->options->config.top;
	struct confine_limits limits = {.cpu_s = (uint64_t)c->judge_time,
	    .file_bytes = 4 * (uint64_t)c->expanded_max * MIB,
	    .memory_bytes = (uint64_t)c->judge_memory * MIB};
	sigset_t none;
	int rc;

	prctl(PR_SET_NAME, "cordond-export");
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	rc = dup2(h->exports.report_fd, STDERR_FILENO) < 0 ? -errno : 0;
	rc = rc < 0 ? rc : confine(NULL, 0, &limits);
	rc = rc < 0 ? rc : hub_export_run(t);
	_exit(rc < 0);
}

static int
start(struct hub *h)
{
	struct hub_exports *e = &h->exports;
	const struct hub_export *x = &h->options->export[e->now];
	struct hub_export_task t = {.options = h->options,
	    .store = h->store,
	    .export = x,
	    .day = e->day + (int32_t)x->conf->ahead};
	int rc = store_feed_serial(h->store, x->feed->name, &t.serial);

	if (rc <= 0)
		return rc;
	rc = gather(h, &t);
	if (rc == 0) {
		e->files = t.parts;
		e->report_fd = store_file_nameless(h->store);
		rc = e->report_fd < 0 ? e->report_fd : confine_fork(&e->pid, &e->end_fd);
	}
	if (rc > 0)
		run(h, &t);
	if (rc < 0)
		close_fd(&e->report_fd);
	free(t.part);
	return rc;
}

void
hub_export_step(struct hub *h)
{
	struct hub_exports *e = &h->exports;
	int32_t day = (int32_t)(hub_now(h) / DAY_SECONDS);
	int64_t now_ns = hub_clock_ns();

	for (unsigned i = 0; e->day != day && i < h->options->exports_n; i++)
		e->of[i].is_fresh = false;
	e->day = day;
	/* Behind the last one, so that one that always fails does not keep others waiting. */
	for (unsigned k = 0; k < h->options->exports_n && !e->pid; k++) {
		int rc;

		e->now = e->next++ % h->options->exports_n;
		if (e->of[e->now].is_fresh || now_ns < e->of[e->now].again_ns)
			continue;
		e->of[e->now].is_fresh = true;
		rc = start(h);
		if (rc < 0) {
			e->pid = 0;
			failed(h, err_text(rc));
		}
	}
}

static void
note(struct hub *h)
{
	const struct hub_exports *e = &h->exports;
	const struct hub_export *x = &h->options->export[e->now];
	char day[DATE_TEXT_MAX];
	json_t *detail;

	date_format(day, e->day + (int32_t)x->conf->ahead);
	detail = json_pack("{s:s, s:s, s:s, s:I}", "registry", x->registry->name, "form",
	    x->conf->form, "day", day, "files", (json_int_t)e->files);
	if (store_audit(h->store, hub_now(h), "export", x->conf->name, detail) < 0)
		log_event(LOG_LEVEL_ERROR, "audit", "error=\"%s\"", store_error(h->store));
	json_decref(detail);
	log_event(LOG_LEVEL_INFO, "export", "export=%s registry=%s day=%s files=%" PRIu64,
	    x->conf->name, x->registry->name, day, e->files);
}

void
hub_export_read(struct hub *h)
{
	struct hub_exports *e = &h->exports;
	char why[WHY_MAX + 1] = "";
	int status = -1;
	ssize_t n;

	while (waitpid(e->pid, &status, 0) < 0 && errno == EINTR)
		;
	e->pid = 0;
	n = pread(e->report_fd, why, WHY_MAX, 0);
	why[n < 0 ? 0 : n] = '\0';
	why[strcspn(why, "\n")] = '\0';
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		note(h);
	else
		failed(h, *why ? why : "its process died");
	close_fd(&e->end_fd);
	close_fd(&e->report_fd);
}

void
hub_export_stop(struct hub *h)
{
	struct hub_exports *e = &h->exports;

	if (e->pid) {
		kill(e->pid, SIGTERM);
		waitpid(e->pid, NULL, 0);
	}
	close_fd(&e->end_fd);
	close_fd(&e->report_fd);
	hub_export_open(e);
}
