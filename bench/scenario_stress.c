#include "bench/scenario.h"

#include "base/err.h"
#include "bench/names.h"
#include "bench/update.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define FLOOD_BITS 24
#define KB         1024.0

static void
put(struct session *s, const char *name, double value)
{
	json_object_set_new(s->summary, name, json_real(value));
}

static void
put_state(struct session *s, const char *when)
{
	const struct gen_result *r = s->result;

	json_object_set_new(s->summary, when,
	    json_pack("{sf sf sI sI sI sI sI}", "loss", gen_loss(r), "answered_qps",
		(double)r->answered / r->seconds, "wrong", (json_int_t)r->wrong, "p50_ns",
		(json_int_t)hdr_percentile(&r->latency, 0.5), "p99_ns",
		(json_int_t)hdr_percentile(&r->latency, 0.99), "p99_9_ns",
		(json_int_t)hdr_percentile(&r->latency, 0.999), "max_ns",
		(json_int_t)(r->latency.n ? r->latency.max : 0)));
}

/* Resident kilobytes of this process. */
static double
resident_kb(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f && fscanf(f, "%*u %lu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / KB;
}

/* The most that it ever was. */
static double
resident_most_kb(void)
{
	struct rusage use;

	return getrusage(RUSAGE_SELF, &use) == 0 ? (double)use.ru_maxrss : 0;
}

static int
run_command(const char *command)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ERR_REFUSED;
}

/* Applies the delta, or runs the command, a third into the trial. */
static int
disturb(struct session *s, struct update *u)
{
	double start;
	int rc;

	usleep((useconds_t)(s->options.seconds * 1e6 / 3));
	start = bench_now_s();
	rc = u ? update_apply(u, s->rig) : run_command(s->options.update_command);
	put(s, "update_s", bench_now_s() - start);
	return rc;
}

/* A fresh image in place of the served one: both are held until the old one goes. */
static int
reload(struct session *s)
{
	double start;
	int rc;

	put(s, "resident_kb_before_reload", resident_kb());
	usleep((useconds_t)(s->options.seconds * 1e6 / 3));
	start = bench_now_s();
	rc = session_names(s, s->options.names, rig_workers(s->rig));
	put(s, "reload_s", bench_now_s() - start);
	put(s, "resident_kb_most", resident_most_kb());
	return rc;
}

/* A trial beside which something happens. */
static int
trial_beside(struct session *s, const char *name, int (*what)(struct session *s))
{
	struct gen_trial t = session_at(s, s->options.rate);
	int rc = rig_launch(s->rig, &s->pool, &t, s->result), done;

	if (rc < 0)
		return rc;
	done = what(s);
	rc = session_finish(s, name, &t);
	put_state(s, name);
	return done < 0 ? done : rc;
}

static int
run_update_command(struct session *s)
{
	return disturb(s, NULL);
}

/* The trial beside which the delta is applied: when its names were answered from it. */
static int
trial_update(struct session *s)
{
	struct gen_trial t = session_at(s, s->options.rate);
	struct update *u;
	int rc = update_new(&u, s->rig, s->options.delta), done;

	if (rc < 0)
		return rc;
	t.watch = &u->watch;
	rc = rig_launch(s->rig, &s->pool, &t, s->result);
	if (rc == 0) {
		done = disturb(s, u);
		rc = session_finish(s, "update", &t);
		put_state(s, "update");
		json_object_update_new(s->summary, update_times(u));
		rc = done < 0 ? done : rc;
	}
	update_free(u);
	return rc;
}

/* How much worse than undisturbed. */
static void
put_ratio(struct session *s, const char *name, const char *when)
{
	const json_t *a = json_object_get(s->summary, "undisturbed");
	const json_t *b = json_object_get(s->summary, when);
	double before = (double)json_integer_value(json_object_get(a, "p99_9_ns"));

	if (b && before > 0)
		put(s, name, (double)json_integer_value(json_object_get(b, "p99_9_ns")) / before);
}

int
scenario_update(struct session *s)
{
	struct gen_trial t = session_at(s, s->options.rate);
	int rc;

	if (!s->options.update_command && !rig_is_ring(s->rig)) {
		fprintf(stderr, "cordon-bench: update needs --update-command, or --device ring\n");
		return -ERR_UNKNOWN;
	}
	rc = session_trial(s, "undisturbed", &t);
	put_state(s, "undisturbed");
	if (rc == 0)
		rc = s->options.update_command ? trial_beside(s, "update", run_update_command)
					       : trial_update(s);
	put_ratio(s, "update_p99_9_ratio", "update");
	if (rc == 0 && rig_is_ring(s->rig))
		rc = trial_beside(s, "reload", reload);
	put_ratio(s, "reload_p99_9_ratio", "reload");
	return rc;
}

int
scenario_flood(struct session *s)
{
	struct pool_mix mix = s->options.mix;
	double factor[16], rate = s->options.rate;
	unsigned n = 16;
	int rc = scenario_points(s, "0,1,3,10", factor, &n);

	rig_spread(s->rig, FLOOD_BITS);
	for (unsigned i = 0; i < n && rc == 0; i++) {
		struct gen_trial t = session_at(s, rate * (1 + factor[i]));
		char name[48];

		mix.hit_ratio = s->options.mix.hit_ratio / (1 + factor[i]);
		rc = session_pool(s, &mix);
		if (rc < 0)
			break;
		snprintf(name, sizeof(name), "%g attack queries to each", factor[i]);
		for (unsigned k = 0; k < s->options.trials && rc == 0; k++)
			rc = session_trial(s, name, &t);
		put_state(s, name);
	}
	return rc;
}

int
scenario_soak(struct session *s)
{
	struct gen_trial t = session_at(s, s->options.rate);
	double before;
	int rc = 0;

	t.seconds = s->options.seconds < 2 ? s->options.seconds / 2 : 1;
	rc = session_trial(s, "warm-up", &t);
	before = resident_kb();
	t.seconds = s->options.seconds;
	if (rc == 0)
		rc = session_trial(s, "soak", &t);
	put_state(s, "soak");
	put(s, "resident_kb_before", before);
	put(s, "resident_kb_after", resident_kb());
	return rc;
}
