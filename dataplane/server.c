#include "dataplane/server.h"

#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "base/sd_notify.h"
#include "dataplane/blocks_serve.h"
#include "dataplane/commands.h"
#include "dataplane/cookie_ctl.h"
#include "dataplane/deltas_serve.h"
#include "dataplane/jail.h"
#include "dataplane/stages_ask.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS 250 /* how late midnight may come */

static int64_t
clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void
server_counters(const struct server *s, struct counters *sum)
{
	unsigned n = 0, lcore;
	const struct counters *c = s->sock ? sock_counters(s->sock, &n) : NULL;

	for (unsigned i = 0; i < n; i++)
		counters_sum(sum, &c[i]);
	for (unsigned i = 0; i < ports_workers(s->ports); i++)
		counters_sum(sum, ports_counters(s->ports, i, &lcore));
}

/* A fixed day is its first second. */
static uint64_t
unix_now(const struct options *o)
{
	return o->now >= 0 ? (uint64_t)o->now * 86400 : (uint64_t)time(NULL);
}

static void
move_time(struct server *s)
{
	int32_t day = s->live->now >= 0 ? s->live->now : date_today();

	tails_tick(atomic_load(&s->publish.current)->tails, unix_now(s->live));
	atomic_store_explicit(&s->publish.day, day, memory_order_relaxed);
	atomic_store_explicit(&s->publish.unix_s, (uint32_t)time(NULL), memory_order_relaxed);
}

/* Counters go by a feed's number and live on; what a number counted for another feed is taken off.
 */
static void
rebase_feeds(struct server *s, const struct image *old, const struct image *new)
{
	struct counters sum = {0};
	uint64_t base[INDEX_FEEDS_MAX];

	server_counters(s, &sum);
	for (unsigned i = 0; i < INDEX_FEEDS_MAX; i++)
		base[i] = count_get(&sum.feed[i]);
	for (unsigned i = 0; i < new->feeds_n; i++)
		for (unsigned k = 0; old && k < old->feeds_n; k++)
			if (strcmp(new->feed[i].name, old->feed[k].name) == 0)
				base[i] -= count_get(&sum.feed[k]) - s->feed_base[k];
	memcpy(s->feed_base, base, sizeof(base));
}

/* Takes over both. */
static void
adopt(struct server *s, struct options *o, struct image *img)
{
	const struct image *old = publish_current(&s->publish);
	struct index_stats st;

	img->generation = old ? old->generation + 1 : 1;
	monitor_log_end(s, clock_ns());
	rebase_feeds(s, old, img);
	tails_tick(img->tails, unix_now(o));
	publish_swap(&s->publish, img);
	if (s->live != s->start && s->live != o)
		options_free(s->live);
	s->live = o;
	index_stats(img->index, &st);
	log_event(LOG_LEVEL_NOTICE, "lists-loaded",
	    "generation=%" PRIu64 " feeds=%u names=%" PRIu64 " entries=%" PRIu64 " bytes=%" PRIu64
	    " ms=%" PRId64,
	    img->generation, img->feeds_n, st.names, st.entries, st.bytes, img->load_ns / 1000000);
}

/* What was read may be older than what deltas led to meanwhile. */
static int
end_load(struct server *s, struct options **o, struct image **img)
{
	uint64_t job = s->loads.running;
	int rc = loads_take(&s->loads, o, img);

	if (rc < 0)
		return rc;
	rc = deltas_carry(s, *img, *o, job);
	if (rc < 0) {
		loads_fail(&s->loads, job, rc);
		image_free(*img);
		options_free(*o);
	}
	return rc;
}

static void
take_load(struct server *s)
{
	struct options *o = NULL;
	struct image *img = NULL;
	const char *change;
	int rc = end_load(s, &o, &img);

	if (rc == -EAGAIN)
		return;
	s->reload_rc = rc;
	if (rc < 0) {
		blocks_free(&s->blocks_changed);
		log_event(LOG_LEVEL_ERROR, "reload-failed",
		    "error=\"%s\" note=\"the lists before it stay\"", err_text(rc));
		return;
	}
	change = options_fixed_change(s->start, o);
	if (change)
		log_event(LOG_LEVEL_WARNING, "restart-needed", "option=%s", change);
	if (!s->args.log_level && o->config.top.log_level != s->live->config.top.log_level)
		log_set_level((enum log_level)o->config.top.log_level);
	rc = cookie_ctl_adopt(s, o);
	if (rc < 0)
		log_event(
		    LOG_LEVEL_ERROR, "cookies", "error=\"%s\" note=\"as before\"", err_text(rc));
	rc = blocks_carry(s, img);
	if (rc < 0) /* a block that is not carried over comes back with the next reload */
		log_event(
		    LOG_LEVEL_ERROR, "blocks", "error=\"%s\" remedy=\"reload\"", err_text(rc));
	adopt(s, o, img);
	move_time(s);
}

static void
take_signal(struct server *s, int fd)
{
	struct signalfd_siginfo got;

	while (read(fd, &got, sizeof(got)) == sizeof(got)) {
		if (got.ssi_signo != SIGHUP)
			s->end = true;
		else if (loads_request(&s->loads) < 0)
			log_event(LOG_LEVEL_ERROR, "reload-failed", "error=\"no thread\"");
	}
}

void
server_run(struct server *s, int signal_fd)
{
	struct pollfd fds[] = {
	    {signal_fd, POLLIN, 0},
	    {s->loads.done_fd, POLLIN, 0},
	    {s->ctl ? ctl_server_fd(s->ctl) : -1, POLLIN, 0},
	};
	int watchdog_ms = notify_watchdog_ms();
	int64_t next_ns = 0;

	while (!s->end) {
		poll(fds, 3, watchdog_ms && watchdog_ms < TICK_MS ? watchdog_ms : TICK_MS);
		move_time(s);
		health_step(&s->health, &s->publish, clock_ns());
		stages_step(s, clock_ns());
		monitor_log_step(s, clock_ns());
		/* The service manager restarts us when nothing moves any more. */
		if (watchdog_ms && clock_ns() >= next_ns && !health_stalled_ns(&s->health)) {
			notify_send("WATCHDOG=1");
			next_ns = clock_ns() + (int64_t)watchdog_ms * 1000000;
		}
		take_signal(s, signal_fd);
		take_load(s);
		if (s->ctl)
			ctl_server_step(s->ctl, clock_ns() / 1000000, commands_answer, s);
	}
}

static int
open_lists(struct server *s)
{
	atomic_bool cancel = false;
	struct image *img;
	sigset_t ends;
	int rc;

	/* While the lists load nothing is in service: a signal simply ends the program. */
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_UNBLOCK, &ends, NULL);
	s->start->is_start = true;
	rc = blocks_begin(s->start);
	if (rc == 0)
		rc = loads_image(&img, s->start, NULL, &cancel);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	if (rc < 0)
		return rc;
	adopt(s, s->start, img);
	move_time(s);
	return cookie_ctl_adopt(s, s->start);
}

static int
open_transports(struct server *s)
{
	struct sock_options sock = s->start->sock;
	unsigned sock_readers = sock.listen_n ? sock.udp_threads + 1 : 0;
	const char *where = "";
	int rc = 0;

	if (sock.listen_n)
		rc = sock_start(&s->sock, &sock, &s->publish, &where);
	if (rc < 0) {
		log_event(
		    LOG_LEVEL_ERROR, "listen", "address=%s error=\"%s\"", where, err_text(rc));
		return rc;
	}
	return s->ports ? ports_start(s->ports, &s->publish, sock_readers, s->start->limit_buckets)
			: 0;
}

static int
open_control(struct server *s)
{
	const char *path = s->start->config.top.control;
	int fd, rc;

	if (!path || !*path)
		return 0;
	fd = ctl_listen(path);
	rc = fd < 0 ? fd : ctl_server_new(&s->ctl, fd);
	if (rc == 0)
		return 0;
	log_event(LOG_LEVEL_ERROR, "control",
	    "socket=%s error=\"%s\" remedy=\"make its directory, "
	    "give another with --control, or none with --control ''\"",
	    path, err_text(rc));
	return rc;
}

static int
open_log(const char *path)
{
	int rc = path ? log_to_file(path) : 0;

	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "log-file",
		    "file=%s error=\"%s\" remedy=\"make its directory, or name another file\"",
		    path, err_text(rc));
	return rc;
}

int
server_open(struct server *s)
{
	int rc;

	s->started_ns = clock_ns();
	rc = loads_init(&s->loads, &s->args);
	if (rc == 0)
		rc = options_load(&s->start, &s->args, loads_conf_error, NULL);
	if (rc < 0)
		return rc;
	s->live = s->start;
	log_set_level((enum log_level)s->start->config.top.log_level);
	rc = open_log(s->start->log_path);
	if (rc == 0 && s->start->ports_n)
		rc = ports_open(&s->ports, &s->start->eal, s->start->port, s->start->ports_n);
	if (rc == 0)
		rc = publish_init(&s->publish);
	if (rc == 0)
		rc = open_lists(s);
	if (rc == 0)
		rc = open_transports(s);
	if (rc == 0)
		rc = open_control(s);
	if (rc == 0)
		rc = jail_enter(s->start, s->args.config);
	return rc;
}

void
server_close(struct server *s)
{
	atomic_store(&s->publish.stop, true);
	if (s->ctl)
		unlink(s->start->config.top.control);
	ctl_server_free(s->ctl);
	if (s->sock)
		sock_join(s->sock);
	if (s->ports)
		ports_close(s->ports);
	loads_close(&s->loads);
	publish_close(&s->publish);
	blocks_free(&s->blocks_changed);
	if (s->live != s->start)
		options_free(s->live);
	options_free(s->start);
}
