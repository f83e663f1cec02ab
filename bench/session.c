#include "bench/session.h"

#include "base/err.h"
#include "bench/quiet.h"
#include "bench/record.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUIET_US   200000
#define SERIES_MAX 604800

static struct rig *interrupted; /* what SIGINT and SIGTERM end */

static void
on_signal(int number)
{
	(void)number;
	rig_stop(interrupted);
}

static void
say_mistake(void *ctx, const struct list_error *e)
{
	(void)ctx;
	fprintf(stderr, "%s:%llu: %s\n", e->path, (unsigned long long)e->line, e->text);
}

struct gen_trial
session_at(const struct session *s, double rate)
{
	return (struct gen_trial){
	    .rate = rate, .seconds = s->options.seconds, .timeout_s = s->options.timeout_s};
}

int
session_pool(struct session *s, const struct pool_mix *mix)
{
	int rc = 0;

	if (mix->hit_ratio < 1 && !s->names.index)
		rc = store_index(&s->names);
	pool_free(&s->pool);
	return rc < 0 ? rc : pool_make(&s->pool, &s->names, mix);
}

/* What the ring's workers answer from: every name sinkholed. */
static int
make_image(struct image **out, struct names_store *names)
{
	struct image *img = calloc(1, sizeof(*img));
	struct policy policy;
	int rc = img ? store_index(names) : -ENOMEM;

	if (rc < 0) {
		free(img);
		return rc;
	}
	img->index = names->index;
	names->index = NULL;
	policy_defaults(&policy);
	policy.a_n = policy.aaaa_n = 1;
	inet_pton(AF_INET, "192.0.2.1", &policy.a[0]);
	inet_pton(AF_INET6, "2001:db8::1", &policy.aaaa[0]);
	img->feeds_n = 2;
	img->feed[0] = (struct image_feed){.action = ACTION_SINKHOLE, .entries = names->n};
	img->feed[1] = (struct image_feed){.action = ACTION_SINKHOLE}; /* changes by deltas */
	rc = tails_new(&img->tails, &policy, 1, NULL);
	if (rc < 0)
		image_free(img);
	else
		*out = img;
	return rc;
}

/* Gives the names to the ring's workers, when there are any. */
static int
serve(struct session *s, unsigned workers)
{
	struct image *img;
	int rc;

	if (!rig_is_ring(s->rig))
		return 0;
	rc = make_image(&img, &s->names);
	return rc < 0 ? rc : rig_serve(s->rig, img, workers);
}

int
session_names(struct session *s, uint64_t n, unsigned workers)
{
	struct load_options *o = &s->options;
	int rc;

	store_free(&s->names);
	rc = o->list ? store_read(&s->names, o->list, say_mistake) : store_make(&s->names, n);
	return rc < 0 ? rc : serve(s, workers);
}

int
session_family(struct session *s, const char *family, int32_t day)
{
	int rc;

	store_free(&s->names);
	rc = store_expand(&s->names, family, day);
	return rc < 0 ? rc : serve(s, rig_workers(s->rig));
}

int
session_each(struct session *s, uint32_t *at)
{
	pool_free(&s->pool);
	return pool_each(&s->pool, &s->names, &s->options.mix, at);
}

/* Adds the last result to the trials.  busy: CPUs that others used, negative if not known. */
static int
keep(struct session *s, const char *point, const struct gen_trial *t, double busy)
{
	const struct gen_result *r = s->result;
	json_t *trial = json_pack("{ss}", "point", point);

	if (busy >= 0)
		json_object_set_new(trial, "busy_other", json_real(busy));
	json_object_update_missing_new(trial, record_trial(t, r));
	json_array_append_new(s->trials, trial);
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "%s: %.0f/s for %g s: %.0f answered/s, loss %.6f\n", point, t->rate,
		    t->seconds, (double)r->answered / r->seconds, gen_loss(r));
	return rig_is_stopped(s->rig) ? -EINTR : 0;
}

/* Waits for a trial's end. */
static int
await_end(struct session *s, const char *point, const struct gen_trial *t)
{
	int rc = rig_wait(s->rig, point);

	if (rc == -ERR_RANGE)
		fprintf(stderr,
		    "cordon-bench: %.0f/s: with a --timeout of %g s no more than %.0f/s can wait\n",
		    t->rate, t->timeout_s, (double)MATCH_PORTS_MAX * MATCH_IDS / t->timeout_s);
	return rc;
}

int
session_finish(struct session *s, const char *point, const struct gen_trial *t)
{
	int rc = await_end(s, point, t);

	return rc < 0 ? rc : keep(s, point, t, -1);
}

/* Waits until others leave the machine alone, or patience is at its end. */
static void
await_quiet(struct session *s)
{
	double *left = &s->options.patience_s, seconds = 0, busy = QUIET_BUSY_MUCH + 1;

	while (*left > 0 && busy > QUIET_BUSY_MUCH && !rig_is_stopped(s->rig)) {
		struct quiet_span span;

		quiet_begin(&span);
		usleep(QUIET_US);
		busy = quiet_end(&span, &seconds);
		*left -= busy > QUIET_BUSY_MUCH ? seconds : 0;
	}
}

/* One attempt.  Returns as session_trial; *busy is what others used. */
static int
attempt(struct session *s, const char *point, const struct gen_trial *t, double *busy)
{
	double seconds = 0;
	struct quiet_span span;
	int rc;

	await_quiet(s);
	quiet_begin(&span);
	rc = rig_launch(s->rig, &s->pool, t, s->result);
	if (rc == 0)
		rc = await_end(s, point, t);
	*busy = quiet_end(&span, &seconds);
	if (rc < 0 || s->options.patience_s <= 0 || !quiet_is_disturbed(*busy, seconds))
		return rc;
	s->options.patience_s -= seconds;
	return rig_is_stopped(s->rig) ? -EINTR : -EAGAIN;
}

int
session_trial(struct session *s, const char *point, const struct gen_trial *t)
{
	bool is_watched = rig_is_ring(s->rig);
	double busy = -1;
	int rc;

	if (!is_watched) {
		rc = rig_launch(s->rig, &s->pool, t, s->result);
		return rc < 0 ? rc : session_finish(s, point, t);
	}
	while ((rc = attempt(s, point, t, &busy)) == -EAGAIN)
		s->discarded++;
	return rc < 0 ? rc : keep(s, point, t, busy);
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	if (key == ARGP_KEY_INIT)
		state->child_inputs[0] = state->input;
	else if (key == ARGP_KEY_ARG)
		argp_error(state, "'%s' is not an option", arg);
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static int
prepare(struct session *s)
{
	struct sigaction act = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	static char prefix[32];
	struct load_options *o = &s->options;
	int rc;

	snprintf(prefix, sizeof(prefix), "cordon-bench-%d", (int)getpid());
	if (!o->rig.file_prefix)
		o->rig.file_prefix = prefix;
	s->trials = json_array();
	s->summary = json_object();
	s->result = calloc(1, sizeof(*s->result));
	if (!s->result)
		return -ENOMEM;
	s->result->series_room = (unsigned)(o->seconds < SERIES_MAX ? o->seconds + 12 : SERIES_MAX);
	s->result->series = calloc(s->result->series_room, sizeof(*s->result->series));
	rc = s->result->series ? rig_open(&s->rig, &o->rig) : -ENOMEM;
	if (rc < 0)
		return rc;
	interrupted = s->rig;
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	rc = session_names(s, o->names, rig_workers(s->rig));
	return rc < 0 ? rc : session_pool(s, &o->mix);
}

static int
report(struct session *s, const char *name, json_t *environment)
{
	char started[32];
	time_t now = time(NULL);
	json_t *record;
	int rc = 0;

	json_object_set_new(s->summary, "trials_discarded", json_integer(s->discarded));
	strftime(started, sizeof(started), "%FT%TZ", gmtime(&now));
	record = json_pack("{ss ss ss ss sO so sO sO}", "schema", RECORD_SCHEMA, "scenario", name,
	    "label", s->options.label, "ended", started, "environment", environment, "config",
	    record_config(&s->options, &s->names, &s->pool), "trials", s->trials, "summary",
	    s->summary);
	if (!record)
		return -ENOMEM;
	if (strcmp(s->options.output, "-") != 0)
		rc = record_write(record, s->options.output);
	if (s->options.is_json)
		json_dumpf(record, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	else
		json_dumpf(s->summary, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(record);
	return rc;
}

static void
end(struct session *s)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	rig_close(s->rig);
	pool_free(&s->pool);
	store_free(&s->names);
	if (s->result)
		free(s->result->series);
	free(s->result);
	json_decref(s->trials);
	json_decref(s->summary);
}

int
session_main(int argc, char **argv, const char *name, const char *help, scenario_fn *run)
{
	const struct argp_child children[] = {{&load_argp, 0, NULL, 0}, {0}};
	const struct argp argp = {NULL, parse_option, NULL, help, children, NULL, NULL};
	struct session s = {0};
	json_t *environment;
	double busy;
	int rc;

	load_defaults(&s.options);
	argp_parse(&argp, argc, argv, 0, NULL, &s.options);
	environment = record_environment(argc, argv);
	busy = json_number_value(json_object_get(environment, "busy_other"));
	if (busy > QUIET_BUSY_MUCH)
		fprintf(stderr, "%s: not quiet: others keep %.2f CPUs busy\n", argv[0], busy);
	rc = prepare(&s);
	if (rc == 0)
		rc = run(&s);
	if (rc == 0)
		rc = report(&s, name, environment);
	if (rc < 0)
		fprintf(stderr, "%s: %s\n", argv[0], err_text(rc));
	json_decref(environment);
	end(&s);
	return rc == 0 && fflush(stdout) == 0 ? 0 : 1;
}
