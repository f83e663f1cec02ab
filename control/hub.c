#include "control/hub.h"

#include "base/ctl_server.h"
#include "base/err.h"
#include "base/log.h"
#include "base/priv.h"
#include "base/sd_notify.h"
#include "control/hub_child.h"
#include "control/hub_intake.h"
#include "control/hub_keys.h"
#include "control/hub_xfr.h"
#include "control/node.h"
#include "control/store_audit.h"
#include "control/store_file.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS       250
#define SECOND_NS     1000000000
#define BOOK_AGAIN_NS (5 * (int64_t)SECOND_NS)

int64_t
hub_clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * SECOND_NS + ts.tv_nsec;
}

int64_t
hub_now(const struct hub *h)
{
	return (int64_t)time(NULL) + h->options->config.top.clock_offset;
}

static void
log_mistake(void *ctx, const char *path, unsigned line, const char *text)
{
	(void)ctx;
	log_event(
	    LOG_LEVEL_ERROR, "configuration", "file=%s line=%u error=\"%s\"", path, line, text);
}

/* Every part in force is open while an update is compared with them. */
static void
allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int
become_user(const struct hub *h)
{
	const struct config_hub *top = &h->options->config.top;
	struct priv p;
	int rc;

	if (!top->user || geteuid() != 0)
		return 0;
	rc = priv_find(&p, top->user, top->group);
	rc = rc < 0 ? rc : priv_drop(&p);
	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "user", "user=%s error=\"%s\"", top->user, err_text(rc));
	return rc;
}

static bool
is_node(const struct hub *h)
{
	return h->options->config.top.role == ROLE_NODE;
}

static int
open_store(struct hub *h)
{
	char why[STORE_WHY_MAX];
	int64_t files = 0, last;
	int rc = store_open(&h->store, h->options->config.top.state, why);

	if (rc == 0)
		files = store_file_check(h->store, why);
	if (rc < 0 || files < 0) {
		log_event(LOG_LEVEL_ERROR, "state", "error=\"%s\"", why);
		return rc < 0 ? rc : (int)files;
	}
	last = store_last_time(h->store);
	if (last > hub_now(h))
		log_event(LOG_LEVEL_WARNING, "clock",
		    "behind_s=%" PRId64 " note=\"the last audit record is from the future\"",
		    last - hub_now(h));
	log_event(LOG_LEVEL_NOTICE, "state", "dir=%s files=%" PRId64, store_dir(h->store), files);
	return 0;
}

static int
open_control(struct hub *h)
{
	const char *path = h->options->config.top.control;
	int fd, rc;

	if (!*path)
		return 0;
	fd = ctl_listen(path);
	rc = fd < 0 ? fd : ctl_server_new(&h->ctl, fd);
	if (rc == 0)
		return 0;
	log_event(LOG_LEVEL_ERROR, "control",
	    "socket=%s error=\"%s\" remedy=\"make its directory, or give another in "
	    "\\\"control\\\"\"",
	    path, err_text(rc));
	return rc;
}

int
hub_open(struct hub *h, const char *path)
{
	json_t *detail;
	int rc;

	memset(h, 0, sizeof(*h));
	h->queue_end = &h->queue;
	h->examine = (struct examine){-1, -1, -1};
	h->policy.derive = (struct derive){.end_fd = -1, .report_fd = -1, .out_fd = -1};
	hub_export_open(&h->exports);
	h->xfr = (struct hub_child){.name = "cordond-xfr", .fd = -1};
	h->intake = (struct hub_child){.name = "cordond-intake", .fd = -1};
	rc = hub_options_load(&h->options, path, log_mistake, NULL);
	if (rc < 0)
		return rc;
	log_set_level((enum log_level)h->options->config.top.log_level);
	allow_files();
	h->started = hub_now(h);
	rc = open_store(h);
	rc = rc < 0 ? rc : hub_keys_load(h->store, h->options);
	if (rc == 0 && !is_node(h))
		rc = hub_drop_open(h);
	rc = rc < 0 ? rc : node_open(h);
	rc = rc < 0 ? rc : hub_book_write(h);
	if (rc == 0 && hub_xfr_is_wanted(h))
		rc = hub_child_start(h, &h->xfr, hub_xfr_run);
	if (rc == 0 && hub_intake_is_wanted(h))
		rc = hub_child_start(h, &h->intake, hub_intake_run);
	rc = rc < 0 ? rc : open_control(h);
	rc = rc < 0 ? rc : become_user(h);
	h->copy_due = true;
	if (rc == 0) {
		detail = json_pack("{s:s}", "version", CORDON_VERSION);
		rc = store_audit(h->store, hub_now(h), "start", "cordond", detail);
		json_decref(detail);
	}
	return rc;
}

void
hub_close(struct hub *h)
{
	hub_child_end(&h->intake);
	hub_child_end(&h->xfr);
	hub_take_close(h);
	hub_dry_close(h);
	node_close(h);
	hub_policy_stop(h);
	store_copy_free(h->copy);
	hub_export_stop(h);
	if (h->ctl)
		unlink(h->options->config.top.control);
	ctl_server_free(h->ctl);
	store_close(h->store);
	hub_options_free(h->options);
	json_decref(h->https_counts);
}

/* A new configuration: the directory of registries, feeds and their guards; all else at the next
 * start.  One mistake and the one before stays. */
static void
reload(struct hub *h)
{
	struct hub_options *fresh;

	/* What is being examined, or waits, points into the old one. */
	if (h->now || h->queue) {
		log_event(LOG_LEVEL_WARNING, "reload-failed",
		    "error=\"an update is being examined; ask again\"");
		return;
	}
	if (hub_options_load(&fresh, h->options->path, log_mistake, NULL) < 0) {
		log_event(
		    LOG_LEVEL_ERROR, "reload-failed", "note=\"the configuration before stays\"");
		return;
	}
	if (strcmp(fresh->config.top.state, h->options->config.top.state) != 0 ||
	    strcmp(fresh->config.top.control, h->options->config.top.control) != 0 ||
	    fresh->config.top.role != h->options->config.top.role) {
		log_event(LOG_LEVEL_ERROR, "reload-failed",
		    "error=\"\\\"state\\\", \\\"control\\\" and \\\"role\\\" change by a "
		    "restart\"");
		hub_options_free(fresh);
		return;
	}
	if (hub_keys_load(h->store, fresh) < 0) {
		log_event(
		    LOG_LEVEL_ERROR, "reload-failed", "note=\"the configuration before stays\"");
		hub_options_free(fresh);
		return;
	}
	node_close(h); /* its parts point into the old options */
	hub_policy_stop(h);
	hub_export_stop(h);
	hub_options_free(h->options);
	h->options = fresh;
	log_set_level((enum log_level)fresh->config.top.log_level);
	if (is_node(h) ? node_open(h) < 0 : hub_drop_open(h) < 0)
		log_event(LOG_LEVEL_ERROR, "reload-failed", "note=\"restart it\"");
	hub_book_write(h);
	hub_child_end(&h->intake); /* they start again with what they are told now */
	hub_child_end(&h->xfr);
	log_event(LOG_LEVEL_NOTICE, "reloaded", "feeds=%u registries=%zu", fresh->feeds_n,
	    fresh->registries->file.n);
}

static void
take_signals(struct hub *h, int fd)
{
	struct signalfd_siginfo got;

	while (read(fd, &got, sizeof(got)) == sizeof(got)) {
		if (got.ssi_signo == SIGHUP)
			reload(h);
		else
			h->end = true;
	}
}

static void
step(struct hub *h)
{
	int64_t now = hub_clock_ns();

	if (!is_node(h))
		hub_drop_step(h);
	node_step(h);
	hub_take_step(h);
	hub_policy_step(h);
	hub_export_step(h);
	if (hub_xfr_is_wanted(h))
		hub_child_keep(h, &h->xfr, hub_xfr_run);
	if (hub_intake_is_wanted(h))
		hub_child_keep(h, &h->intake, hub_intake_run);
	if (h->book_stale && now >= h->book_ns) {
		h->book_ns = now + BOOK_AGAIN_NS;
		hub_book_write(h);
	}
	hub_sweep_step(h);
	hub_copy_step(h);
}

void
hub_run(struct hub *h, int signal_fd)
{
	int watchdog_ms = notify_watchdog_ms();
	int64_t next_ns = 0;

	while (!h->end) {
		struct pollfd fds[] = {{signal_fd, POLLIN, 0},
		    {h->ctl ? ctl_server_fd(h->ctl) : -1, POLLIN, 0},
		    {h->now ? h->examine.verdict_fd : -1, POLLIN, 0}, {h->xfr.fd, POLLIN, 0},
		    {h->intake.fd, POLLIN, 0}, {node_fd(h), POLLIN, 0},
		    {h->policy.derive.end_fd, POLLIN, 0}, {h->exports.end_fd, POLLIN, 0}};

		poll(fds, sizeof(fds) / sizeof(fds[0]), TICK_MS);
		if (watchdog_ms && hub_clock_ns() >= next_ns) {
			notify_send("WATCHDOG=1");
			next_ns = hub_clock_ns() + (int64_t)watchdog_ms * 1000000;
		}
		take_signals(h, signal_fd);
		if (h->ctl)
			ctl_server_step(h->ctl, hub_clock_ns() / 1000000, hub_answer, h);
		if (fds[2].revents)
			hub_take_read(h);
		if (fds[3].revents)
			hub_child_read(h, &h->xfr, hub_xfr_take);
		if (fds[4].revents)
			hub_child_read(h, &h->intake, hub_intake_take);
		if (fds[6].revents)
			hub_policy_read(h);
		if (fds[7].revents)
			hub_export_read(h);
		step(h);
	}
}
