#include "bench/scenario.h"

#include "base/err.h"
#include "bench/names.h"
#include "bench/rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEED_OLD   98 /* of the names that an update takes away, and of those that it brings */
#define SEED_NEW   99
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

/* The next made-up name, under a top-level domain that no list has (RFC 6761): what is taken away
 * must not be what is asked for. */
static struct entry
next_entry(struct names *gen)
{
	static const uint8_t invalid[] = "\7invalid";
	struct entry e = names_entry(gen);
	unsigned at = 1u + e.name[0];

	memcpy(e.name + at, invalid, sizeof(invalid));
	e.name_len = (uint8_t)(at + sizeof(invalid));
	return e;
}

/* Adds to `out` the changes that bring, or take away, n names of a seed. */
static void
add_changes(struct index_change *out, uint64_t n, uint64_t seed, bool remove)
{
	struct names gen = {seed};

	for (uint64_t i = 0; i < n; i++)
		out[i] = (struct index_change){.entry = next_entry(&gen), .remove = remove};
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
disturb(struct session *s, const struct index_change *changes, uint64_t n)
{
	double start;
	int rc;

	usleep((useconds_t)(s->options.seconds * 1e6 / 3));
	start = bench_now_s();
	rc = s->options.update_command ? run_command(s->options.update_command)
				       : rig_update(s->rig, changes, n);
	put(s, "update_s", bench_now_s() - start);
	return rc;
}

/* A fresh image in place of the served one. */
static int
reload(struct session *s)
{
	double start;
	int rc;

	usleep((useconds_t)(s->options.seconds * 1e6 / 3));
	start = bench_now_s();
	rc = session_names(s, s->options.names, rig_workers(s->rig));
	put(s, "reload_s", bench_now_s() - start);
	return rc;
}

/* A trial beside which something happens. */
static int
trial_beside(struct session *s, const char *name, const struct index_change *changes, uint64_t n)
{
	struct gen_trial t = session_at(s, s->options.rate);
	int rc = rig_launch(s->rig, &s->pool, &t, s->result), done;

	if (rc < 0)
		return rc;
	done = changes || s->options.update_command ? disturb(s, changes, n) : reload(s);
	rc = session_finish(s, name, &t);
	put_state(s, name);
	return done < 0 ? done : rc;
}

static int
compare(struct session *s, const struct index_change *changes, uint64_t n)
{
	struct gen_trial t = session_at(s, s->options.rate);
	int rc = session_trial(s, "undisturbed", &t);

	put_state(s, "undisturbed");
	if (rc == 0)
		rc = trial_beside(s, "update", changes, n);
	if (rc == 0 && rig_is_ring(s->rig))
		rc = trial_beside(s, "reload", NULL, 0);
	return rc;
}

int
scenario_update(struct session *s)
{
	uint64_t n = s->options.delta;
	struct index_change *changes;
	int rc = 0;

	if (s->options.update_command)
		return compare(s, NULL, 0);
	if (!rig_is_ring(s->rig)) {
		fprintf(stderr, "cordon-bench: update needs --update-command, or --device ring\n");
		return -ERR_UNKNOWN;
	}
	changes = calloc(2 * n, sizeof(*changes));
	if (!changes)
		return -ENOMEM;
	add_changes(changes, n, SEED_OLD, false);
	rc = rig_update(s->rig, changes, n); /* so that there is something to take away */
	add_changes(changes, n, SEED_NEW, false);
	add_changes(changes + n, n, SEED_OLD, true);
	if (rc == 0)
		rc = compare(s, changes, 2 * n);
	put(s, "changes", 2.0 * (double)n);
	free(changes);
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
